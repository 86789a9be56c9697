import { expect } from "chai";
import { Client } from "pg";
import { OTHER_POSTGRES, POSTGRES } from "../support/postgresImages";
import { docker } from "./support/docker";
import { freePorts } from "./support/exampleStack";
import { startOwnServer } from "./support/ownServer";
import { INTENDED, rightsOf } from "./support/rights";
import { SCHEMA_PATH, SchemaFolder } from "./support/schemaFolder";
import { changedNothing, type StackConfig, TestStack } from "./support/testStack";
import { rsaSigner } from "./support/tokens";

const SETTINGS = { "postgres.readOnlyRole": "reporting" };
const MIGRATION = `set role app_owner;
  create table todos (id serial primary key, done boolean default false);
  insert into todos default values;
  create function open_todos() returns bigint language sql stable as 'select count(*) from public.todos where not done';
  create schema reports;`;
/** As the engine makes an event trigger: its functions run as whoever changes a row. */
const EVENT_TRIGGER = `create table hdb_catalog.chtest_log (id int);
  create function hdb_catalog.chtest_notify() returns trigger language plpgsql as
    'begin insert into hdb_catalog.chtest_log values (1); return new; end';
  create trigger chtest_notify after insert on todos for each row execute function hdb_catalog.chtest_notify();`;

type Ask = (sql: string, database?: string) => Promise<Record<string, unknown>[]>;

/** A stack's server: its port on loopback, and how its superuser asks there. */
interface Server {
  port: number;
  asOwner: Ask;
  stop?(): Promise<void>;
}

async function ownContainer(): Promise<[Server, StackConfig, (stack: TestStack) => void]> {
  const [port = 0] = await freePorts(1);
  let container = "";
  const asOwner: Ask = async (sql, database = "app") => {
    const rows = `with rows as (${sql}) select coalesce(json_agg(rows), '[]') from rows`;
    const run = sql.startsWith("select") ? rows : sql;
    const psql = ["psql", "-U", "postgres", "-d", database, "-qAt", "-v", "ON_ERROR_STOP=1"];
    return JSON.parse((await docker(["exec", container, ...psql, "-c", run])) || "[]");
  };
  const named = (stack: TestStack) => {
    container = stack.postgresContainer;
  };
  return [{ port, asOwner }, { plain: { "postgres.port": `${port}` } }, named];
}

async function externalServer(): Promise<[Server, StackConfig, (stack: TestStack) => void]> {
  const name = `chtest-e2e-privileges-${process.pid}`;
  const server = await startOwnServer(name, { image: OTHER_POSTGRES.image });
  const asOwner: Ask = (sql, database = "app") => server.asOwner(sql, database);
  const plain = {
    "postgres.external.host": "127.0.0.1",
    "postgres.external.port": `${server.port}`,
    "postgres.external.engineHost": server.name,
    "postgres.external.enginePort": "5432",
    "postgres.external.user": server.user,
    "postgres.external.sslMode": "disable",
    "hasura.networks": JSON.stringify([server.name]),
  };
  const secret = { "postgres.external.password": server.password };
  const { port, stop } = server;
  return [{ port, asOwner, stop }, { plain, secret }, () => undefined];
}

const PLACES: [title: string, start: typeof ownContainer][] = [
  [`its own PostgreSQL ${POSTGRES.major}`, ownContainer],
  [`PostgreSQL ${OTHER_POSTGRES.major} under an administrator who is no superuser`, externalServer],
];

