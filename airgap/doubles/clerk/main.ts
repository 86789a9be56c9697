import { readFileSync } from "node:fs";
import { isJsonObject, parseJson } from "../hasura/json";
import { ClerkDouble, type ClerkDoubleOptions } from "./clerkDouble";

const NOTICE = "clerk-hasura double of Clerk: this is NOT Clerk, but a stand-in for tests";

type Environment = Record<string, string | undefined>;

function port(environment: Environment, name: string, fallback: number): number {
  const text = environment[name] ?? String(fallback);
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new Error(`${name} is no port`);
}

function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value) return value;
  throw new Error(`${name} is not set`);
}

function jwksHeaders(text = "{}"): Record<string, string> {
  const value = parseJson(text);
  if (!isJsonObject(value)) throw new Error("CLERK_DOUBLE_JWKS_HEADERS is no JSON object");
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, String(item)]));
}

/** Options from CLERK_DOUBLE_*; throws on what is missing or malformed. */
export function readOptions(environment: Environment): ClerkDoubleOptions {
  const { CLERK_DOUBLE_HOST: host = "0.0.0.0" } = environment;
  const { CLERK_DOUBLE_FAPI_CERT_FILE: cert, CLERK_DOUBLE_FAPI_KEY_FILE: key } = environment;
  const tls =
    cert && key ? { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") } : {};
  return {
    host,
    port: port(environment, "CLERK_DOUBLE_PORT", 4010),
    fapi: { host, port: port(environment, "CLERK_DOUBLE_FAPI_PORT", 443), ...tls },
    secretKey: required(environment, "CLERK_DOUBLE_SECRET_KEY"),
    frontendApi: required(environment, "CLERK_DOUBLE_FRONTEND_API"),
    controlToken: required(environment, "CLERK_DOUBLE_CONTROL_TOKEN"),
    jwksHeaders: jwksHeaders(environment.CLERK_DOUBLE_JWKS_HEADERS),
  };
}

async function main(): Promise<void> {
  process.stderr.write(`${NOTICE}\n`);
  const double = await new ClerkDouble(readOptions(process.env)).start();
  const stop = () => {
    void double.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Last: whoever reads this line may send a signal at once.
  process.stderr.write(`Backend API ${double.apiUrl}, Frontend API ${double.fapiUrl}\n`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : "failed at start"}\n`);
    process.exit(1);
  });
}
