import { escapeIdentifier } from "pg";
import type { PropertyMap } from "../plugin/propertyValue";
import type { PostgresServer } from "./connection";
import { type Fields, textOf } from "./resourceFields";
import type { ResourceKind } from "./resourceKind";

const fields: Fields = {
  name: { type: "text", required: true },
  database: { type: "text", computed: true, replaces: true },
  owner: { type: "text", computed: true },
  ifNotExists: { type: "boolean", default: true },
  dropCascade: { type: "boolean", default: false },
  policies: { type: "list", computed: true, refused: "a deprecated input; use Grant" },
};

function databaseOf(server: PostgresServer, map: PropertyMap): string {
  return textOf(map, "database") || server.config.database;
}

async function schemaOwner(server: PostgresServer, databaseName: string, name: string) {
  return server.session(databaseName, async (session) => {
    const [row] = await session.rows<{ owner: string }>(
      "SELECT pg_get_userbyid(nspowner)::text AS owner FROM pg_catalog.pg_namespace WHERE nspname = $1",
      [name],
    );
    return row?.owner;
  });
}

/** `postgresql:index/schema:Schema`; another database replaces it, name and owner change in place. */
export const schema: ResourceKind = {
  token: "postgresql:index/schema:Schema",
  fields,
  async create(server, inputs) {
    const name = textOf(inputs, "name");
    const target = databaseOf(server, inputs);
    const owner = textOf(inputs, "owner");
    // One that exists is taken over, whatever ifNotExists says: upstream looks for it first.
    const existing = await schemaOwner(server, target, name);
    const authorization = owner === "" ? "" : ` AUTHORIZATION ${escapeIdentifier(owner)}`;
    const create = `CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(name)}${authorization}`;
    const take = `ALTER SCHEMA ${escapeIdentifier(name)} OWNER TO ${escapeIdentifier(owner)}`;
    await server.session(target, async (session) => {
      if (existing === undefined) await session.rows(create);
      else if (owner !== "" && owner !== existing) await session.rows(take);
    });
    return `${target}.${name}`;
  },
  async read(server, id, state) {
    const [idDatabase = "", ...rest] = id.split(".");
    const target = textOf(state, "database") || idDatabase;
    const name = rest.join(".") || textOf(state, "name");
    const owner = await schemaOwner(server, target, name);
    return owner === undefined ? undefined : { ...state, name, database: target, owner };
  },
  async update(server, olds, news, renamed) {
    const before = escapeIdentifier(textOf(olds, "name"));
    const name = escapeIdentifier(textOf(news, "name"));
    const owner = textOf(news, "owner");
    await server.transaction(databaseOf(server, olds), async (session) => {
      if (before !== name) {
        await session.rows(`ALTER SCHEMA ${before} RENAME TO ${name}`);
        renamed(`${databaseOf(server, olds)}.${textOf(news, "name")}`);
      }
      if (owner !== "" && owner !== olds.owner) {
        await session.rows(`ALTER SCHEMA ${name} OWNER TO ${escapeIdentifier(owner)}`);
      }
    });
  },
  async delete(server, state) {
    const name = escapeIdentifier(textOf(state, "name"));
    const mode = state.dropCascade === true ? "CASCADE" : "RESTRICT";
    await server.session(databaseOf(server, state), (session) =>
      session.rows(`DROP SCHEMA IF EXISTS ${name} ${mode}`),
    );
  },
};
