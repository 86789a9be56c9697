import type { SchemaSource } from "../schema/readSchema";
import { isObject } from "../validation/isObject";
import { demand, type SchemaTools } from "./schemaTools";

/** Connects what migrations need; nothing else of the metadata is published before they ran. */
export async function connectSources(
  tools: SchemaTools,
  sources: readonly SchemaSource[],
): Promise<void> {
  const ask = (type: string, args: unknown, what: string) =>
    demand(tools, "/v1/metadata", { type, args }, what);
  const exported = await ask("export_metadata", {}, "the sources");
  const there = isObject(exported) && Array.isArray(exported.sources) ? exported.sources : [];
  for (const source of sources) {
    const { name, configuration, customization } = source;
    const found: unknown = there.find((it) => isObject(it) && it.name === name);
    if (isObject(found) && databaseOf(found) === databaseOf(source)) continue;
    const args = { name, configuration, ...(customization && { customization }) };
    await ask("pg_add_source", { ...args, replace_configuration: true }, `source "${name}"`);
  }
}

/** Whether a source is the stack's own database. */
export function isOwnDatabase(source: SchemaSource): boolean {
  return databaseOf(source) === JSON.stringify({ from_env: "PG_DATABASE_URL" });
}

/** Where a database is, as a text that can be compared. */
function databaseOf({ configuration }: { configuration?: unknown }): string {
  const info = isObject(configuration) ? configuration.connection_info : undefined;
  return JSON.stringify(isObject(info) ? info.database_url : undefined) ?? "";
}
