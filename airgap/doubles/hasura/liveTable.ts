import type { Pool } from "pg";
import { quote } from "./database";
import type { TableMetadata } from "./metadataDocument";
import type { Column, TableInfo } from "./sourceCatalog";

export const ROOT_FIELDS = [
  "select",
  "select_by_pk",
  "select_aggregate",
  "insert",
  "insert_one",
  "update",
  "update_by_pk",
  "delete",
  "delete_by_pk",
] as const;
export type RootField = (typeof ROOT_FIELDS)[number];

/** A tracked table that is really there, with the names of its root fields. */
export type LiveTable = {
  source: string;
  pool: Pool;
  metadata: TableMetadata;
  info: TableInfo;
  typeName: string;
  rootFields: Record<RootField, string>;
  relationships: Relationship[];
  /** All tables of the source, this one included. */
  neighbors: LiveTable[];
};

/** A way to the rows of another table whose columns equal columns of this one. */
export type Relationship = {
  name: string;
  kind: "object" | "array";
  target: LiveTable;
  pairs: { from: Column; to: Column }[];
  /** Whether a foreign key of this table says that the row of an object relationship is there. */
  alwaysThere: boolean;
};

export function tableSql(table: TableInfo): string {
  return `${quote(table.schema)}.${quote(table.name)}`;
}

/** The condition that joins a relationship's rows to those it starts from. */
export function joinSql({ pairs }: Relationship, from: string, to: string): string {
  const equal = pairs.map(
    (pair) => `${to}.${quote(pair.to.name)} = ${from}.${quote(pair.from.name)}`,
  );
  return equal.join(" and ");
}
