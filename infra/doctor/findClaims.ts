import { type JsonPathSteps, REGISTERED_CLAIMS } from "../clerk/jsonPath";
import { isObject } from "../validation/isObject";
import { quoted } from "../validation/problems";
import { type CheckResult, check } from "./checkResult";
import {
  type ClaimsLocation,
  type ClaimsMapLocation,
  type ClaimsObjectLocation,
  parseObject,
} from "./subject";

type Payload = Readonly<Record<string, unknown>>;

/** The x-hasura-* values of a token by lower-case name, or what stands in the way of them. */
export interface FoundClaims {
  values?: Map<string, unknown>;
  check: CheckResult;
}

const NAME = check("token.claims", "location of the claims");
const KIND = check("token.kind", "token type");
const TEMPLATE = "add the claims to the JWT template, for example from hasuraClaims()";

/** Looks for the x-hasura-* values where the engine does. */
export function findClaims(payload: Payload, location: ClaimsLocation): FoundClaims {
  if (location.kind === "map") return mapped(payload, location.map);
  const others = Object.fromEntries(
    Object.entries(payload).filter(([name]) => !REGISTERED_CLAIMS.includes(name)),
  );
  const value = valueAt(others, location.steps);
  if (value === undefined) return { check: absent(payload, location) };
  const object = location.stringified ? unstringified(value) : value;
  if (!isObject(object)) return { check: wrongFormat(value, location.stringified) };
  const entries = Object.entries(object).map(([name, one]): [string, unknown] => [
    name.toLowerCase(),
    one,
  ]);
  const values = new Map(entries.filter(([name]) => name.startsWith("x-hasura-")));
  return { values, check: NAME.ok(`${values.size} x-hasura-* values at ${location.place}`) };
}

function absent(payload: Payload, { place, isPath }: ClaimsObjectLocation): CheckResult {
  const says = isPath
    ? `claims not found at claims_namespace_path: '${place}'`
    : `claims key: '${place}' not found`;
  if (sessionTokenVersion(payload) !== undefined) {
    return NAME.failed(
      `are missing: this is Clerk's plain session token, so the app did not name the template; Hasura says "${says}"`,
      'name the template, getToken({ template: "hasura" }), or set identity.claims to session-token',
    );
  }
  const elsewhere = Object.keys(payload).find((name) => holdsHasura(payload[name]));
  if (elsewhere !== undefined) {
    return NAME.failed(
      `are in ${quoted(elsewhere)}, but this stack looks at ${quoted(place)}; Hasura says "${says}"`,
      `rename the claim in the template, or set identity.claimsNamespace to ${quoted(elsewhere)}`,
    );
  }
  if (holdsHasura(payload)) {
    return NAME.failed(
      `are at the top level of the token, not in ${quoted(place)}; Hasura says "${says}"`,
      `put them into one claim named ${quoted(place)}, or set identity.claimsNamespacePath to $`,
    );
  }
  return NAME.failed(`are missing; Hasura says "${says}"`, TEMPLATE);
}

function holdsHasura(value: unknown): boolean {
  const object = typeof value === "string" ? parseObject(value) : value;
  return isObject(object) && Object.keys(object).some((name) => /^x-hasura-/i.test(name));
}

function unstringified(value: unknown): unknown {
  return typeof value === "string" ? parseObject(value) : undefined;
}

function wrongFormat(value: unknown, stringified: boolean): CheckResult {
  if (!stringified) {
    const finding = typeof value === "string" ? "are a string, not an object" : "are not an object";
    return NAME.failed(
      `${finding}; Hasura says "expecting a json object when claims_format is json"`,
      "write them as a JSON object, or set identity.claimsFormat to stringified_json",
    );
  }
  if (typeof value === "string") {
    return NAME.failed(
      'are a string that holds no JSON object; Hasura says "expecting stringified json at: …"',
      "let the signer write the object with JSON.stringify",
    );
  }
  return NAME.failed(
    'are not a string; Hasura says "expecting a string when claims_format is stringified_json"',
    "set identity.claimsFormat to json, which Clerk's templates write",
  );
}

/** The value at a path from the root, or undefined where there is none. */
function valueAt(root: unknown, steps: JsonPathSteps): unknown {
  return steps.reduce<unknown>((place, step) => {
    if (Array.isArray(place)) return typeof step === "number" ? place[step] : undefined;
    if (!isObject(place) || typeof step === "number") return undefined;
    return Object.hasOwn(place, step) ? place[step] : undefined;
  }, root);
}

/** A registered claim that is null counts as absent, since the engine's library reads it as one. */
function mappedValue(payload: Payload, steps: JsonPathSteps): unknown {
  const value = valueAt(payload, steps);
  return value === null && REGISTERED_CLAIMS.includes(String(steps[0])) ? undefined : value;
}

function mapped(payload: Payload, map: ClaimsMapLocation["map"]): FoundClaims {
  const values = new Map<string, unknown>();
  for (const [name, { steps, path, fixed }] of Object.entries(map)) {
    const found = steps === undefined ? undefined : mappedValue(payload, steps);
    const value = found === undefined ? fixed : found;
    if (value !== undefined) {
      values.set(name, value);
      continue;
    }
    const says = /-(?:allowed-roles|default-role)$/.test(name)
      ? `JWT claim does not contain "${name}"`
      : `JWT claim from claims_map, "${name}" not found`;
    return {
      check: NAME.failed(
        `lack ${path}, from which this stack's claims map takes ${name}; Hasura says '${says}'`,
        `add ${path} to the token, or give ${name} a default in identity.claimsMap`,
      ),
    };
  }
  return { values, check: NAME.ok(`${values.size} x-hasura-* values by the stack's claims map`) };
}

const FLAT = ["org_id", "org_role", "org_slug", "org_permissions"];

/** The version of a plain session token of Clerk's, which has a session id; tokens of templates have none. */
export function sessionTokenVersion(payload: Payload): 1 | 2 | undefined {
  if (typeof payload.sid !== "string") return undefined;
  return payload.v === 2 || payload.o !== undefined ? 2 : 1;
}

/** Judges whether a plain session token is of the version that the stack's claims map was written for. */
export function judgeKind(payload: Payload, claims: ClaimsLocation): CheckResult {
  const version = sessionTokenVersion(payload);
  const kind =
    version === undefined
      ? "a token of a template, or of another issuer"
      : `a plain session token of Clerk's, version ${version}`;
  if (claims.kind !== "map") return KIND.ok(kind);
  const mapped = mapVersion(claims);
  if (version === undefined && mapped !== undefined) {
    return KIND.warning(
      `${kind}, but this stack reads plain session tokens: organization and roles of the token are ignored`,
      "call getToken() without a template, or set identity.claims to template",
    );
  }
  if (version === undefined || mapped === undefined || version === mapped) return KIND.ok(kind);
  const setting = version === 2 ? "session-token" : "session-token-v1";
  return KIND.failed(
    `${kind}, but the stack's claims map reads version ${mapped}, so the organization stays empty without an error`,
    `set identity.claims to ${setting}, or change the token version in Clerk's dashboard`,
  );
}

/** The version of session tokens that a claims map was written for; undefined where it reads no organization. */
function mapVersion({ map }: ClaimsMapLocation): 1 | 2 | undefined {
  const firsts = Object.values(map).map(({ steps }) => String(steps?.[0]));
  if (firsts.includes("o")) return 2;
  return firsts.some((first) => FLAT.includes(first)) ? 1 : undefined;
}
