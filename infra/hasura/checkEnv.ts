import { mayBeSecret } from "../secrecy/credentials";
import { type ProblemList, quoted } from "../validation/problems";
import {
  isOn,
  isTypedVariable,
  LIBPQ,
  LIBPQ_NAME,
  OTHERS,
  REFUSED,
  variableProblem,
} from "./engineVariables";
import { refuses, type Stage, waysOut } from "./hasuraArgs";

/** Returns why a name is refused whatever its value, or undefined. */
export function refusedName(name: string): string | undefined {
  const own = REFUSED.get(name);
  if (own !== undefined) return own;
  if (LIBPQ_NAME.test(name)) return LIBPQ;
  if (name.endsWith("_FILE")) return fileProblem(name.slice(0, -"_FILE".length));
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== "__proto__") return undefined;
  return "is not a variable name; allowed: letters, digits and underscores, not starting with a digit; rename it";
}

/** Hasura has no variables that name a file (graphql-engine #3989), though the images of many databases have. */
function fileProblem(base: string): string | undefined {
  const never = "is never read, because Hasura has no variables that name a file";
  const reason = base === "PG_DATABASE_URL" || base.startsWith("HASURA_") ? REFUSED.get(base) : "";
  if (reason) return `${never}, and ${base} ${reason}`;
  if (!isTypedVariable(base)) return undefined;
  return `${never}; ${OTHERS}; give the value itself as ${base}`;
}

const GUARD =
  "allowed with the production preset: false; remove it and list the origins in hasura.corsDomains,";
/** Switches that undo hasura.corsDomains: without CORS the engine takes a WebSocket from any origin. */
const GUARDED = new Map([
  [
    "HASURA_GRAPHQL_DISABLE_CORS",
    `undoes hasura.corsDomains: the listed websites get no CORS headers, and any other may open a WebSocket; ${GUARD}`,
  ],
  [
    "HASURA_GRAPHQL_WS_READ_COOKIE",
    `lets a WebSocket of any website use a visitor's cookies as soon as CORS is disabled; ${GUARD}`,
  ],
]);

function guardProblem(name: string, value: unknown, path: string, stage: Stage) {
  const reason = isOn(value) && refuses(stage, path) ? GUARDED.get(name) : undefined;
  return reason && `${reason} ${waysOut(path)}`;
}

/** Judges further variables of the engine; their values are secrets and never shown. */
export function checkEnv(stage: Stage) {
  return (env: Record<string, unknown>, path: string, problems: ProblemList): void => {
    for (const [name, value] of Object.entries(env)) {
      const at = `${path}.${shownVariable(name)}`;
      const reason =
        refusedName(name) ?? variableProblem(name, value) ?? guardProblem(name, value, at, stage);
      if (reason !== undefined) problems.add(at, reason);
    }
  };
}

/** Paths of the switches that the production preset refuses. */
export const GUARDED_PATHS = [...GUARDED.keys()].map((name) => `hasura.env.${name}`);

/** Anything but a name may be a value in the wrong place. */
export function shownVariable(name: string): string {
  if (/^[A-Z][A-Z0-9_]{0,80}$/.test(name)) return name;
  return /^[\w-]{1,80}$/.test(name) && !mayBeSecret(name) ? name : quoted(name);
}
