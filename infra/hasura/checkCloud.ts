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
  const allowed = "allowed: an https address without user info, query and fragment";
  const url = readUrl(text);
  if (url === undefined) return `is not a URL; ${allowed}; ${remedy}`;
  const { protocol, hostname, username, password, search, hash } = url;
  if (`${username}${password}${search}${hash}` !== "") {
    return `has user info, a query or a fragment; ${allowed}; ${remedy}`;
  }
  if (protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname))) return undefined;
  return `would send the token over ${protocol}// unencrypted; allowed: https (http on a loopback address only); ${remedy}`;
}
