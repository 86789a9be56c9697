import { type SchemaSettings, settleSchema } from "../schema/checkSchema";
import { type ProblemList, quoted } from "../validation/problems";
import { readUrl } from "../validation/readUrl";
import {
  anything,
  type Check,
  flag,
  group,
  judged,
  mapOf,
  plain,
  type Shaped,
  sound,
  text,
} from "../validation/shape";
import { shownVariable } from "./checkEnv";
import { adminSecretProblem } from "./checkHasura";
import { REFUSED_IN_CLOUD, variableProblem } from "./engineVariables";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const TOKEN_PAGE = "copy it again from the Cloud dashboard, My Account, Access Tokens";
const COPY_ENDPOINT = "copy the project's GraphQL URL from the Cloud dashboard";
const FIELDS = {
  projectId: sound(text, projectIdProblem),
  token: sound(text, tokenProblem),
  adminSecret: sound(text, (it) => adminSecretProblem(it, "make one with `openssl rand -hex 32`")),
  env: judged(mapOf(anything), checkVariables) as Check<Record<string, string>>,
  overwrite: plain(flag),
  apiUrl: sound(text, apiUrlProblem),
};
type ShapedCloud = Shaped<typeof FIELDS>;

/** Reads the arguments of a project of Hasura Cloud, of which these are needed. */
export function readCloud(
  raw: unknown,
  needed: readonly (keyof typeof FIELDS)[],
  problems: ProblemList,
): ShapedCloud {
  const given = group(FIELDS)(raw, "project", problems) ?? {};
  for (const name of needed) {
    if (given[name] !== undefined || problems.isLeftOut(`project.${name}`)) continue;
    problems.add(
      `project.${name}`,
      "is missing; copy it from the Cloud dashboard, and check the variable that it is read from",
    );
  }
  return given;
}

/** One that the project has already may be shorter than one that is set here. */
function existingSecretProblem(secret: string): string | undefined {
  if (/^[\x21-\x7e]+$/.test(secret)) return undefined;
  return "is empty, or has a space, a line break or a character outside ASCII; allowed: printable ASCII; copy it again from the Cloud dashboard";
}

const ENGINE_FIELDS = {
  endpoint: sound(text, endpointProblem),
  adminSecret: sound(text, existingSecretProblem),
};

/** Settles the schema of a project, whose variables and release are not known here. */
export function settleCloudSchema(
  raw: Record<string, unknown>,
  { base, setsSecret }: { base: string; setsSecret: boolean },
  problems: ProblemList,
): SchemaSettings | undefined {
  const place = { base, engineImage: undefined, env: undefined, seeds: false };
  const settled = settleSchema(raw, { ...place, more: ENGINE_FIELDS }, problems);
  const [hasEndpoint, hasSecret] = [raw.endpoint, raw.adminSecret].map((it) => it != null);
  if (!hasEndpoint) problems.add("schema.endpoint", `is missing; ${COPY_ENDPOINT}`);
  if (hasSecret === setsSecret) {
    const reason = setsSecret
      ? "cannot be combined with project.adminSecret, which is used; remove it"
      : "is missing; set it to the project's admin secret, or set project.adminSecret";
    problems.add("schema.adminSecret", reason);
  }
  return settled;
}

/** Reads where the job finds the project's engine, of which these are needed. */
export function readCloudEngine(
  raw: unknown,
  needed: readonly (keyof typeof ENGINE_FIELDS)[],
  problems: ProblemList,
): Shaped<typeof ENGINE_FIELDS> {
  return group(ENGINE_FIELDS, needed)(raw, "schema", problems) ?? {};
}

/** Base URL of an engine, whose URL people copy with the path of GraphQL or of the console. */
export function baseUrl(endpoint: string): string {
  return endpoint.replace(/\/+$/, "").replace(/\/(?:v1\/graphql|console)$/, "");
}

function projectIdProblem(id: string): string | undefined {
  if (UUID.test(id)) return undefined;
  const what = id.includes("/") ? "is a URL" : `${quoted(id)} is not a project id`;
  return `${what}; allowed: a UUID; copy it from the project's page in the Cloud dashboard, where it is in the URL`;
}

function tokenProblem(token: string): string | undefined {
  if (token.trim() === "") return `is empty; allowed: a personal access token; ${TOKEN_PAGE}`;
  if (/^(?:authorization\b|pat\s|bearer\s)/i.test(token.trim())) {
    return "includes the header; allowed: only the token; remove what comes before it, such as pat";
  }
  if (/[^\x21-\x7e]/.test(token)) {
    return `has a space, a line break or a character outside ASCII; allowed: printable ASCII; ${TOKEN_PAGE}`;
  }
  if (/^(?:sk|pk)_(?:test|live)_/.test(token)) {
    return `is a key of Clerk's; allowed: a personal access token of Hasura Cloud; ${TOKEN_PAGE}`;
  }
  return undefined;
}

function checkVariables(env: Record<string, unknown>, path: string, problems: ProblemList): void {
  for (const [name, value] of Object.entries(env)) {
    const reason = nameProblem(name) ?? variableProblem(name, value);
    if (reason !== undefined) problems.add(`${path}.${shownVariable(name)}`, reason);
  }
}

function nameProblem(name: string): string | undefined {
  const refused = REFUSED_IN_CLOUD.get(name);
  if (refused !== undefined) return refused;
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== "__proto__") return undefined;
  return "is not a variable name; allowed: letters, digits and underscores, not starting with a digit; rename it";
}

function apiUrlProblem(text: string): string | undefined {
  const remedy = "leave it out for https://data.pro.hasura.io/v1/graphql";
  return urlProblem(text, { sent: "the token", remedy, local: true });
}

function endpointProblem(text: string): string | undefined {
  return urlProblem(text, { sent: "the admin secret", remedy: COPY_ENDPOINT, local: false });
}

/** What is sent to a URL, and whether that may be on this machine. */
interface UrlRule {
  sent: string;
  remedy: string;
  local: boolean;
}

function urlProblem(text: string, { sent, remedy, local }: UrlRule): string | undefined {
  const allowed = "allowed: an https address without user info, query and fragment";
  const url = readUrl(text);
  if (url === undefined) return `is not a URL; ${allowed}; ${remedy}`;
  const { protocol, hostname, username, password, search, hash } = url;
  if (`${username}${password}${search}${hash}` !== "") {
    return `has user info, a query or a fragment; ${allowed}; ${remedy}`;
  }
  const isLoopback = LOOPBACK.test(hostname);
  if (isLoopback && !local) {
    return `is a loopback address, where the job's container reaches only itself; ${allowed}; ${remedy}`;
  }
  if (protocol === "https:" || (protocol === "http:" && isLoopback)) return undefined;
  const exception = local ? " (http on a loopback address only)" : "";
  return `would send ${sent} over ${protocol}// unencrypted; allowed: https${exception}; ${remedy}`;
}
