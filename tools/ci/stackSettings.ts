import { generateKeyPairSync } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  configIn,
  encryptedPaths,
  isEncrypted,
  stackFileName,
  yamlIn,
} from "../../infra/program/stackFile";
import { isObject } from "../../infra/validation/isObject";
import { UserError } from "../setup/userError.mjs";

/** A stack's configuration as the engine hands it to a program, with stand-ins for what is encrypted. */
export interface StackSettings {
  project: string;
  /** Program, relative to the checkout. */
  main: string;
  /** Values by key, structured ones as JSON. */
  config: Record<string, string>;
  /** Keys of the values with something secret in them. */
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

const STAND_IN = "x".repeat(64);

/** A value of the right shape for a secret that only the stack's key can read. */
function standIn(path: string, settingAt: (path: string) => unknown): string {
  switch (path) {
    case "template.secretKey":
      return settingAt("preset") === "development" ? "sk_test_standin" : "sk_live_standin";
    case "template.signingKey.key":
      return standInKey(String(settingAt("template.signingKey.algorithm") ?? "HS256"));
    case "hasura.env":
      return "{}";
    default:
      return STAND_IN;
  }
}

function withStandIns(value: unknown, path: string, standInOf: (path: string) => string): unknown {
  if (isEncrypted(value)) return standInOf(path);
  if (Array.isArray(value)) return value.map((item) => withStandIns(item, path, standInOf));
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, withStandIns(inner, `${path}.${name}`, standInOf)]),
  );
}

function readable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
    throw new UserError(`${file} is not YAML: ${reason}; correct it`);
  }
}

/** Those of the stack `dev` in a checkout that is not set up. */
const DEV_SETTINGS = "examples/environments/Pulumi.dev.yaml";

/** Returns what a checkout says about a stack; undefined where it has no settings of that stack. */
export function stackSettings(root: string, stack: string): StackSettings | undefined {
  const files = [stackFileName(stack), ...(stack === "dev" ? [DEV_SETTINGS] : [])];
  const file = files.find((name) => existsSync(join(root, name)));
  if (file === undefined) return undefined;
  const { name, main = "index.ts" } = readable("Pulumi.yaml", () => yamlIn(root, "Pulumi.yaml"));
  const project = String(name ?? "");
  const own = readable(file, () => configIn(root, file));
  const given = { ...configIn(root, "Pulumi.yaml"), ...own };
  const settingAt = (path: string) => {
    const [first = "", ...rest] = path.split(".");
    const field = (at: unknown, part: string) => (isObject(at) ? at[part] : undefined);
    return rest.reduce<unknown>(field, given[`${project}:${first}`]);
  };
  const config = Object.entries(given).map(([key, value]) => {
    const path = key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
    const plain = withStandIns(value, path, (at) => standIn(at, settingAt));
    return [key, typeof plain === "object" ? JSON.stringify(plain) : `${plain}`];
  });
  const secret = encryptedPaths(given, project).map((path) => `${project}:${path.split(".")[0]}`);
  const secrets = [...new Set(secret)];
  return { project, main: String(main), config: Object.fromEntries(config), secrets };
}
