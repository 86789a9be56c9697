import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundleDoubles } from "../../doubles";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../hasura/json";
import { startRecorded } from "../hasura/recordings/recordedEngine";
import { ADMIN_SECRET } from "../hasura/testEngine";
import { startTestPostgres } from "../testPostgres";
import { type Listener, listenBefore } from "./listener";

/** A real CLI's binary; undefined where the double runs. */
const REAL_CLI = process.env.CLERK_HASURA_CLI;
/** For what is the double's own. */
export const onDouble = REAL_CLI === undefined;

/** The connection that a test's engine has in its environment. */
export const CONNECTION = { connection_info: { database_url: { from_env: "PG_DATABASE_URL" } } };

/** The file of a migration. */
export const up = (version: number | string, sql: string, source = "default") => ({
  [`migrations/${source}/${version}_m${version}/up.sql`]: sql,
});

export type Run = {
  /** 143 for an end by SIGTERM, as a shell tells it. */
  code: number;
  stdout: string;
  /** Texts of the JSON lines, without the double's own notice. */
  said: string[];
  /** Text of the plain last line of a failure. */
  fatal?: string;
  /** Requests to the engine, `METHOD /path type`, and their bodies. */
  requests: string[];
  bodies: Json[];
};

export type RunOptions = {
  env?: Record<string, string | undefined>;
  /** Awaited before a request goes on to the engine; `end` sends the CLI a SIGTERM. */
  before?: (request: string, end: () => void) => Promise<void> | void;
};

const QUIET = {
  HASURA_GRAPHQL_ADMIN_SECRET: ADMIN_SECRET,
  HASURA_GRAPHQL_SHOW_UPDATE_NOTIFICATION: "false",
  HASURA_GRAPHQL_ENABLE_TELEMETRY: "false",
};

/** The CLI, an engine of its own, and what passes between them. */
export class TestCli {
  readonly home: string;
  private readonly command: string[];
  private readonly listener: Listener;
  private readonly enginePort: number;
  private readonly release: () => Promise<void>;
  private folders = 0;

  private constructor(
    given: Pick<TestCli, "home"> & {
      command: string[];
      listener: Listener;
      enginePort: number;
      release: () => Promise<void>;
    },
  ) {
    this.home = given.home;
    this.command = given.command;
    this.listener = given.listener;
    this.enginePort = given.enginePort;
    this.release = given.release;
  }

  static async start(): Promise<TestCli> {
    const home = mkdtempSync(join(tmpdir(), "chtest-cli-"));
    const command = REAL_CLI === undefined ? await bundled(home) : [REAL_CLI];
    const postgres = await startTestPostgres();
    const start = await startRecorded(postgres, {});
    if (!("engine" in start)) throw new Error(start.lastLine);
    const { engine } = start;
    const listener = await listenBefore(engine.port);
    const release = async () => {
      await listener.stop();
      await engine.stop();
      await postgres.stop();
      rmSync(home, { recursive: true });
    };
    return new TestCli({ home, command, listener, enginePort: engine.port, release });
  }

  stop(): Promise<void> {
    return this.release();
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.listener.port}`;
  }

  /** A project as `hasura init` makes it for one database, and what the test says besides. */
  project(files: Record<string, string> = {}): string {
    this.folders += 1;
    const folder = join(this.home, `project-${this.folders}`);
    const from = "configuration: {connection_info: {database_url: {from_env: PG_DATABASE_URL}}}";
    const all = {
      "config.yaml": "version: 3\n",
      "metadata/version.yaml": "version: 3\n",
      "metadata/databases/databases.yaml": `- {name: default, kind: postgres, ${from}}\n`,
      ...files,
    };
    for (const [path, content] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  }

  async run(project: string, args: string, options: RunOptions = {}): Promise<Run> {
    const [program = "", ...first] = this.command;
    const { PATH } = process.env;
    const known = { HOME: this.home, PATH, ...QUIET, HASURA_GRAPHQL_ENDPOINT: this.endpoint };
    const env = { ...known, ...options.env };
    this.listener.heard.length = 0;
    const child = spawn(program, [...first, ...args.split(" "), "--project", project], { env });
    this.listener.before = async (request) => {
      await options.before?.(request, () => child.kill("SIGTERM"));
    };
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (data) => {
        output[name] += String(data);
      });
    }
    const [code] = (await once(child, "close")) as [number | null];
    const requests = this.listener.heard.map(({ request }) => request);
    const bodies = this.listener.heard.map(({ body }) => body);
    return {
      code: code ?? 143,
      stdout: output.stdout,
      ...linesOf(output.stderr),
      requests,
      bodies,
    };
  }

  /** Asks the engine past the listener. */
  async ask(path: string, body: JsonObject): Promise<JsonObject> {
    const headers = { "x-hasura-admin-secret": ADMIN_SECRET };
    const url = `http://127.0.0.1:${this.enginePort}${path}`;
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    const answer: unknown = await response.json();
    return isJsonObject(answer) ? answer : {};
  }

  /** The rows, of which the first one holds the names. */
  async sql(sql: string): Promise<Json> {
    return (await this.ask("/v2/query", { type: "run_sql", args: { sql } })).result ?? null;
  }

  async state(): Promise<Json> {
    const request = { type: "get_catalog_state", args: {} };
    return (await this.ask("/v1/metadata", request)).cli_state ?? null;
  }

  /** Makes it an empty database that is connected as `default`, and forgets the catalog state. */
  async reset(): Promise<void> {
    const source = { name: "default", kind: "postgres", tables: [], configuration: CONNECTION };
    const metadata = { version: 3, sources: [source] };
    await this.ask("/v1/metadata", { type: "replace_metadata", version: 2, args: { metadata } });
    await this.sql("drop schema if exists public cascade; create schema public");
    const args = { type: "cli", state: {} };
    await this.ask("/v1/metadata", { type: "set_catalog_state", args });
  }
}

async function bundled(outDir: string): Promise<string[]> {
  const files = await bundleDoubles({ root: process.cwd(), outDir, names: ["hasuraCli"] });
  return [process.execPath, files.hasuraCli ?? ""];
}

function linesOf(stderr: string): Pick<Run, "said" | "fatal"> {
  const lines = stderr.trim().split("\n").map(parseJson).filter(isJsonObject);
  const said = lines.map(({ msg }) => String(msg)).filter((text) => !text.includes("is NOT the"));
  const fatal = /^time=".*" level=fatal msg=(".*")$/.exec(stderr.trim().split("\n").at(-1) ?? "");
  return fatal === null ? { said } : { said, fatal: String(parseJson(fatal[1] ?? "")) };
}
