import type { AlterTableStmt, DeleteStmt, DropStmt, Node, RangeVar, WithClause } from "libpg-query";

/** Kinds of objects that hold data or say which data there is, in words. */
const DATA: Readonly<Record<string, string>> = {
  OBJECT_TABLE: "table",
  OBJECT_FOREIGN_TABLE: "foreign table",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_SCHEMA: "schema",
};

/**
 * What data a statement may destroy, in words; empty where it destroys none. What functions and DO blocks do is not known to the
 * grammar.
 */
export function lossesOf(statement: Node): string[] {
  if ("DropStmt" in statement) return dropLosses(statement.DropStmt);
  if ("AlterTableStmt" in statement) return alterLosses(statement.AlterTableStmt);
  if ("DropdbStmt" in statement) return [`drops database ${statement.DropdbStmt.dbname}`];
  if ("DropOwnedStmt" in statement) return ["drops everything that a role owns"];
  if ("TruncateStmt" in statement) {
    return (statement.TruncateStmt.relations ?? []).map(
      (table) => `empties table ${nameOf(table)}`,
    );
  }
  if ("DeleteStmt" in statement) return deleteLosses(statement.DeleteStmt);
  if ("SelectStmt" in statement) return withLosses(statement.SelectStmt.withClause);
  if ("InsertStmt" in statement) return withLosses(statement.InsertStmt.withClause);
  if ("UpdateStmt" in statement) return withLosses(statement.UpdateStmt.withClause);
  return [];
}

function dropLosses({ objects = [], removeType, behavior }: DropStmt): string[] {
  const cascade = behavior === "DROP_CASCADE";
  const type = `${removeType}`;
  const kind = DATA[type];
  if (kind === undefined && !cascade) return [];
  const words = kind ?? type.replace("OBJECT_", "").replaceAll("_", " ").toLowerCase();
  const rest = cascade ? " and all that depends on it" : "";
  return objects.map((object) => `drops ${words} ${nameOf(object)}${rest}`);
}

function alterLosses({ relation, cmds = [] }: AlterTableStmt): string[] {
  const of = relation === undefined ? "" : ` of ${rangeName(relation)}`;
  return cmds.flatMap((one) => {
    if (!("AlterTableCmd" in one)) return [];
    const { subtype, name } = one.AlterTableCmd;
    if (subtype === "AT_DropColumn") return [`drops column ${name}${of}`];
    if (subtype === "AT_AlterColumnType") return [`changes the type of column ${name}${of}`];
    return [];
  });
}

function deleteLosses({ relation, whereClause, withClause }: DeleteStmt): string[] {
  const all = relation !== undefined && whereClause === undefined;
  return [
    ...withLosses(withClause),
    ...(all ? [`deletes all rows of ${rangeName(relation)}`] : []),
  ];
}

function withLosses(clause: WithClause | undefined): string[] {
  return (clause?.ctes ?? []).flatMap((one) => {
    const query = "CommonTableExpr" in one ? one.CommonTableExpr.ctequery : undefined;
    return query === undefined ? [] : lossesOf(query);
  });
}

function rangeName({ schemaname, relname }: RangeVar): string {
  return [schemaname, relname].filter((part) => part !== undefined).join(".");
}

/** The name of an object, however the grammar holds it. */
function nameOf(object: Node): string {
  if ("RangeVar" in object) return rangeName(object.RangeVar);
  if ("String" in object) return object.String.sval ?? "";
  if ("List" in object) return dotted(object.List.items);
  if ("TypeName" in object) return dotted(object.TypeName.names);
  if ("ObjectWithArgs" in object) return dotted(object.ObjectWithArgs.objname);
  return "";
}

function dotted(names: readonly Node[] = []): string {
  return names
    .map(nameOf)
    .filter((name) => name !== "")
    .join(".");
}
