import { escapeIdentifier } from "pg";
import type { PropertyMap } from "../plugin/propertyValue";
import { lockRole, type PostgresServer, type Session } from "./connection";
import { grantee, granteeOid, partsExist, samePrivileges, wantedPrivileges } from "./privileges";
import { type Fields, textOf, textsOf } from "./resourceFields";
import type { ResourceKind } from "./resourceKind";

const objectTypes = ["database", "schema", "table", "sequence", "function"];

const fields: Fields = {
  role: { type: "text", required: true, replaces: true },
  database: { type: "text", required: true, replaces: true },
  schema: { type: "text", replaces: true },
  objectType: { type: "text", required: true, replaces: true, allowed: objectTypes },
  objects: { type: "set", replaces: true },
  columns: { type: "set", replaces: true, refused: "grants on columns" },
  privileges: { type: "set", required: true },
  withGrantOption: { type: "boolean", default: false, replaces: true },
};

function requireConsistent(inputs: PropertyMap): void {
  const objectType = textOf(inputs, "objectType");
  const schema = textOf(inputs, "schema");
  if (schema === "" && objectType !== "database") {
    throw new Error(`parameter 'schema' is mandatory for a grant on object type ${objectType}`);
  }
  if (["database", "schema"].includes(objectType) && textsOf(inputs, "objects").length > 0) {
    throw new Error("cannot specify `objects` when `objectType` is `database` or `schema`");
  }
}

function target(inputs: PropertyMap): string {
  const objectType = textOf(inputs, "objectType");
  const keyword = objectType.toUpperCase();
  const schema = escapeIdentifier(textOf(inputs, "schema"));
  if (objectType === "database") return `DATABASE ${escapeIdentifier(textOf(inputs, "database"))}`;
  if (objectType === "schema") return `SCHEMA ${schema}`;
  const objects = textsOf(inputs, "objects");
  if (objects.length === 0) return `ALL ${keyword}S IN SCHEMA ${schema}`;
  return `${keyword} ${objects.map((name) => `${schema}.${objectName(name)}`).join(", ")}`;
}

// A function may be named with its argument types, which are no part of the identifier.
function objectName(name: string): string {
  const [, identifier = name, argumentTypes = ""] = /^([^(]*)(\(.*\))?$/.exec(name) ?? [];
  return escapeIdentifier(identifier) + argumentTypes;
}

function idOf(inputs: PropertyMap): string {
  const schema = textOf(inputs, "schema");
  const parts = [textOf(inputs, "role"), textOf(inputs, "database")];
  if (textOf(inputs, "objectType") !== "database") parts.push(schema);
  return [...parts, textOf(inputs, "objectType"), ...textsOf(inputs, "objects")].join("_");
}

async function apply(server: PostgresServer, inputs: PropertyMap): Promise<void> {
  requireConsistent(inputs);
  const wanted = wantedPrivileges(inputs);
  const role = textOf(inputs, "role");
  const option = inputs.withGrantOption === true ? " WITH GRANT OPTION" : "";
  await server.transaction(textOf(inputs, "database"), async (session) => {
    await lockRole(session, role);
    await session.rows(`REVOKE ALL PRIVILEGES ON ${target(inputs)} FROM ${grantee(role)}`);
    if (wanted.length === 0) return;
    const words = wanted.join(", ");
    await session.rows(`GRANT ${words} ON ${target(inputs)} TO ${grantee(role)}${option}`);
  });
}

const accessLists: Record<string, string> = {
  database: "SELECT datname AS name, datacl AS acl FROM pg_catalog.pg_database WHERE datname = $2",
  schema: "SELECT nspname AS name, nspacl AS acl FROM pg_catalog.pg_namespace WHERE nspname = $2",
  table: `SELECT relname AS name, relacl AS acl FROM pg_catalog.pg_class
          WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $2)`,
  sequence: `SELECT relname AS name, relacl AS acl FROM pg_catalog.pg_class
          WHERE relkind = 'S' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $2)`,
  function: `SELECT proname AS name, COALESCE(proacl, acldefault('f', proowner)) AS acl
          FROM pg_catalog.pg_proc
          WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $2)`,
};

async function grantedOn(session: Session, state: PropertyMap): Promise<Map<string, string[]>> {
  const objectType = textOf(state, "objectType");
  const rows = await session.rows<{ name: string; granted: string[] }>(
    `SELECT name, ARRAY(SELECT privilege_type FROM aclexplode(acl) WHERE grantee = $1) AS granted
     FROM (${accessLists[objectType]}) objects`,
    [
      await granteeOid(session, textOf(state, "role")),
      textOf(state, objectType === "database" ? "database" : "schema"),
    ],
  );
  const named = textsOf(state, "objects").map((name) => name.replace(/\(.*$/, ""));
  const counted = rows.filter(({ name }) => named.length === 0 || named.includes(name));
  return new Map(counted.map(({ name, granted }) => [name, granted]));
}

async function readPrivileges(session: Session, state: PropertyMap): Promise<string[]> {
  const objectType = textOf(state, "objectType");
  const wanted = textsOf(state, "privileges");
  const granted = [...(await grantedOn(session, state)).values()];
  const different = granted.find((list) => !samePrivileges(objectType, wanted, list));
  if (different === undefined) return wanted;
  // Upstream: of many objects one that differs empties the list, which makes the next run grant again.
  return ["database", "schema"].includes(objectType) ? [...different].sort() : [];
}

/** `postgresql:index/grant:Grant`; everything but the privileges replaces it, deleting first. */
export const grant: ResourceKind = {
  token: "postgresql:index/grant:Grant",
  fields,
  deletesFirst: true,
  async create(server, inputs) {
    await apply(server, inputs);
    return idOf(inputs);
  },
  async read(server, id, state) {
    if (textOf(state, "role") === "") throw new Error(`a grant cannot be imported (${id})`);
    if (!(await partsExist(server, state))) return undefined;
    const privileges = await server.session(textOf(state, "database"), (session) =>
      readPrivileges(session, state),
    );
    return { ...state, privileges };
  },
  update: (server, _olds, news) => apply(server, news),
  async delete(server, state) {
    const role = textOf(state, "role");
    await server.transaction(textOf(state, "database"), async (session) => {
      await lockRole(session, role);
      await session.rows(`REVOKE ALL PRIVILEGES ON ${target(state)} FROM ${grantee(role)}`);
    });
  },
};
