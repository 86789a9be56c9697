import { compileBoolExp, SqlParameters } from "./boolExp";
import { EngineError } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";
import type { LiveTable } from "./liveTable";
import type { Operation } from "./metadataDocument";
import type { Session, Viewer } from "./session";
import type { Column, TableInfo } from "./sourceCatalog";

/** What one role may do to one table by one operation. */
export type Access = {
  columns: Column[];
  filter: Json;
  check: Json;
  set: JsonObject;
  limit?: number;
  allowAggregations: boolean;
};

/** The access of a role, or undefined when it has none; `admin` may do everything. */
export function accessOf(
  { metadata, info }: LiveTable,
  operation: Operation,
  { role, backend }: Viewer,
): Access | undefined {
  if (operation !== "select" && info.isView) return undefined;
  if (role === "admin") {
    return { columns: info.columns, filter: {}, check: {}, set: {}, allowAggregations: true };
  }
  const found = metadata.permissions[operation].find((item) => item.role === role);
  if (found === undefined || (found.permission.backend_only === true && !backend)) return undefined;
  return readAccess(found.permission, info, operation);
}

function readAccess(permission: JsonObject, info: TableInfo, operation: Operation): Access {
  const set = Object.fromEntries(
    Object.entries(isJsonObject(permission.set) ? permission.set : {}).map(([name, value]) => [
      requireColumn(info, name).name,
      value,
    ]),
  );
  const allowed = permittedColumns(permission.columns, info, operation);
  const limit = permission.limit;
  return {
    columns: allowed.filter((column) => !Object.hasOwn(set, column.name)),
    filter: permission.filter ?? {},
    check: permission.check ?? {},
    set,
    ...(typeof limit === "number" ? { limit } : {}),
    allowAggregations: permission.allow_aggregations === true,
  };
}

function permittedColumns(
  value: Json | undefined,
  info: TableInfo,
  operation: Operation,
): Column[] {
  if (value === "*") return info.columns;
  if (value === undefined || value === null) return operation === "insert" ? info.columns : [];
  if (!Array.isArray(value)) throw new EngineError("parse-failed", "expected a list of columns");
  return value.map((name) => requireColumn(info, String(name)));
}

function requireColumn(info: TableInfo, name: string): Column {
  const column = info.columns.find((item) => item.name === name);
  if (column !== undefined) return column;
  throw new EngineError("not-exists", `column "${name}" does not exist`);
}

function isSessionVariable(value: Json): value is string {
  return typeof value === "string" && value.toLowerCase().startsWith("x-hasura-");
}

/** Replaces a session variable by its value. @throws EngineError not-found when it is missing. */
export function resolveSessionVariable(session: Session): (value: Json) => Json {
  return (value) => {
    if (!isSessionVariable(value)) return value;
    const name = value.toLowerCase();
    const found = session.variables.get(name);
    if (found !== undefined) return found;
    throw new EngineError("not-found", `missing session variable: "${name}"`);
  };
}

/** Who reads: what they may see of a table, and their session variables. */
export type Reader = { access: (table: LiveTable) => Access; resolve: (value: Json) => Json };

export function readerFor(session: Session): Reader {
  return {
    access: (table) => {
      const access = accessOf(table, "select", session);
      if (access !== undefined) return access;
      throw new EngineError("unexpected", "a table without a select permission", 500);
    },
    resolve: resolveSessionVariable(session),
  };
}

/** Compiles every expression once, so that a permission that cannot work is refused when made. */
export function validatePermission(table: LiveTable, operation: Operation, role: string): void {
  const access = accessOf(table, operation, { role, backend: true });
  if (access === undefined) return;
  for (const exp of [access.filter, access.check]) {
    compileBoolExp(exp, {
      table,
      alias: "t",
      parameters: new SqlParameters(),
      path: "$",
      resolve: (value) => (isSessionVariable(value) ? "true" : value),
    });
  }
}
