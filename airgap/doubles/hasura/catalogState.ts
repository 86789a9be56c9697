import { notInDouble } from "./engineError";
import type { Json, JsonObject } from "./json";
import { parseFailed } from "./metadataDocument";
import type { MetadataStore } from "./metadataStore";

/** get_catalog_state and set_catalog_state: what hasura-cli and the console keep in the metadata database. */
export async function runCatalogState(
  command: string,
  args: JsonObject,
  store: MetadataStore,
): Promise<Json> {
  if (command === "get_catalog_state") return store.catalogState();
  if (command !== "set_catalog_state") throw notInDouble(`the metadata command "${command}"`);
  const { type, state } = args;
  if (type !== "cli" && type !== "console") {
    throw parseFailed("unexpected string for catalog state type");
  }
  if (state === undefined) throw parseFailed('key "state" not found');
  await store.setCatalogState(`${type}_state`, state);
  return { message: "success" };
}
