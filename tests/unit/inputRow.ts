import type { ClerkHasuraArgs } from "../../infra";

/** Settings by their path, such as `hasura.port`. */
export type InputRow = Readonly<Record<string, unknown>>;

/** The arguments that settings by path make up, as a stack's configuration has them. */
export function treeOf(row: InputRow): ClerkHasuraArgs {
  const tree: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(row)) {
    const names = path.split(".");
    const last = names.pop() ?? path;
    let at = tree;
    for (const name of names) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return tree;
}
