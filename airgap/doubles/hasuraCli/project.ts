import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { isJsonObject, type Json } from "../hasura/json";
import { Failure, type Given, notInDouble } from "./commandLine";
import { EngineClient } from "./engineClient";
import { createLog, type Log } from "./log";

export type Project = {
  engine: EngineClient;
  log: Log;
  migrations: string;
  metadata: string;
  seeds: string;
};

type Environment = Record<string, string | undefined>;

/** A flag, else HASURA_GRAPHQL_<KEY> of the environment or of `.env`, else config.yaml. */
type Setting = (key: string) => string | undefined;

/** Opens the project and its engine as every command does. @throws Failure in the CLI's words. */
export async function openProject(given: Given, env: Environment): Promise<Project> {
  prepareHome(env);
  const folder = given.get("--project")?.at(-1) ?? process.cwd();
  const setting = settingsOf(folder, given, env);
  const log = createLog(setting("log_level") ?? "info");
  tellOfCalls(setting, given, log);
  const [migrations, metadata, seeds] = ["migrations", "metadata", "seeds"].map((name) =>
    join(folder, setting(`${name}_directory`) ?? name),
  ) as [string, string, string];
  for (const path of [migrations, metadata, seeds]) make(path, "creating project directories");
  const engine = new EngineClient(
    setting("endpoint") ?? "http://localhost:8080",
    setting("admin_secret"),
  );
  await engine.greet();
  return { engine, log, migrations, metadata, seeds };
}

function prepareHome({ HOME }: Environment): void {
  const failed = "setting up global config failed: cannot create global config directory";
  if (!HOME) throw new Failure(`${failed}: HOME is not set`);
  const folder = join(HOME, ".hasura");
  make(folder, failed);
  for (const path of ["plugins/bin", "plugins/receipts", "plugins/store"]) {
    make(join(folder, path), failed);
  }
  try {
    writeFileSync(join(folder, "config.json"), '{"cli_environment":"double"}\n', { flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw new Failure(`${failed}: ${codeOf(error)}`);
  }
}

function make(path: string, failed: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new Failure(`${failed}: mkdir ${path}: ${codeOf(error)}`);
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

function settingsOf(folder: string, given: Given, env: Environment): Setting {
  const config = readConfig(folder);
  const dotenv = readDotenv(folder);
  return (key) => {
    const flag = given.get(`--${key.replaceAll("_", "-")}`)?.at(-1);
    const variable = `HASURA_GRAPHQL_${key.toUpperCase()}`;
    const written = config[key];
    const text = typeof written === "string" ? written : undefined;
    return flag ?? env[variable] ?? dotenv[variable] ?? text;
  };
}

function readConfig(folder: string): Record<string, Json> {
  let text: string;
  try {
    text = readFileSync(join(folder, "config.yaml"), "utf8");
  } catch {
    throw new Failure(
      `validation failed: cannot validate: cannot find [config.yaml] in ${folder}: is this a hasura project?`,
    );
  }
  const config = load(text) as Json;
  if (!isJsonObject(config) || config.version !== 3) {
    throw notInDouble("a config.yaml of another version than 3");
  }
  return config;
}

function readDotenv(folder: string): Environment {
  try {
    const lines = readFileSync(join(folder, ".env"), "utf8").matchAll(/^(\w+)=(.*)$/gm);
    return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
  } catch {
    return {};
  }
}

/** The double calls nobody; who forgets to switch the CLI's own calls off must see it here. */
function tellOfCalls(setting: Setting, given: Given, log: Log): void {
  const updates =
    setting("show_update_notification") !== "false" && !given.has("--skip-update-check");
  if (updates) log("warning", "a real hasura-cli now asks releases.hasura.io for a newer version");
  if (setting("enable_telemetry") !== "false") {
    log("warning", "a real hasura-cli now sends telemetry to telemetry.hasura.io");
  }
}
