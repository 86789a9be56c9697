import { createHash } from "node:crypto";
import { expect } from "chai";
import { type JobOptions, SchemaJob } from "../../../infra/providers/schemaJob";
import type { SchemaTools } from "../../../infra/providers/schemaTools";
import type { Migration, Schema } from "../../../infra/schema/readSchema";
import type { MigrationRecord } from "../../../infra/schema/recordsSql";

const HOLDER = "this job";
const OWN = { connection_info: { database_url: { from_env: "PG_DATABASE_URL" } } };
const OPTIONS: JobOptions = { accept: [], seeds: false, engineAlters: true, appliedBefore: {} };

function migration(version: string, sql = `select ${version};\n`): Migration {
  const checksum = createHash("sha256").update(sql).digest("hex");
  return { source: "default", version, name: "m", sql, checksum };
}

function schemaOf(migrations: Migration[], configuration: Record<string, unknown> = OWN): Schema {
  const sources = [{ name: "default", configuration, migrations, seeds: [] }];
  return { digest: "", sources, metadata: {}, files: [{ path: "config.yaml", content: "" }] };
}

/** An engine with one database and a CLI, which write down what they are asked and do as the real ones do where all is well. */
class Recorder implements SchemaTools {
  readonly holder = HOLDER;
  readonly asked: string[] = [];
  readonly files = new Map<string, string>();
  records: MigrationRecord[] = [];
  catalog: string[] = [];
  connected = [{ name: "default", configuration: OWN }];
  /** Whether the CLI does nothing, as where it was killed. */
  dead = false;

  async isHealthy(): Promise<boolean> {
    return true;
  }

  async upload(files: readonly { path: string; content: string }[]): Promise<void> {
    for (const { path, content } of files) this.files.set(path, content);
  }

  async post(_path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    const { type, args } = body as { type: string; args: { sql?: string } };
    if (type !== "run_sql") this.asked.push(type);
    return { status: 200, body: this.answer(type, args.sql ?? "") };
  }

  private answer(type: string, sql: string): unknown {
    if (type === "export_metadata") return { sources: this.connected };
    if (type === "get_catalog_state") {
      const versions = Object.fromEntries(this.catalog.map((version) => [version, false]));
      return { cli_state: { migrations: { default: versions } } };
    }
    if (sql.startsWith("delete from clerk_hasura.lease")) this.asked.push("release");
    if (sql.includes("to_regclass")) return { result: [["x"], ["t"]] };
    const { records: migrations, holder } = this;
    return { result: [["x"], [JSON.stringify({ holder, migrations, seeds: {}, objects: 1 })]] };
  }

  async cli(args: readonly string[]): Promise<{ code: number; text: string }> {
    this.asked.push(args.join(" "));
    if (args[0] === "migrate" && !this.dead) this.migrate(args.includes("--skip-execution"));
    return { code: 0, text: "" };
  }

  private migrate(recordOnly: boolean): void {
    for (const path of this.files.keys()) {
      const [, version] = /^migrations\/default\/(\d+)_/.exec(path) ?? [];
      if (version === undefined || this.catalog.includes(version)) continue;
      this.catalog.push(version);
      if (!recordOnly) this.records.push({ version, name: "m", checksum: "0", done: true });
    }
  }
}

const METADATA = [
  "metadata apply --disallow-inconsistent-metadata",
  "metadata reload",
  "metadata inconsistency status",
];
const APPLY = "migrate apply --database-name default";

function run(tools: Recorder, migrations: Migration[], options: Partial<JobOptions> = {}) {
  return new SchemaJob(tools, schemaOf(migrations), { ...OPTIONS, ...options }).run();
}

describe("the job of the schema", () => {
  it("migrates, publishes the metadata and gives the lease back, in that order", async () => {
    const tools = new Recorder();
    const applied = await run(tools, [migration("1"), migration("2")]);
    expect(Object.keys(applied)).to.deep.equal(["default/1_m", "default/2_m"]);
    expect(tools.asked).to.deep.equal([
      "export_metadata",
      "get_catalog_state",
      APPLY,
      ...METADATA,
      "get_catalog_state",
      "release",
    ]);
  });

  it("connects a source of another database before it migrates, and publishes nothing else", async () => {
    const tools = new Recorder();
    tools.connected = [];
    await run(tools, [migration("1")]);
    expect(tools.asked.slice(0, 4)).to.deep.equal([
      "export_metadata",
      "pg_add_source",
      "get_catalog_state",
      APPLY,
    ]);
  });

  it("runs as the owner in the stack's own database alone", async () => {
    const framed = async (configuration: Record<string, unknown>) => {
      const tools = new Recorder();
      const options = { ...OPTIONS, ownerRole: "app_owner" };
      await new SchemaJob(tools, schemaOf([migration("1")], configuration), options).run();
      return tools.files.get("migrations/default/1_m/up.sql");
    };
    expect(await framed(OWN)).to.include('set local role "app_owner"');
    const other = { connection_info: { database_url: { from_env: "OTHER_URL" } } };
    expect(await framed(other)).to.not.include("set local role");
  });

  it("tells the catalog what is recorded, without running it", async () => {
    const tools = new Recorder();
    const { version, name, checksum } = migration("1");
    tools.records = [{ version, name, checksum, done: true }];
    await run(tools, [migration("1")]);
    expect(tools.asked).to.include(`${APPLY} --skip-execution --version 1 --type up`);
    expect(tools.asked).to.not.include(APPLY);
  });

  it("refuses what allows no transaction before anything runs where only the owner may alter tables", async () => {
    const tools = new Recorder();
    const files = [migration("1"), migration("2", "create index concurrently a_b on a (b);")];
    const options = { ownerRole: "app_owner", engineAlters: false };
    const error = await run(tools, files, options).catch((it: Error) => it.message);
    expect(error).to.equal(
      "The schema was not applied: migrations/default/2_m runs outside a transaction, as the engine's role, which alters no tables in production; write a statement that a transaction allows, or list postgres.ownerRole in allowInProduction, which gives the engine the owner's rights",
    );
    expect(tools.asked).to.not.include(APPLY);
  });

  it("runs what allows no transaction alone and without a frame", async () => {
    const tools = new Recorder();
    const sql = "create index concurrently a_b on a (b);\n";
    await run(tools, [migration("1"), migration("2", sql), migration("3")]);
    const runs = tools.asked.filter((it) => it.startsWith("migrate"));
    expect(runs).to.deep.equal([APPLY, `${APPLY} --no-transaction`, APPLY]);
    expect(tools.files.get("migrations/default/2_m/up.sql")).to.equal(sql);
  });

  it("runs nothing where the history is refused, and gives the lease back", async () => {
    const tools = new Recorder();
    tools.records = [{ version: "1", name: "m", checksum: "0", done: true }];
    const refusal = await run(tools, [migration("1"), migration("2")]).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refusal).to.include("migrations/default/1_m was edited");
    expect(tools.asked).to.deep.equal(["export_metadata", "get_catalog_state", "release"]);
  });

  it("does not believe an exit code: publishes nothing where a file left no record", async () => {
    const tools = new Recorder();
    tools.dead = true;
    const refusal = await run(tools, [migration("1")]).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refusal).to.match(/^migrations\/default\/1_m\/up\.sql.*rolled back/);
    expect(tools.asked).to.not.include(METADATA[0]);
    expect(tools.asked.at(-1)).to.equal("release");
  });
});
