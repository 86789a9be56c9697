import { isObject } from "../validation/isObject";
import { type CheckResult, check } from "./checkResult";
import { adminHeaders, askEngine, SEE_HEALTH } from "./engineRequest";
import type { ExaminedStack, StackMigrations } from "./subject";

const APPLIED = check("schema.applied", "schema is applied");
const CATALOG = { type: "get_catalog_state", args: {} };

/** Compares what was applied, by the catalog of Hasura's CLI, with the folder. */
export async function checkSchema(
  stack: ExaminedStack,
  { bySource, unread }: StackMigrations,
): Promise<CheckResult> {
  if (unread !== undefined) {
    return APPLIED.skipped(`not checked: ${unread}`, "run npx pulumi preview, which names each");
  }
  const response = await askEngine(stack, "/v1/metadata", adminHeaders(stack), CATALOG);
  if (response.failure !== undefined || response.status !== 200) {
    const why = response.failure ?? `the engine does not tell (status ${response.status})`;
    return APPLIED.skipped(`not checked: ${why}`, SEE_HEALTH);
  }
  const folder = Object.entries(bySource).flatMap(([source, names]) =>
    names.map((name) => `${source}/${name}`),
  );
  const applied = versionsIn(response.json);
  const missing = folder.filter((name) => !applied.includes(versionOf(name)));
  if (missing.length > 0) {
    return APPLIED.failed(`not applied: ${listed(missing)}`, "run npm run up, which applies them");
  }
  const foreign = applied.filter((version) => !folder.some((name) => versionOf(name) === version));
  if (foreign.length > 0) {
    const remedy =
      "check out the folder that was deployed last, or restore what was removed from it";
    return APPLIED.warning(`applied, but not in the folder: ${listed(foreign)}`, remedy);
  }
  return APPLIED.ok(`${folder.length} migrations, those of the folder`);
}

/** `source/version` of a `source/version_name`. */
const versionOf = (name: string) => name.replace(/_[^/]*$/, "");

/** `source/version` of each migration in the CLI's part of the catalog. */
function versionsIn(json: unknown): string[] {
  const state = isObject(json) && isObject(json.cli_state) ? json.cli_state : {};
  const sources = isObject(state.migrations) ? state.migrations : {};
  return Object.entries(sources).flatMap(([source, versions]) =>
    Object.keys(isObject(versions) ? versions : {}).map((version) => `${source}/${version}`),
  );
}

const SHOWN = 3;

function listed(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
