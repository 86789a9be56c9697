import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { UserError } from "../setup/userError.mjs";

type Fields = Record<string, unknown>;

/** A stack's configuration as the engine hands it to a program, with stand-ins for what is encrypted. */
export interface StackSettings {
  project: string;
  /** Program, relative to the checkout. */
  main: string;
  /** Texts by key, structured ones as JSON. */
  config: Record<string, string>;
  /** Keys of the secret ones. */
  secrets: string[];
}

const CURVES: ReadonlyMap<string, string> = new Map([
  ["ES256", "P-256"],
  ["ES384", "P-384"],
  ["ES512", "P-521"],
]);

/** A key of the algorithm's kind, for a program that only has to accept it: nothing is ever signed with it. */
function standInKey(algorithm: string): string {
  if (algorithm.startsWith("HS")) return "x".repeat(64);
  return pairOf(algorithm).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function pairOf(algorithm: string) {
  const namedCurve = CURVES.get(algorithm);
  if (namedCurve !== undefined) return generateKeyPairSync("ec", { namedCurve });
  if (algorithm === "Ed25519") return generateKeyPairSync("ed25519");
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}

/** Values of the right shape for secrets that only the stack's key can read. */
const STAND_INS: Readonly<Record<string, string>> = { env: "{}" };
const STAND_IN = "x".repeat(64);

function fieldsOf(value: unknown): Fields {
  const mapping = typeof value === "object" && value !== null && !Array.isArray(value);
  return mapping ? { ...value } : {};
}

function yamlOf(root: string, file: string): Fields {
  const path = join(root, file);
  if (!existsSync(path)) return {};
  try {
    return fieldsOf(load(readFileSync(path, "utf8")));
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
    throw new UserError(`${file} is no YAML: ${reason}; correct it`);
  }
}

function standIn(key: string, config: Record<string, string>, project: string): string {
  const settingOf = (other: string) => config[`${project}:${other}`] ?? "";
  switch (key) {
    case "clerkSecretKey":
      return settingOf("preset") === "development" ? "sk_test_standin" : "sk_live_standin";
    case "templateSigningKey":
      return standInKey(settingOf("templateSigningAlgorithm"));
    default:
      return STAND_INS[key] ?? STAND_IN;
  }
}

function isEncrypted(value: unknown): boolean {
  return "secure" in fieldsOf(value);
}

/** Reads what a checkout says about a stack; undefined where it has no settings of that stack. */
export function stackSettings(root: string, stack: string): StackSettings | undefined {
  const project = yamlOf(root, "Pulumi.yaml");
  const file = `Pulumi.${stack.split("/").at(-1)}.yaml`;
  if (!existsSync(join(root, file))) return undefined;
  const name = String(project.name ?? "");
  const given = { ...fieldsOf(project.config), ...fieldsOf(yamlOf(root, file).config) };
  const plain = Object.entries(given).filter(([, value]) => !isEncrypted(value));
  const config: Record<string, string> = Object.fromEntries(
    plain.map(([key, value]) => [
      key,
      typeof value === "object" ? JSON.stringify(value) : `${value}`,
    ]),
  );
  const secrets = Object.keys(given).filter((key) => isEncrypted(given[key]));
  for (const key of secrets) config[key] = standIn(key.slice(name.length + 1), config, name);
  return { project: name, main: String(project.main ?? "index.ts"), config, secrets };
}
