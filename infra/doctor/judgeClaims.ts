import { ALLOWED_ROLES, DEFAULT_ROLE_NAME, shownName } from "../clerk/claimsMap";
import { ADMIN_ROLE } from "../clerk/roles";
import { quoted } from "../validation/problems";
import { type Check, type CheckResult, check } from "./checkResult";

type Values = ReadonlyMap<string, unknown>;

const ALLOWED = check("token.allowedRoles", "allowed roles");
const DEFAULT = check("token.defaultRole", "default role");
const NOT_LIST = `Hasura says 'invalid "${ALLOWED_ROLES}"; should be a list of roles: …'`;
const FALLBACK =
  "give the shortcode a fallback, {{user.public_metadata.role || 'user'}}, and check its spelling: unknown ones become null";
const ROLE_LIST = 'write a list with one role for each entry, for example ["user"]';

/** Judges roles and session variables of a token by the engine's rules. */
export function judgeClaims(values: Values): CheckResult[] {
  return [judgeAllowed(values.get(ALLOWED_ROLES)), judgeDefault(values), ...judgeVariables(values)];
}

function judgeAllowed(roles: unknown): CheckResult {
  if (roles === undefined) {
    return ALLOWED.failed(
      `are missing; Hasura says 'JWT claim does not contain "${ALLOWED_ROLES}"'`,
      `add ${ALLOWED_ROLES} to the template: ${ROLE_LIST}`,
    );
  }
  if (roles === null) return ALLOWED.failed("are null", FALLBACK);
  if (!Array.isArray(roles)) {
    return ALLOWED.failed(`are ${kindOf(roles)} and not a list; ${NOT_LIST}`, ROLE_LIST);
  }
  const wrong = wrongEntry(roles);
  if (wrong !== undefined) return wrong;
  if (roles.includes(ADMIN_ROLE)) {
    return ALLOWED.warning(
      "hold admin, and Hasura lets this user do everything",
      "take admin out of the template or the metadata it reads; use the admin secret for administration",
    );
  }
  return placeholder(ALLOWED, roles) ?? ALLOWED.ok(`are ${roles.map(quoted).join(", ")}`);
}

/** What makes the engine refuse a list of roles. */
function wrongEntry(roles: readonly unknown[]): CheckResult | undefined {
  if (roles.some(Array.isArray)) {
    return ALLOWED.failed(
      `are a list within a list; ${NOT_LIST}`,
      `write fixed roles, or one field of metadata for each role, such as "{{user.public_metadata.role || 'user'}}"`,
    );
  }
  const wrong = roles.findIndex((role) => typeof role !== "string" || role === "");
  if (wrong >= 0) {
    const what = roles[wrong] === "" ? "an empty string" : kindOf(roles[wrong]);
    return ALLOWED.failed(`hold ${what}; ${NOT_LIST}`, FALLBACK);
  }
  if (roles.length > 0) return undefined;
  return ALLOWED.failed(
    'are an empty list; Hasura says "Your requested role is not in allowed roles"',
    ROLE_LIST,
  );
}

function judgeDefault(values: Values): CheckResult {
  const role = values.get(DEFAULT_ROLE_NAME);
  const roles = values.get(ALLOWED_ROLES);
  const remedy = `write one role as a string, for example "${DEFAULT_ROLE_NAME}": "user"`;
  if (role === undefined) {
    return DEFAULT.failed(
      `is missing; Hasura says 'JWT claim does not contain "${DEFAULT_ROLE_NAME}"'`,
      remedy,
    );
  }
  if (role === null) return DEFAULT.failed("is null", FALLBACK);
  if (typeof role !== "string") {
    return DEFAULT.failed(
      `is ${kindOf(role)}; Hasura says 'invalid "${DEFAULT_ROLE_NAME}"; should be a single role name: …'`,
      remedy,
    );
  }
  if (Array.isArray(roles) && !roles.includes(role)) {
    return DEFAULT.failed(
      `is ${quoted(role)}, which is not among the allowed roles; Hasura says "Your requested role is not in allowed roles"`,
      `add ${quoted(role)} to ${ALLOWED_ROLES}, or choose one of them`,
    );
  }
  if (role === ADMIN_ROLE) {
    return DEFAULT.warning(
      "is admin, and Hasura lets this user do everything",
      "choose a role of least privilege",
    );
  }
  return placeholder(DEFAULT, [role]) ?? DEFAULT.ok(`is ${quoted(role)}`);
}

function judgeVariables(values: Values): CheckResult[] {
  const others = [...values].filter(
    ([name]) => name !== ALLOWED_ROLES && name !== DEFAULT_ROLE_NAME,
  );
  const judged = others.map(([name, value]) => judgeVariable(name, value));
  const bad = judged.filter((one) => one !== undefined);
  const names = others.map(([name]) => shownName(name)).join(", ");
  if (bad.length > 0) return bad;
  const all = check("token.variables", "session variables");
  return [all.ok(names === "" ? "there are none" : `are strings: ${names}`)];
}

function judgeVariable(name: string, value: unknown): CheckResult | undefined {
  const line = check(
    `token.variables.${/^[\w-]{1,80}$/.test(name) ? name : "other"}`,
    /^[\w-]{1,40}$/.test(name) ? name : "session variable",
  );
  if (typeof value !== "string") {
    const says = `Hasura says "x-hasura-* claims: parsing Text failed, expected String, but encountered ${aesonName(value)}"`;
    return line.failed(`is ${kindOf(value)}; ${says}`, variableRemedy(value));
  }
  const found = placeholder(line, [value]);
  if (found !== undefined) return found;
  if (name === "x-hasura-user-id" && value === "") {
    return line.warning(
      "is an empty string",
      "check the shortcode that it comes from; {{user.id}} is never empty",
    );
  }
  return undefined;
}

/** Texts that a template leaves behind where a shortcode came to nothing. */
function placeholder(line: Check, texts: readonly unknown[]): CheckResult | undefined {
  if (texts.some((text) => typeof text === "string" && text.includes("{{"))) {
    return line.warning(
      "holds {{…}}, a shortcode that Clerk did not replace",
      "write the shortcode as in Clerk's editor, two braces on each side",
    );
  }
  if (texts.some((text) => text === "null" || text === "undefined")) {
    return line.warning(
      'is the string "null", which a shortcode without a value leaves inside other text',
      "let the shortcode stand alone, with a fallback: {{org.id || ''}}",
    );
  }
  return undefined;
}

function variableRemedy(value: unknown): string {
  if (value === null) {
    return "give the shortcode a fallback, \"{{org.id || ''}}\", and check its spelling: unknown ones become null";
  }
  if (Array.isArray(value)) return 'write a Postgres array as one string, for example "{a,b}"';
  if (typeof value === "object")
    return "name one field of the object in the shortcode, or write it as a string";
  return `put it in quotes: "${String(value)}"`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object"
    ? "an object"
    : typeof value === "string"
      ? "a string"
      : `a ${typeof value}`;
}

/** The name of a JSON type in the engine's texts. */
function aesonName(value: unknown): string {
  if (value === null) return "Null";
  if (Array.isArray(value)) return "Array";
  const kind = typeof value;
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}
