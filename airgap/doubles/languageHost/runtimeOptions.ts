/** What Pulumi.yaml may say under `runtime.options` for this host. */
export interface RuntimeOptions {
  /** Whether the runner loads TypeScript itself, by default `true`. */
  typescript: boolean;
  /** Arguments for node, before the runner. */
  nodeArgs: string[];
  /** tsconfig for the runner, by default its own search. */
  tsconfig?: string;
}

/** Splits a command line at blanks; single and double quotes keep a part together. */
export function splitArguments(line: string): string[] {
  const parts = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return parts.map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/** Reads the options; throws for an unknown name or type, so that none is dropped in silence. */
export function runtimeOptions(options: Record<string, unknown>): RuntimeOptions {
  const result: RuntimeOptions = { typescript: true, nodeArgs: [] };
  for (const [name, value] of Object.entries(options)) {
    if (name === "typescript" && typeof value === "boolean") result.typescript = value;
    else if (name === "nodeargs" && typeof value === "string")
      result.nodeArgs = splitArguments(value);
    else if (name === "tsconfig" && typeof value === "string") result.tsconfig = value;
    else if (name !== "packagemanager" || value !== "npm") {
      throw new Error(
        `Pulumi.yaml: runtime option "${name}" is not imitated by the language host double; ` +
          "it takes typescript (boolean), nodeargs and tsconfig (text) and packagemanager: npm",
      );
    }
  }
  return result;
}
