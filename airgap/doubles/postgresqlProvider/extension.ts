import { escapeIdentifier } from "pg";
import type { PropertyMap } from "../plugin/propertyValue";
import type { PostgresServer } from "./connection";
import { type Fields, textOf } from "./resourceFields";
import type { ResourceKind } from "./resourceKind";

const fields: Fields = {
  name: { type: "text", required: true, replaces: true },
  database: { type: "text", computed: true, replaces: true },
  schema: { type: "text", computed: true },
  version: { type: "text", computed: true },
  createCascade: { type: "boolean", default: false },
  dropCascade: { type: "boolean", default: false },
};

function databaseOf(server: PostgresServer, map: PropertyMap): string {
  return textOf(map, "database") || server.config.database;
}

function createStatement(inputs: PropertyMap): string {
  const schema = textOf(inputs, "schema");
  const version = textOf(inputs, "version");
  return [
    `CREATE EXTENSION IF NOT EXISTS ${escapeIdentifier(textOf(inputs, "name"))}`,
    schema === "" ? "" : `SCHEMA ${escapeIdentifier(schema)}`,
    version === "" ? "" : `VERSION ${escapeIdentifier(version)}`,
    inputs.createCascade === true ? "CASCADE" : "",
  ].join(" ");
}

const query = `SELECT e.extname AS name, n.nspname AS schema, e.extversion AS version
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
  WHERE e.extname = $1`;

/** `postgresql:index/extension:Extension`; name and database replace it. */
export const extension: ResourceKind = {
  token: "postgresql:index/extension:Extension",
  fields,
  async create(server, inputs) {
    const target = databaseOf(server, inputs);
    await server.session(target, (session) => session.rows(createStatement(inputs)));
    return `${target}.${textOf(inputs, "name")}`;
  },
  async read(server, id, state) {
    const [idDatabase = "", ...rest] = id.split(".");
    const target = textOf(state, "database") || idDatabase;
    const name = textOf(state, "name") || rest.join(".");
    const [row] = await server.session(target, (session) =>
      session.rows<Record<string, string>>(query, [name]),
    );
    return row && { ...state, ...row, database: target };
  },
  async update(server, olds, news) {
    const name = escapeIdentifier(textOf(news, "name"));
    const schema = textOf(news, "schema");
    const version = textOf(news, "version");
    await server.transaction(databaseOf(server, olds), async (session) => {
      if (schema !== "" && schema !== olds.schema) {
        await session.rows(`ALTER EXTENSION ${name} SET SCHEMA ${escapeIdentifier(schema)}`);
      }
      if (version !== "" && version !== olds.version) {
        await session.rows(`ALTER EXTENSION ${name} UPDATE TO ${escapeIdentifier(version)}`);
      }
    });
  },
  async delete(server, state) {
    const cascade = state.dropCascade === true ? " CASCADE" : "";
    const name = escapeIdentifier(textOf(state, "name"));
    await server.session(databaseOf(server, state), (session) =>
      session.rows(`DROP EXTENSION ${name}${cascade}`),
    );
  },
};
