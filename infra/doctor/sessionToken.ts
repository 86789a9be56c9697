import { type CheckResult, failed, ok, warning } from "./checkResult";
import type { ClaimsLocation } from "./stackSecret";

type Payload = Readonly<Record<string, unknown>>;

const NAME = { id: "token.kind", title: "kind of token" };
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
  if (claims.kind !== "map") return ok(NAME, kind);
  const mapped = mapVersion(claims);
  if (version === undefined && mapped !== undefined) {
    return warning(
      NAME,
      `${kind}, but this stack reads plain session tokens: organisation and roles of the token are not looked at`,
      "call getToken() without a template, or set identity.claims to template",
    );
  }
  if (version === undefined || mapped === undefined || version === mapped) return ok(NAME, kind);
  const setting = version === 2 ? "session-token" : "session-token-v1";
  return failed(
    NAME,
    `${kind}, but the stack's claims map reads version ${mapped}, so the organisation stays empty without an error`,
    `set identity.claims to ${setting}, or change the token version in Clerk's dashboard`,
  );
}

/** The version of session tokens that a claims map was written for; undefined where it reads no organisation. */
function mapVersion({ map }: Extract<ClaimsLocation, { kind: "map" }>): 1 | 2 | undefined {
  const firsts = Object.values(map).map(({ steps }) => String(steps?.[0]));
  if (firsts.includes("o")) return 2;
  return firsts.some((first) => FLAT.includes(first)) ? 1 : undefined;
}