for (const [title, start] of PLACES) {
  describe(`what the roles of a stack may do on ${title}`, function () {
    this.timeout(400_000);
    let server: Server;
    let stack: TestStack;

    before(async () => {
      const [started, config, named] = await start();
      server = started;
      const { publicPem } = rsaSigner("own");
      stack = await TestStack.create({
        plain: {
          ...config.plain,
          ...SETTINGS,
          "identity.signingKey.algorithm": "RS256",
          "identity.issuer": "https://issuer.example.test",
          "hasura.corsDomains": "[]",
        },
        secret: { ...config.secret, "identity.signingKey.key": publicPem },
      });
      named(stack);
      await stack.up();
    });
    after(async () => {
      await stack?.cleanUp();
      await server?.stop?.();
    });

    /** Logs in as the role of a URL that the engine would use, or as a stranger. */
    async function as(url: string, sql: string, database = "app"): Promise<unknown[]> {
      const at = new URL(url);
      at.host = `127.0.0.1:${server.port}`;
      at.pathname = `/${database}`;
      at.search = "";
      const client = new Client({ connectionString: at.toString() });
      await client.connect();
      try {
        return (await client.query(sql)).rows as unknown[];
      } finally {
        await client.end();
      }
    }
    const refusal = (url: string, sql: string, database?: string) =>
      as(url, sql, database).then(
        () => "",
        (error: Error) => error.message,
      );
    async function expectIntended(preset: string): Promise<void> {
      for (const [role, intended] of Object.entries(INTENDED[preset] ?? {})) {
        const found = await rightsOf(role, server.asOwner);
        expect(found, `${role} in ${preset}`).to.deep.equal(intended);
      }
    }

    it("is what is intended in development, for what a migration and the engine make", async () => {
      await server.asOwner("create role stranger login password 'stranger'");
      await server.asOwner(MIGRATION);
      const client = await stack.client();
      await client.metadata("pg_add_source", {
        name: "default",
        configuration: { connection_info: { database_url: { from_env: "PG_DATABASE_URL" } } },
      });
      // A real engine has made its schema by now.
      await client.sql(`create schema if not exists hdb_catalog;
        create table drafts (id int); insert into drafts values (7)`);
      await expectIntended("development");
      await client.sql("alter table todos add column title text");
    });

    it("is what is intended in production with a schema, where what the engine made is the owner's", async () => {
      const folder = new SchemaFolder(stack.checkout);
      folder.write("migrations/default/1_create_todos/up.sql", "create schema audit;");
      folder.write("metadata/databases/tables.yaml", "[]");
      await stack.configure({ plain: { preset: "production", "schema.path": SCHEMA_PATH } });
      await stack.up();
      await expectIntended("production");
      const owners = "select tableowner as by from pg_tables where tablename = 'drafts'";
      expect(await server.asOwner(owners)).to.deep.equal([{ by: "app_owner" }]);
      expect(await (await stack.client()).sql("select id from drafts")).to.deep.equal([["7"]]);
      const again = await stack.up("--refresh", "--expect-no-changes");
      expect(changedNothing(again), again.text).to.equal(true);
    });

    it("lets the engine alter nothing in production but as the owner", async () => {
      const { databaseUrl } = await stack.outputs();
      for (const sql of ["alter table todos add column x int", "drop table todos"]) {
        expect(await refusal(databaseUrl, sql)).to.equal("must be owner of table todos");
      }
      expect(await refusal(databaseUrl, "create table x (id int)")).to.contain("schema public");
      await as(databaseUrl, "begin; set local role app_owner; drop table todos; rollback");
    });

    it("lets the engine watch a table, and the owner write to one that it watches", async () => {
      const { databaseUrl } = await stack.outputs();
      await as(databaseUrl, EVENT_TRIGGER);
      await as(
        databaseUrl,
        "begin; set local role app_owner; insert into todos default values; commit",
      );
      const logged = "select count(*)::int as rows from hdb_catalog.chtest_log";
      expect(await as(databaseUrl, logged)).to.deep.equal([{ rows: 1 }]);
    });

    it("lets the read-only role read the application's data and nothing else", async () => {
      const { readOnlyDatabaseUrl: url } = await stack.outputs();
      expect(await as(url, "select id from drafts")).to.deep.equal([{ id: 7 }]);
      expect(await refusal(url, "insert into drafts values (8)")).to.contain("read-only");
      const writes = "begin read write; insert into drafts values (8)";
      expect(await refusal(url, writes)).to.equal("permission denied for table drafts");
      expect(await refusal(url, "select 1", "hasura_metadata")).to.contain("permission denied");
    });

    it("lets no other role in", async () => {
      const url = "postgresql://stranger:stranger@server/app";
      for (const database of ["app", "hasura_metadata"]) {
        const said = await refusal(url, "select 1", database);
        expect(said).to.equal(`permission denied for database "${database}"`);
      }
    });

    it("leaves no role behind", async () => {
      await server.asOwner("drop role stranger");
      await stack.destroyAll();
      if (server.stop === undefined) return;
      const left =
        "select rolname from pg_roles where rolname in ('app_owner', 'hasura', 'reporting')";
      expect(await server.asOwner(left, "postgres")).to.deep.equal([]);
    });
  });
}
