import { randomBytes } from "node:crypto";
import { ALLOWED_ROLES, DEFAULT_ROLE_NAME } from "../clerk/claimsMap";
import { ADMIN_ROLE } from "../clerk/roles";
import { quoted } from "../validation/problems";
import { type Check, type CheckResult, check } from "./checkResult";
import {
  askGraphql,
  type EngineResponse,
  refusalOf,
  SEE_HEALTH,
  tokenHeaders,
} from "./engineRequest";
import { checkMissingClaims } from "./missingClaims";
import { holdsKey, signToken, stackPayload, stackToken, type TokenWishes } from "./stackToken";
import type { ExaminedStack } from "./subject";

const QUERY = "{ __typename }";
const FOREIGN_ISSUER = "https://foreign-issuer.clerk-hasura.invalid";
const OPEN =
  "stop using this engine until the cause is found; run npm run up, and compare its JWT secret with the stack's";
const NO_KEY = "such a token needs the signing key, which the doctor has only where it is shared";
const GIVE_TOKEN =
  "give a token with --token -, or CLERK_SECRET_KEY of a development instance and --user";
const FORGED = check("refusal.forged", "forged token is refused");
const EXPIRED = check("refusal.expired", "expired token is refused");
const ISSUER = check("refusal.issuer", "foreign issuer is refused");
const ROLE = check("refusal.role", "disallowed role is refused");
const ADMIN_HEADER = check("refusal.adminRole", "role admin is refused");
const ADMIN_CLAIM = check("refusal.adminClaim", "token with the role admin");

/** What a refusal has to look like. */
interface Wanted {
  code: string;
  text?: RegExp;
}

const INVALID: Wanted = { code: "invalid-jwt" };

/** What is known of a stack before the engine is asked to refuse something. */
export interface RefusalFacts {
  unauthorizedRole: string | undefined;
  /** A good token, where there is one. */
  token: string | undefined;
}

/** What the engine has to refuse. */
export function checkRefusals(
  stack: ExaminedStack,
  { unauthorizedRole, token }: RefusalFacts,
): Promise<CheckResult[]> {
  return Promise.all([
    checkAnonymous(stack, unauthorizedRole),
    checkForged(stack),
    checkExpired(stack),
    checkForeignIssuer(stack),
    checkMissingClaims(stack),
    checkRole(stack, token, ROLE, `no-such-role-${randomBytes(4).toString("hex")}`),
    checkRole(stack, token, ADMIN_HEADER, ADMIN_ROLE),
    checkAdminClaim(stack),
  ]);
}

async function checkAnonymous(
  stack: ExaminedStack,
  role: string | undefined,
): Promise<CheckResult> {
  const name = check("refusal.anonymous", "request without token");
  const response = await askGraphql(stack, QUERY, {});
  if (response.failure !== undefined) return noResponse(name, response.failure);
  const refusal = refusalOf(response, stack);
  if (role) {
    if (refusal === undefined) return name.ok(`served as ${quoted(role)}, the unauthorized role`);
    return name.warning(
      `refused, although it should run as ${quoted(role)}: ${refusal.code} "${refusal.message}"`,
      "run npm run up, so that the engine uses identity.unauthorizedRole",
    );
  }
  if (refusal !== undefined) return expected(name, refusal, { code: "invalid-headers" });
  if (role === undefined) {
    return name.warning(
      "served; whether as the configured unauthorized role could not be determined",
      "set identity.unauthorizedRole only to a role of least privilege",
    );
  }
  return name.failed("served, although no unauthorized role is set", OPEN);
}

async function checkForged(stack: ExaminedStack): Promise<CheckResult> {
  const payload = stackPayload(stack) ?? { sub: "forged" };
  const { key } = stack.secret;
  const forged = [
    unsignedToken(payload, "RS256"),
    unsignedToken(payload, "none"),
    await signToken(payload, "HS256", randomBytes(64).toString("base64url")),
    // A public key used as shared one is the classic confusion of algorithms.
    ...(key.kind === "public" ? [await signToken(payload, "HS256", key.pem)] : []),
  ];
  const responses = await Promise.all(forged.map((token) => send(stack, token)));
  const results = responses.map((response) => judged(FORGED, response, stack, INVALID));
  return (
    results.find(({ outcome }) => outcome !== "ok") ??
    FORGED.ok(`${forged.length} of them, each forged in another way`)
  );
}

/** A token of the right form that nobody signed: zero bytes where RSA-2048 would sign, nothing with `none`. */
function unsignedToken(payload: Record<string, unknown>, algorithm: "RS256" | "none"): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signature = algorithm === "none" ? "" : Buffer.alloc(256).toString("base64url");
  return `${encode({ alg: algorithm, typ: "JWT" })}.${encode(payload)}.${signature}`;
}

