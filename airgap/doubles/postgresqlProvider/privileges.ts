import { escapeIdentifier } from "pg";
import type { PropertyMap } from "../plugin/propertyValue";
import type { PostgresServer, Session } from "./connection";
import { textOf, textsOf } from "./resourceFields";

/** What `ALL` stands for, by object type. */
export const privilegesOf: Readonly<Record<string, readonly string[]>> = {
  database: ["CREATE", "CONNECT", "TEMPORARY"],
  schema: ["CREATE", "USAGE"],
  table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
  sequence: ["USAGE", "SELECT", "UPDATE"],
  function: ["EXECUTE"],
  type: ["USAGE"],
};

/** The wanted privileges as SQL words; throws for one the object type does not have. */
export function wantedPrivileges(inputs: PropertyMap): string[] {
  const objectType = textOf(inputs, "objectType");
  const known = ["ALL", ...(privilegesOf[objectType] ?? [])];
  const wanted = textsOf(inputs, "privileges");
  const strange = wanted.find((privilege) => !known.includes(privilege));
  if (strange !== undefined) {
    throw new Error(`"${strange}" is not an allowed privilege for type ${objectType}`);
  }
  return wanted;
}

/** Whether the server's privileges are the wanted ones, `ALL` meaning every one of the type. */
export function samePrivileges(
  objectType: string,
  wanted: readonly string[],
  granted: readonly string[],
): boolean {
  const all = privilegesOf[objectType] ?? [];
  const expanded = new Set(wanted.includes("ALL") ? all : wanted);
  // Newer servers know more table privileges (MAINTAIN); they belong to ALL but to no wanted list.
  const counted = new Set(
    wanted.includes("ALL") ? granted.filter((p) => all.includes(p)) : granted,
  );
  return expanded.size === counted.size && [...expanded].every((entry) => counted.has(entry));
}

/** A role's name in SQL; `public` stands for everybody and is no identifier. */
export function grantee(role: string): string {
  return role.toLowerCase() === "public" ? "PUBLIC" : escapeIdentifier(role);
}

/** Number of the role in access lists, 0 for `public`; `undefined` when there is no such role. */
export async function granteeOid(session: Session, role: string): Promise<number | undefined> {
  if (role.toLowerCase() === "public") return 0;
  const [row] = await session.rows<{ oid: number }>(
    "SELECT oid::int8::int AS oid FROM pg_catalog.pg_roles WHERE rolname = $1",
    [role],
  );
  return row?.oid;
}

/** Whether role, database and schema (when one is named) of a grant still exist. */
export async function partsExist(server: PostgresServer, state: PropertyMap): Promise<boolean> {
  const found = await server.session("", async (session) => {
    const [database] = await session.rows(
      "SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1",
      [textOf(state, "database")],
    );
    const role = await granteeOid(session, textOf(state, "role"));
    return database !== undefined && role !== undefined;
  });
  const schema = textOf(state, "schema");
  if (!found || schema === "") return found;
  return server.session(textOf(state, "database"), async (session) => {
    const rows = await session.rows("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", [
      schema,
    ]);
    return rows.length > 0;
  });
}
