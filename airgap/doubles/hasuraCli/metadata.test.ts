import { rmSync } from "node:fs";
import { expect } from "chai";
import { load } from "js-yaml";
import { onDouble, TestCli } from "./testCli";

const REPLACE = "POST /v1/metadata replace_metadata";
const FOUND = "POST /v1/metadata get_inconsistent_metadata";
const FROM = "configuration: {connection_info: {database_url: {from_env: PG_DATABASE_URL}}}";
const source = (more: string) => ({
  "metadata/databases/databases.yaml": `- {name: default, kind: postgres, ${FROM}, ${more}}\n`,
});
const notes = "{table: {schema: public, name: notes}";
const select = (columns: string) =>
  `select_permissions: [{role: user, permission: {columns: ${columns}, filter: {}}}]`;

describe("hasura-cli: metadata", () => {
  let cli: TestCli;
  before(async () => {
    cli = await TestCli.start();
  });
  beforeEach(async () => {
    await cli.reset();
    await cli.sql("create table notes (id int primary key, body text)");
  });
  after(() => cli?.stop());

  const exported = () => cli.ask("/v1/metadata", { type: "export_metadata", args: {} });
  /** What a project is sent as, without a request of its own. */
  const built = async (files: Record<string, string>) => {
    const run = await cli.run(cli.project(files), "metadata apply --dry-run -o json");
    return { ...run, document: run.stdout === "" ? undefined : JSON.parse(run.stdout) };
  };

  it("replaces the metadata by one request, with 0 also where it is inconsistent", async () => {
    const tables = `tables: [${notes}}, {table: {schema: public, name: gone}}]`;
    const run = await cli.run(cli.project(source(tables)), "metadata apply");
    expect(run.requests.slice(5)).to.deep.equal([REPLACE]);
    expect(run.bodies.at(-1)).to.include({ type: "replace_metadata", version: 2 });
    expect(run.bodies.at(-1)).to.have.nested.property("args.allow_inconsistent_metadata", true);
    const sent = run.bodies.at(-1);
    expect(sent).to.have.nested.property("args.metadata").that.has.keys("sources", "version");
    expect(run.code).to.equal(0);
    expect(run.said).to.include.members(["Metadata is inconsistent", "Metadata applied"]);
    const answer = await cli.ask("/v1/graphql", { query: "{ notes { id } }" });
    expect(answer, "the sound table works").to.have.nested.property("data.notes");
  });

  it("keeps what there was where inconsistent metadata is disallowed, and names what is", async () => {
    const sound = cli.project(source(`tables: [${notes}}]`));
    await cli.run(sound, "metadata apply --disallow-inconsistent-metadata");
    const before = await exported();
    const broken = cli.project(source(`tables: [${notes}, ${select("[nope]")}}]`));
    const run = await cli.run(broken, "metadata apply --disallow-inconsistent-metadata");
    expect(run.bodies.at(-1)).to.have.nested.property("args.allow_inconsistent_metadata", false);
    expect(run.code).to.equal(1);
    expect(run.fatal).to.contain("cannot continue due to inconsistent metadata");
    expect(run.fatal).to.contain('column \\"nope\\" does not exist').and.contain("unexpected");
    expect(await exported()).to.deep.equal(before);
  });

  it("has one plain gate: inconsistency status", async () => {
    const sound = await cli.run(cli.project(), "metadata inconsistency status");
    expect(sound.requests.slice(5)).to.deep.equal([FOUND]);
    expect(sound.code).to.equal(0);
    expect(sound.said.at(-1)).to.equal("metadata is consistent");
    const project = cli.project(source("tables: [{table: {schema: public, name: gone}}]"));
    await cli.run(project, "metadata apply");
    const status = await cli.run(project, "metadata inconsistency status");
    expect(status.code).to.equal(1);
    expect(status.fatal).to.contain("metadata is inconsistent");
    const list = await cli.run(project, "metadata inconsistency list");
    expect(list.code).to.equal(0);
    expect(list.stdout)
      .to.match(/^NAME +TYPE +DESCRIPTION +REASON/)
      .and.contain("gone");
    const reload = await cli.run(project, "metadata reload");
    expect(reload.requests.slice(5)).to.deep.equal(["POST /v1/metadata reload_metadata", FOUND]);
    expect(reload.code).to.equal(0);
    expect(reload.said.join()).to.contain("nconsistent");
  });

  it("shows what a project holds, and asks nothing of its own for it", async () => {
    const files = source(`tables: [${notes}}]`);
    const { requests, document, code } = await built(files);
    expect(requests).to.have.lengthOf(5);
    expect(code).to.equal(0);
    const configuration = { connection_info: { database_url: { from_env: "PG_DATABASE_URL" } } };
    const table = { table: { schema: "public", name: "notes" } };
    const sources = [{ name: "default", kind: "postgres", configuration, tables: [table] }];
    expect(document).to.deep.equal({ version: 3, sources });
    const yaml = await cli.run(cli.project(files), "metadata apply --dry-run -o yaml");
    expect(load(yaml.stdout)).to.deep.equal(document);
    const plain = await cli.run(cli.project(files), "metadata apply --dry-run");
    expect(plain.said).to.have.lengthOf(3);
    expect(JSON.parse(plain.stdout)).to.deep.equal(document);
  });

  it("sends empty files as the table of the facts says, and leaves out what has none", async () => {
    const lists = ["cron_triggers", "remote_schemas", "query_collections", "inherited_roles"];
    const objects = ["network", "api_limits", "opentelemetry"];
    const silent = ["rest_endpoints", "metrics_config"];
    const files = [...lists, ...silent].map((name) => [`metadata/${name}.yaml`, "[]\n"]);
    const others = objects.map((name) => [`metadata/${name}.yaml`, "{}\n"]);
    const { document } = await built({
      ...Object.fromEntries([...files, ...others]),
      "metadata/allow_list.yaml": "[]\n",
      "metadata/graphql_schema_introspection.yaml": "{}\n",
    });
    expect(document).to.deep.equal({
      allowlist: [],
      ...Object.fromEntries([...lists.map((it) => [it, []]), ...objects.map((it) => [it, {}])]),
      graphql_schema_introspection: { disabled_for_roles: [] },
      version: 3,
      sources: document.sources,
    });
    expect((await built({ "metadata/allow_list.yaml": "" })).fatal).to.contain("EOF");
  });

  it("includes files under tables and functions, tagged or as text, nested, and nowhere else", async () => {
    const { document } = await built({
      ...source('tables: !include default/tables/tables.yaml, logical_models: ["!include x.yaml"]'),
      "metadata/databases/default/tables/tables.yaml": '- "!include public_notes.yaml"\n',
      "metadata/databases/default/tables/public_notes.yaml": `${notes}, ${select("!include columns.yaml")}}\n`,
      "metadata/databases/default/tables/columns.yaml": "[id]\n",
    });
    const columns = "sources[0].tables[0].select_permissions[0].permission.columns";
    expect(document).to.have.deep.nested.property(columns, ["id"]);
    expect(document).to.have.nested.property("sources[0].logical_models[0]", "!include x.yaml");
  });

  it("puts in a file that is not called .yaml as text, and takes any text with the word", async () => {
    const files = source("tables: [!include notes.yml]");
    const { document } = await built({
      ...files,
      "metadata/databases/notes.yml": "table: notes\n",
    });
    expect(document).to.have.nested.property("sources[0].tables[0]", "table: notes\n");
    const comment = `tables: [${notes}, comment: "see !include gone.yaml"}]`;
    expect((await built(source(comment))).fatal).to.contain("gone.yaml");
  });

  it("fails before any change on files that are broken or missing, naming the chain of them", async () => {
    const chained = {
      ...source("tables: !include tables.yaml"),
      "metadata/databases/tables.yaml": "- !include gone.yaml\n",
    };
    const missing = await cli.run(cli.project(chained), "metadata apply");
    expect(missing.requests).not.to.include(REPLACE);
    expect(missing.code).to.equal(1);
    expect(missing.fatal).to.match(/databases\.yaml.*tables\.yaml.*gone\.yaml/s);
    const broken = { "metadata/databases/databases.yaml": "- {name: default" };
    const run = await cli.run(cli.project(broken), "metadata apply");
    expect(run.requests).not.to.include(REPLACE);
    expect(run.code).to.equal(1);
  });

  it("drops unknown members of a source in silence", async () => {
    const { document } = await built(source("nonsense: 1, customization: {}"));
    expect(document.sources[0]).to.have.keys("name", "kind", "configuration", "customization");
  });

  it("removes every source by an empty list, and sends no key for a missing file", async () => {
    const empty = { "metadata/databases/databases.yaml": "[]\n" };
    expect(await cli.run(cli.project(empty), "metadata apply")).to.include({ code: 0 });
    expect(await exported()).to.have.deep.property("sources", []);
  });

  it("leaves it to the engine to refuse metadata without its version", async () => {
    const project = cli.project({ "metadata/version.yaml": "{}\n" });
    const run = await cli.run(project, "metadata apply");
    expect(run.bodies.at(-1)).to.have.nested.property("args.metadata.version", null);
    expect(run.code).to.equal(1);
    expect(run.fatal).to.contain('key \\"tables\\" not found');
  });

  it("leaves a missing databases.yaml out, which the engine refuses", async () => {
    const project = cli.project();
    rmSync(`${project}/metadata/databases/databases.yaml`);
    const run = await cli.run(project, "metadata apply");
    expect(run.code).to.equal(1);
    expect(run.fatal).to.contain('key \\"sources\\" not found');
  });

  it("skips actions without their SDL in silence", async () => {
    const listed = "actions: [{name: login, definition: {kind: synchronous, handler: x}}]\n";
    const { document } = await built({ "metadata/actions.yaml": listed });
    expect(document).to.have.keys("version", "sources");
    const blank = { "metadata/actions.graphql": " \n", "metadata/actions.yaml": "actions: []\n" };
    expect((await built(blank)).document).to.have.keys("version", "sources");
  });

  (onDouble ? it : it.skip)("refuses actions with an SDL, since cli-ext is not here", async () => {
    const sdl = { "metadata/actions.graphql": "type Mutation { login: String }\n" };
    const run = await built(sdl);
    expect(run.code).to.equal(1);
    expect(run.fatal).to.contain("the double of hasura-cli does not know the actions of");
  });
});
