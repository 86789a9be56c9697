/** A stack's configuration, by key without the project, as Pulumi hands settings to a program: parts are JSON. */
export function configOf(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const tree: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(settings)) {
    const parts = path.split(".");
    const last = parts.pop() ?? path;
    let at = tree;
    for (const part of parts) {
      at[part] = { ...(at[part] as object | undefined) };
      at = at[part] as Record<string, unknown>;
    }
    at[last] = value;
  }
  const texts = Object.entries(tree).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts);
}
