import { renameSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect } from "chai";
import { readSchema, withoutSeeds } from "../../../infra/schema/readSchema";
import { ProblemList } from "../../../infra/validation/problems";
import {
  DATABASES,
  databases,
  madeFolder,
  reading,
  soundSchema,
  source,
  TABLES,
  TODOS,
  UP,
} from "./madeFolder";

const todos = { name: "todos", schema: "public" };
const sql = "SELECT 1;\n";

describe("a sound folder", () => {
  it("is read into what the CLI sends", () => {
    const configuration = { connection_info: { database_url: { from_env: "PG_DATABASE_URL" } } };
    const schema = soundSchema();
    expect(schema.metadata).to.deep.equal({
      version: 3,
      sources: [{ name: "default", kind: "postgres", configuration, tables: [{ table: todos }] }],
    });
    expect(schema.sources).to.deep.equal([
      {
        name: "default",
        configuration,
        migrations: [
          {
            source: "default",
            version: "1700000000000",
            name: "create_todos",
            sql: "CREATE TABLE todos (id bigint PRIMARY KEY);\n",
            checksum: "a2d83c65aed7a0aa63ef03b3faaa8a464f09a5e1bcc9c1ff868706b8a6dbd6f6",
          },
        ],
        seeds: [],
      },
    ]);
  });

  it("is uploaded without what the stack decides itself or the CLI does not read", () => {
    const files = soundSchema({
      ".env": "HASURA_GRAPHQL_ADMIN_SECRET=x",
      "config.yaml": "version: 3\nadmin_secret: x\nmetadata_directory: ./metadata/\n",
      "metadata/README.md": "junk",
      "migrations/.DS_Store": "",
      "migrations/default/.gitkeep": "",
      "migrations/default/1700000000000_create_todos/down.sql": "DROP TABLE todos;",
    }).files;
    expect(files.map(({ path }) => path)).to.deep.equal([
      "config.yaml",
      DATABASES,
      TODOS,
      TABLES,
      "metadata/version.yaml",
      UP,
    ]);
    expect(files[0]?.content).to.equal("version: 3\n");
  });

  it("has a digest that changes with a path or a content, and with nothing else", () => {
    const root = madeFolder();
    const { digest } = soundSchema();
    const ofRoot = () => reading(root).schema?.digest;
    expect(ofRoot()).to.equal(digest);
    writeFileSync(join(root, UP), "CREATE TABLE todos (id bigint PRIMARY KEY);\r\n");
    writeFileSync(join(root, "metadata/junk.yaml"), "a: 1");
    expect(ofRoot()).to.equal(digest);
    renameSync(
      join(root, "migrations/default/1700000000000_create_todos"),
      join(root, "migrations/default/1700000000000_todos"),
    );
    const renamed = ofRoot();
    expect(renamed).not.to.equal(digest);
    writeFileSync(join(root, TODOS), "table: todos");
    expect(ofRoot()).not.to.be.oneOf([digest, renamed]);
  });

  it("has migrations in the order of their numbers, and seeds in that of their names", () => {
    const [first] = soundSchema({
      "migrations/default/2_b/up.sql": sql,
      "migrations/default/10_a/up.sql": sql,
      "seeds/default/b.sql": sql,
      "seeds/default/a.sql": sql,
    }).sources;
    expect(first?.migrations.map(({ version }) => version)).to.deep.equal([
      "2",
      "10",
      "1700000000000",
    ]);
    expect(first?.seeds.map(({ file }) => file)).to.deep.equal(["a.sql", "b.sql"]);
  });

  it("can be had without its seeds, and then is that of a folder that has none", () => {
    const seeds = { "seeds/default/a.sql": sql };
    expect(soundSchema(seeds)).not.to.deep.equal(soundSchema());
    expect(withoutSeeds(soundSchema(seeds))).to.deep.equal(soundSchema());
  });

  it("may have links within it", () => {
    const root = madeFolder();
    symlinkSync("1700000000000_create_todos", join(root, "migrations/default/1700000000001_same"));
    expect(reading(root).schema?.sources[0]?.migrations).to.have.length(2);
  });

  it("may be relative to another folder than that of the process, and is shown like that", () => {
    const root = madeFolder({ "config.yaml": null });
    const problems = new ProblemList();
    readSchema(basename(root), [], problems, dirname(root));
    expect(problems.list()).to.deep.equal([
      { path: `${basename(root)}/config.yaml`, reason: "is missing; add the file" },
    ]);
  });

  it("may have several sources, whose variables the engine has or may have", () => {
    const changes = {
      [DATABASES]: `${databases("tables: []")}${source("logs", "customization: { naming_convention: graphql-default }", "from_env: LOGS_URL")}`,
      "migrations/logs/.gitkeep": "",
    };
    for (const env of [["LOGS_URL"], undefined]) {
      const problems = new ProblemList();
      const schema = readSchema(madeFolder(changes), env, problems);
      expect(problems.list()).to.deep.equal([]);
      expect(schema?.sources[1]).to.deep.include({
        name: "logs",
        customization: { naming_convention: "graphql-default" },
        migrations: [],
      });
    }
  });
});
