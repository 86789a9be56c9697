import type { CheckedResource } from "./policyRule";
import { holdsUnknown, textsAt } from "./properties";

/** The engine's program, also where a shell starts it. */
const PROGRAM = /(^|[\s/'"])graphql-engine(?=$|[\s'"])/;

/** Options that take a value, by the variable that they overrule (Hasura.Server.Init.Arg). */
const OPTIONS: Readonly<Record<string, string>> = {
  HASURA_GRAPHQL_ACCESS_KEY: "--access-key",
  HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS: "--admin-internal-errors",
  HASURA_GRAPHQL_ADMIN_SECRET: "--admin-secret",
  HASURA_GRAPHQL_CORS_DOMAIN: "--cors-domain",
  HASURA_GRAPHQL_ENABLED_APIS: "--enabled-apis",
  HASURA_GRAPHQL_ENABLE_TELEMETRY: "--enable-telemetry",
  HASURA_GRAPHQL_JWT_SECRET: "--jwt-secret",
  HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "--unauthorized-role",
};
/** Options that stand alone and can only turn something on. */
const SWITCHES: Readonly<Record<string, string>> = {
  HASURA_GRAPHQL_DEV_MODE: "--dev-mode",
  HASURA_GRAPHQL_ENABLE_CONSOLE: "--enable-console",
};

/** Words of a shell command, as far as quotes decide them; variables stay as they are written. */
function shellWords(script: string): string[] {
  const words = script.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/** What a container runs, as Docker joins it. */
function commandLine({ props }: CheckedResource): string[] {
  return [...textsAt(props, "entrypoints"), ...textsAt(props, "command")];
}

/** The same word by word; a script that starts the engine is taken apart. */
function wordsOf(resource: CheckedResource): string[] {
  return commandLine(resource).flatMap((it) =>
    /\s/.test(it) && PROGRAM.test(it) ? shellWords(it) : [it],
  );
}

/** Whether a container's command line starts the engine. */
export function startsEngine(resource: CheckedResource): boolean {
  return commandLine(resource).some((it) => PROGRAM.test(it));
}

/** Whether a part of the command line is not known yet, which may be any flag. */
export function hidesFlags({ props }: CheckedResource): boolean {
  return holdsUnknown(props.command) || holdsUnknown(props.entrypoints);
}

/** What the engine's command line says for a variable; undefined where it says nothing. */
export function flagFor(resource: CheckedResource, variable: string): string | undefined {
  const flag = OPTIONS[variable] ?? SWITCHES[variable];
  if (flag === undefined) return undefined;
  const words = wordsOf(resource);
  const joined = words.find((it) => it.startsWith(`${flag}=`));
  if (joined !== undefined) return joined.slice(flag.length + 1);
  const at = words.indexOf(flag);
  if (at < 0) return undefined;
  return variable in SWITCHES ? "true" : words[at + 1];
}