function checkExpired(stack: ExaminedStack): Promise<CheckResult> {
  const remedy = "nothing to do: Hasura checks exp if a token has it";
  return checkMinted(stack, EXPIRED, { ttlSeconds: -3600 }, /JWTExpired/, remedy);
}

async function checkForeignIssuer(stack: ExaminedStack): Promise<CheckResult> {
  if (stack.secret.issuer === undefined) {
    return ISSUER.skipped("not checked: this stack accepts any issuer", "set identity.issuer");
  }
  const remedy = "nothing to do: a foreign issuer has other keys, and forged tokens are refused";
  return checkMinted(stack, ISSUER, { issuer: FOREIGN_ISSUER }, /JWTNotInIssuer/, remedy);
}

/** Sends a token that the stack would accept but for the wishes; `remedy` is for a stack whose key only others hold. */
async function checkMinted(
  stack: ExaminedStack,
  name: Check,
  wishes: TokenWishes,
  text: RegExp,
  remedy: string,
): Promise<CheckResult> {
  if (!holdsKey(stack)) return name.skipped(`not checked: ${NO_KEY}`, remedy);
  const token = await stackToken(stack, wishes);
  if (token === undefined) return unmintable(name);
  return judged(name, await send(stack, token), stack, { ...INVALID, text });
}

async function checkRole(
  stack: ExaminedStack,
  token: string | undefined,
  name: Check,
  role: string,
): Promise<CheckResult> {
  if (token === undefined)
    return name.skipped("not checked: there is no good token to send it with", GIVE_TOKEN);
  const response = await send(stack, token, { "x-hasura-role": role });
  if (role === ADMIN_ROLE && refusalOf(response, stack) === undefined) {
    return name.failed(
      "the token lets its user be an administrator",
      `take admin out of ${ALLOWED_ROLES} of the template or the metadata it reads`,
    );
  }
  const result = judged(name, response, stack, { code: "access-denied" });
  const remedy = "see the line about the valid token";
  return result.outcome === "warning"
    ? name.skipped("not checked: the token itself is refused", remedy)
    : result;
}

async function checkAdminClaim(stack: ExaminedStack): Promise<CheckResult> {
  const { claims } = stack.secret;
  if (
    claims.kind === "map" &&
    [ALLOWED_ROLES, DEFAULT_ROLE_NAME].every((one) => claims.map[one]?.steps === undefined)
  ) {
    return ADMIN_CLAIM.ok("changes nothing: the stack's claims map fixes the roles");
  }
  const remedy = `make sure that only you decide ${ALLOWED_ROLES}: no unsafe_metadata in the template, or fix the roles with identity.claims session-token or a claimsMap`;
  if (!holdsKey(stack)) return ADMIN_CLAIM.skipped(`not checked: ${NO_KEY}`, remedy);
  const token = await stackToken(stack, { role: ADMIN_ROLE });
  if (token === undefined) return unmintable(ADMIN_CLAIM);
  const response = await send(stack, token);
  if (response.failure !== undefined) return noResponse(ADMIN_CLAIM, response.failure);
  const refusal = refusalOf(response, stack);
  if (refusal !== undefined) return ADMIN_CLAIM.ok(`refused: ${refusal.code} "${refusal.message}"`);
  return ADMIN_CLAIM.info(
    "Hasura believes it, as it believes every role in a correctly signed token",
    remedy,
  );
}

function send(
  stack: ExaminedStack,
  token: string,
  headers: Record<string, string> = {},
): Promise<EngineResponse> {
  return askGraphql(stack, QUERY, { ...tokenHeaders(stack, token), ...headers });
}

function judged(
  name: Check,
  response: EngineResponse,
  stack: ExaminedStack,
  wanted: Wanted,
): CheckResult {
  if (response.failure !== undefined) return noResponse(name, response.failure);
  const refusal = refusalOf(response, stack);
  return refusal === undefined
    ? name.failed("it is accepted", OPEN)
    : expected(name, refusal, wanted);
}

function expected(
  name: Check,
  { code, message }: { code: string; message: string },
  wanted: Wanted,
): CheckResult {
  const finding = `refused: ${code} "${message}"`;
  if (/NoUsableKeys/.test(message)) {
    return name.failed(
      `${finding}; the engine holds no key, so it refuses every token: its fetch right after the start failed or met an empty set`,
      "it tries again every 60 s, so run npm run doctor again in a minute; if that stays, see the lines about the key set",
    );
  }
  if (code === wanted.code && (wanted.text?.test(message) ?? true)) return name.ok(finding);
  return name.warning(
    `${finding}, which is not the expected reason`,
    "see what listens at the endpoint",
  );
}

function noResponse(name: Check, failure: string): CheckResult {
  return name.skipped(`not checked: ${failure}`, SEE_HEALTH);
}

function unmintable(name: Check): CheckResult {
  return name.skipped(
    "not checked: two claims of this stack overlap, so no token can hold both",
    "correct identity.claimsMap",
  );
}
