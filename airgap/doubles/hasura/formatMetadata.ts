import type { JsonObject } from "./json";
import {
  isEmpty,
  type Metadata,
  OPERATIONS,
  RELATIONSHIP_KINDS,
  type SourceMetadata,
  type TableMetadata,
} from "./metadataDocument";

/** As an export: everything by name, permissions by role, whatever order it came in. */
export function formatMetadata(metadata: Metadata): JsonObject {
  const sources = sorted(metadata.sources, ({ name }) => name);
  return { version: 3, sources: sources.map(formatSource) };
}

function sorted<T>(items: T[], key: (item: T) => string): T[] {
  return items.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
}

function formatSource({ name, tables, configuration, customization }: SourceMetadata): JsonObject {
  const byName = sorted(tables, ({ table }) => `${table.schema}\0${table.name}`);
  return {
    name,
    kind: "postgres",
    tables: byName.map(formatTable),
    configuration,
    ...(isEmpty(customization) ? {} : { customization }),
  };
}

function formatTable({ table, configuration, relationships, permissions }: TableMetadata) {
  const result: JsonObject = { table };
  if (!isEmpty(configuration)) result.configuration = configuration;
  for (const kind of RELATIONSHIP_KINDS) {
    const found = sorted(relationships[kind], ({ name }) => name);
    if (found.length > 0) result[`${kind}_relationships`] = found;
  }
  for (const operation of OPERATIONS) {
    const found = sorted(permissions[operation], ({ role }) => role);
    if (found.length > 0) result[`${operation}_permissions`] = found;
  }
  return result;
}
