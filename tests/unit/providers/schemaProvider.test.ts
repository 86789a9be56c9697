import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { type SchemaInputs, schemaProvider } from "../../../infra/providers/schemaProvider";
import { shownChecksum } from "../../../infra/schema/planMigrations";
import { readSchema } from "../../../infra/schema/readSchema";
import { ProblemList } from "../../../infra/validation/problems";

const DATABASES = `- name: default
  kind: postgres
  configuration: {connection_info: {database_url: {from_env: PG_DATABASE_URL}}}
`;

describe("the provider of the schema", () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "chtest-schema-"));
    write("config.yaml", "version: 3\n");
    write("metadata/version.yaml", "version: 3\n");
    write("metadata/databases/databases.yaml", DATABASES);
    write("migrations/default/1_a/up.sql", "create table a (b int);\n");
  });
  afterEach(() => rmSync(base, { recursive: true }));

  function write(path: string, content: string): void {
    const file = join(base, "hasura", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  /** The inputs as the component makes them of the folder. */
  function inputs(extra: Partial<SchemaInputs> = {}): SchemaInputs {
    const schema = readSchema("hasura", undefined, new ProblemList(), base);
    const migrations = (schema?.sources ?? []).flatMap((source) => source.migrations);
    const checksums = migrations.map((it) => [
      `${it.source}/${it.version}_${it.name}`,
      shownChecksum(it.checksum),
    ]);
    return {
      path: "hasura",
      base,
      digest: schema?.digest ?? "none",
      migrations: Object.fromEntries(checksums),
      rights: [],
      engineAlters: true,
      accept: [],
      seeds: true,
      adminSecret: "canary-admin-secret",
      triggers: ["engine-1"],
      container: "chtest-no-container",
      image: "chtest-no-image",
      network: "chtest-no-network",
      labels: {},
      timeoutSeconds: 30,
      ...extra,
    };
  }

  const stateOf = (of: SchemaInputs) => ({ ...of, applied: of.migrations });
  const NONE = {} as SchemaInputs;

  it("marks what loses data, and leaves the rest as it is", async () => {
    write("migrations/default/2_drop/up.sql", "drop table a;\n");
    const { inputs: checked } = await schemaProvider.check(NONE, inputs());
    const { "default/1_a": kept, "default/2_drop": lossy } = checked.migrations;
    expect(kept).to.match(/^sha256:[0-9a-f]{12}$/);
    expect(lossy).to.match(/^sha256:[0-9a-f]{12}; loses data: drops table a$/);
  });

  it("does not judge a folder again that has not changed", async () => {
    const news = inputs();
    const olds = { ...news, migrations: { "default/1_a": "sha256:0; loses data: as before" } };
    expect((await schemaProvider.check(olds, news)).inputs.migrations).to.equal(olds.migrations);
  });

  it("refuses SQL that Postgres cannot read, by file and line", async () => {
    write("migrations/default/2_broken/up.sql", "select 1;\nselect from from;\n");
    const { failures } = await schemaProvider.check(NONE, inputs());
    expect(failures?.map(({ reason }) => reason)).to.deep.equal([
      'migrations/default/2_broken/up.sql, line 2: syntax error at or near "from"; correct it',
    ]);
  });

  const CHANGES: [what: string, extra: Partial<SchemaInputs>, changes: boolean][] = [
    ["nothing", {}, false],
    ["the admin secret", { adminSecret: "another" }, false],
    ["the engine", { triggers: ["engine-2"] }, true],
    ["the files", { digest: "other" }, true],
    ["the image", { image: "other" }, true],
    ["the owner", { ownerRole: "app_owner" }, true],
  ];
  for (const [what, extra, changes] of CHANGES) {
    it(`${changes ? "changes" : "does not change"} with ${what}`, async () => {
      const diff = await schemaProvider.diff("schema", stateOf(inputs()), inputs(extra));
      expect(diff.changes).to.equal(changes);
    });
  }

  it("does not take a lost mark of data for a change", async () => {
    const news = inputs();
    const marked = {
      "default/1_a": `${news.migrations["default/1_a"]}; loses data: drops table a`,
    };
    const state = { ...stateOf(news), migrations: marked };
    const diff = await schemaProvider.diff("schema", state, { ...news, migrations: marked });
    expect(diff.changes).to.equal(false);
  });

  it("changes where a refresh found that something is not applied", async () => {
    const state = { ...inputs(), applied: {} };
    expect((await schemaProvider.diff("schema", state, inputs())).changes).to.equal(true);
  });

  it("takes no migration that a killed job left for a removed one, while a refresh compares", async () => {
    const news = inputs();
    const state = { ...news, applied: { ...news.migrations, "default/2_b": "sha256:0" } };
    expect((await schemaProvider.diff("schema", state, news)).changes).to.equal(false);
  });

  it("refuses an edited migration in a preview, unless it is accepted", async () => {
    const state = stateOf(inputs());
    write("migrations/default/1_a/up.sql", "create table a (b bigint);\n");
    const refusal = await schemaProvider.diff("schema", state, inputs()).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refusal).to.match(/^The schema was not applied: migrations\/default\/1_a was edited/);
    const accepted = await schemaProvider.diff("schema", state, inputs({ accept: ["1"] }));
    expect(accepted.changes).to.equal(true);
  });

  it("applies nothing where files change while the update runs", async () => {
    const planned = inputs();
    write("migrations/default/2_late/up.sql", "select 1;\n");
    const refusal = await schemaProvider.create(planned).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refusal).to.equal(
      "The files in hasura changed while the update ran; nothing was applied; run the update again",
    );
  });
});
