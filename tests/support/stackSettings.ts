/** Settings by their path, such as `hasura.port`. */
export type InputRow = Readonly<Record<string, unknown>>;

/** The arguments that settings by path make up, as a stack's configuration has them. */
export function treeOf(row: InputRow): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(row)) {
    const names = path.split(".");
    const last = names.pop() ?? path;
    let at = tree;
    for (const name of names) {
      at[name] = { ...(at[name] as object | undefined) };
      at = at[name] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return tree;
}

/** A stack's configuration, by key without the project, as Pulumi hands settings to a program: parts are JSON. */
export function configOf(row: InputRow): Record<string, string> {
  const texts = Object.entries(treeOf(row)).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts);
}
