import { escapeIdentifier, escapeLiteral } from "pg";
import type { PropertyMap } from "../plugin/propertyValue";
import { whileDoing } from "./connection";
import { type Fields, textOf } from "./resourceFields";
import type { ResourceKind } from "./resourceKind";

const fields: Fields = {
  name: { type: "text", required: true },
  owner: { type: "text", computed: true },
  template: { type: "text", computed: true, replaces: true },
  encoding: { type: "text", computed: true, replaces: true },
  lcCollate: { type: "text", computed: true, replaces: true },
  lcCtype: { type: "text", computed: true, replaces: true },
  tablespaceName: { type: "text", computed: true },
  connectionLimit: { type: "number", default: -1, minimum: -1 },
  allowConnections: { type: "boolean", default: true },
  isTemplate: { type: "boolean", computed: true },
  alterObjectOwnership: {
    type: "boolean",
    default: false,
    refused: "passing objects on to a new owner",
  },
};

function quotedOrDefault(value: string, quote: (text: string) => string): string {
  return value.toUpperCase() === "DEFAULT" ? "DEFAULT" : quote(value);
}

function createStatement(inputs: PropertyMap, connectedAs: string): string {
  const given = (name: string, keyword: string, quote: (text: string) => string) => {
    const value = textOf(inputs, name);
    return value === "" ? [] : [`${keyword} ${quotedOrDefault(value, quote)}`];
  };
  const encoding = textOf(inputs, "encoding") || "UTF8";
  const template = textOf(inputs, "template") || "template0";
  return [
    `CREATE DATABASE ${escapeIdentifier(textOf(inputs, "name"))}`,
    `OWNER ${escapeIdentifier(textOf(inputs, "owner") || connectedAs)}`,
    `TEMPLATE ${quotedOrDefault(template, escapeIdentifier)}`,
    `ENCODING ${quotedOrDefault(encoding, escapeLiteral)}`,
    ...given("lcCollate", "LC_COLLATE", escapeLiteral),
    ...given("lcCtype", "LC_CTYPE", escapeLiteral),
    ...given("tablespaceName", "TABLESPACE", escapeIdentifier),
    `ALLOW_CONNECTIONS ${inputs.allowConnections !== false}`,
    `CONNECTION LIMIT ${Number(inputs.connectionLimit ?? -1)}`,
    `IS_TEMPLATE ${inputs.isTemplate === true}`,
  ].join(" ");
}

function updateStatements(olds: PropertyMap, news: PropertyMap): string[] {
  const database = escapeIdentifier(textOf(news, "name"));
  const statements: string[] = [];
  const when = (name: string, statement: string) => {
    if (news[name] !== undefined && news[name] !== olds[name]) statements.push(statement);
  };
  when("owner", `ALTER DATABASE ${database} OWNER TO ${escapeIdentifier(textOf(news, "owner"))}`);
  const tablespace = escapeIdentifier(textOf(news, "tablespaceName"));
  when("tablespaceName", `ALTER DATABASE ${database} SET TABLESPACE ${tablespace}`);
  const limit = Number(news.connectionLimit ?? -1);
  when("connectionLimit", `ALTER DATABASE ${database} CONNECTION LIMIT ${limit}`);
  const connections = news.allowConnections !== false;
  when("allowConnections", `ALTER DATABASE ${database} ALLOW_CONNECTIONS ${connections}`);
  when("isTemplate", `ALTER DATABASE ${database} IS_TEMPLATE ${news.isTemplate === true}`);
  return statements;
}

const query = `SELECT d.datname AS name, pg_get_userbyid(d.datdba)::text AS owner,
  pg_encoding_to_char(d.encoding)::text AS encoding, d.datcollate AS "lcCollate",
  d.datctype AS "lcCtype", t.spcname AS "tablespaceName", d.datconnlimit AS "connectionLimit",
  d.datallowconn AS "allowConnections", d.datistemplate AS "isTemplate"
  FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
  WHERE d.datname = $1`;

/** `postgresql:index/database:Database`; encoding, locale or template changes replace it. */
export const database: ResourceKind = {
  token: "postgresql:index/database:Database",
  fields,
  async create(server, inputs) {
    const statement = createStatement(inputs, server.config.username);
    const name = textOf(inputs, "name");
    const created = server.session("", (session) => session.rows(statement));
    await whileDoing(`error creating database "${name}"`, created);
    return name;
  },
  read: (server, id, state) =>
    server.session("", async (session) => {
      const [row] = await session.rows<Record<string, string | number | boolean>>(query, [id]);
      if (!row) return undefined;
      return { ...state, ...row, template: textOf(state, "template") || "template0" };
    }),
  update: (server, olds, news, renamed) =>
    server.session("", async (session) => {
      const [before, after] = [textOf(olds, "name"), textOf(news, "name")];
      if (before !== after) {
        const statement = `ALTER DATABASE ${escapeIdentifier(before)} RENAME TO ${escapeIdentifier(after)}`;
        await whileDoing("error updating database name", session.rows(statement));
        renamed(after);
      }
      for (const statement of updateStatements(olds, news)) await session.rows(statement);
    }),
  delete: (server, state) =>
    server.session("", async (session) => {
      const name = escapeIdentifier(textOf(state, "name"));
      if (state.isTemplate === true) await session.rows(`ALTER DATABASE ${name} IS_TEMPLATE false`);
      const block = session.rows(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await whileDoing("error blocking connections to database", block);
      const drop = session.rows(`DROP DATABASE ${name} WITH (FORCE)`);
      await whileDoing("error dropping database", drop);
    }),
};
