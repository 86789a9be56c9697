import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { waitFor } from "../../support/waiting";
import { serverCertificate } from "./certificates";
import { CHECKOUT } from "./checkout";
import { docker, tryDocker } from "./docker";
import { freePorts } from "./exampleStack";
import { TestClerk } from "./testClerk";

/** What is particular about an instance of Clerk's double. */
export interface ClerkOptions {
  /**
   * Whether this machine reaches the Frontend API as well: on a free port of loopback, which its host then names, and
   * by a preloaded script that knows the host. Default: false, port 443 of the network alone.
   */
  published?: boolean;
  /** Headers of the key set. Default: none. */
  jwksHeaders?: Record<string, string>;
}

const BACKEND_PORT = 4010;
const HTTPS_PORT = 443;
/** Where things are in the container. */
const PLACES = {
  PORT: `${BACKEND_PORT}`,
  FAPI_CERT_FILE: "/clerk/server.pem",
  FAPI_KEY_FILE: "/clerk/server.key",
};

/** An image that holds node: the given one, the engine's where that is a double, or the published one. */
export function nodeImage(): string {
  const { CLERK_HASURA_NODE_IMAGE: given, CLERK_HASURA_ENGINE_IMAGE: engine = "" } = process.env;
  if (given) return given;
  return engine.startsWith("clerk-hasura.local/") ? engine : "node:22-bookworm-slim";
}

/** Lays out what goes into the container: the double in one file, and its certificate. */
function writeFiles(parent: string, host: string): string {
  const directory = join(parent, "files");
  mkdirSync(directory);
  const { authority, certificate, privateKey } = serverCertificate(host);
  buildSync({
    entryPoints: [join(CHECKOUT, "airgap", "doubles", "clerk", "main.ts")],
    outfile: join(directory, "clerk.cjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
  });
  writeFileSync(join(directory, "server.pem"), certificate);
  writeFileSync(join(directory, "server.key"), privateKey);
  return authority;
}

/** Its environment goes by file: a command line is for everyone to read. */
function writeEnvironment(file: string, variables: Record<string, string>): void {
  const lines = Object.entries(variables).map(([name, value]) => `CLERK_DOUBLE_${name}=${value}`);
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
}

interface Place {
  name: string;
  host: string;
  fapiPort: number;
  apiPort: number;
  published: boolean;
}

/** Creates network and container, copies the files in, and starts. */
async function startContainer(place: Place, directory: string): Promise<void> {
  const { name, host, fapiPort, apiPort, published } = place;
  await docker(["network", "create", name]);
  const ports = ["--publish", `127.0.0.1:${apiPort}:${BACKEND_PORT}`];
  if (published) ports.push("--publish", `127.0.0.1:${fapiPort}:${fapiPort}`);
  const at = ["--name", name, "--network", name, "--network-alias", host, ...ports];
  const env = ["--env-file", join(directory, "environment")];
  const command = ["--entrypoint", "node", nodeImage(), "/clerk/clerk.cjs"];
  await docker(["create", "--user", "0:0", ...at, ...env, ...command], 300_000);
  await docker(["cp", join(directory, "files"), `${name}:/clerk`]);
  await docker(["start", name]);
}

/**
 * Starts a stand-in for one Clerk instance, in a container of its own: its Frontend API is known by its host on its
 * network, its Backend API listens on loopback.
 */
export async function startClerk(
  name: string,
  host: string,
  options: ClerkOptions = {},
): Promise<TestClerk> {
  const { published = false, jwksHeaders = {} } = options;
  const [apiPort = 0, freePort = 0] = await freePorts(2);
  const fapiPort = published ? freePort : HTTPS_PORT;
  const frontendApi = published ? `${host}:${fapiPort}` : host;
  const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-clerk-"));
  const secretKey = `sk_test_${randomBytes(24).toString("hex")}`;
  const controlToken = randomBytes(24).toString("hex");
  const stop = async () => {
    await tryDocker(["rm", "--force", "--volumes", name]);
    await tryDocker(["network", "rm", name]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const authority = writeFiles(directory, host);
    writeEnvironment(join(directory, "environment"), {
      ...PLACES,
      SECRET_KEY: secretKey,
      CONTROL_TOKEN: controlToken,
      FRONTEND_API: frontendApi,
      FAPI_PORT: `${fapiPort}`,
      JWKS_HEADERS: JSON.stringify(jwksHeaders),
    });
    await startContainer({ name, host, fapiPort, apiPort, published }, directory);
    const apiUrl = `http://127.0.0.1:${apiPort}`;
    const at = { host: frontendApi, network: name, authority, apiUrl };
    const clerk = new TestClerk({ ...at, secretKey, controlToken, stop });
    await waitFor("Clerk's double listens", () => clerk.ready());
    return clerk;
  } catch (error) {
    await stop();
    throw error;
  }
}
