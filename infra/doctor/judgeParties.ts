import { JWKS_PATH } from "../clerk/frontendApi";
import { quoted } from "../validation/problems";
import { type CheckResult, check } from "./checkResult";
import { decodeToken } from "./decodedToken";
import type { ExaminedStack, StackSecret } from "./subject";

type Payload = Readonly<Record<string, unknown>>;

const NOT_ISSUER = 'Hasura says "Could not verify JWT: JWTNotInIssuer"';
const NOT_AUDIENCE = 'Hasura says "Could not verify JWT: JWTNotInAudience"';
const DECODE = 'Hasura says "Could not verify JWT: JWTClaimsSetDecodeError …"';

/** Judges for whom and about whom the token was made. */
export function judgeParties(payload: Payload, secret: StackSecret): CheckResult[] {
  return [judgeAudience(payload, secret), judgeSubject(payload)];
}

/** Judges who made the token, which the engine compares before anything else. */
export function judgeIssuer({ iss }: Payload, { issuer, required }: StackSecret): CheckResult {
  const name = check("token.iss", "issuer (iss)");
  if (iss !== undefined && typeof iss !== "string") {
    return name.failed(
      `has an iss that is not a string; ${DECODE}`,
      "let the signer write iss as one string",
    );
  }
  if (iss === undefined) {
    if (issuer === undefined) return name.ok("is absent, and this stack requires none");
    const remedy =
      "let the signer write iss, so that tokens of another issuer with the same key are refused";
    if (required.issuer)
      return name.failed(`is absent, but this stack requires it; ${NOT_ISSUER}`, remedy);
    return name.warning(
      `is absent, which Hasura accepts although ${quoted(issuer)} is configured`,
      remedy,
    );
  }
  if (issuer === undefined) {
    return name.warning(
      `is ${quoted(iss)}, and this stack accepts any issuer`,
      `set identity.issuer to ${quoted(iss)}`,
    );
  }
  if (iss === issuer) return name.ok(`is ${quoted(iss)}, as configured`);
  return name.failed(
    `is ${quoted(iss)}, but this stack expects ${quoted(issuer)}; ${NOT_ISSUER}`,
    issuerRemedy(iss, issuer),
  );
}

/** What to do where a token's issuer is not the configured one. */
function issuerRemedy(iss: string, issuer: string): string {
  const bare = (text: string) => text.replace(/^https?:\/\//, "").replace(/\/+$/, "");
  if (bare(iss) === bare(issuer)) {
    return `they differ only in https:// or a slash at the end; set identity.issuer to ${quoted(iss)}`;
  }
  if (issuer.startsWith(`${iss}/.well-known`)) {
    return `identity.issuer is the URL of the key set; set it to ${quoted(iss)}`;
  }
  if (/\.accounts\.dev$/.test(iss) !== /\.accounts\.dev$/.test(issuer)) {
    return "one is a development instance of Clerk and the other is not; use the publishable key of the instance that the app uses";
  }
  return `if the app is right, use its publishable key, or set identity.issuer to ${quoted(iss)}`;
}

function judgeAudience({ aud }: Payload, { audience, required }: StackSecret): CheckResult {
  const name = check("token.aud", "audience (aud)");
  const listed: unknown[] = aud === undefined ? [] : [aud].flat();
  const texts = listed.filter((one) => typeof one === "string");
  if (texts.length < listed.length) {
    return name.failed(
      `is not a string or a list of strings; ${DECODE}`,
      'write aud as "…" or ["…"] in the template',
    );
  }
  if (audience === undefined) {
    return name.ok(
      aud === undefined
        ? "is absent, and this stack requires none"
        : "is not checked by this stack",
    );
  }
  const wanted = audience.map(quoted).join(" or ");
  if (aud === undefined) {
    const remedy = `add "aud": ${quoted(audience[0] ?? "")} to the claims of the template`;
    if (required.audience) {
      return name.failed(`is absent, but this stack requires it; ${NOT_AUDIENCE}`, remedy);
    }
    return name.warning(`is absent, which Hasura accepts although ${wanted} is configured`, remedy);
  }
  if (texts.some((one) => audience.includes(one))) return name.ok(`is among ${wanted}`);
  return name.failed(
    `is ${texts.map(quoted).join(", ") || "an empty list"}, but this stack expects ${wanted}; ${NOT_AUDIENCE}`,
    "correct aud in the template's claims, or identity.audience",
  );
}

function judgeSubject({ sub }: Payload): CheckResult {
  const name = check("token.sub", "user (sub)");
  if (sub === undefined) {
    return name.warning(
      "names no user",
      "let the signer write the user's id as sub; Clerk always does",
    );
  }
  // Whose token it is stays between its owner and the engine.
  if (typeof sub === "string") return name.ok(sub === "" ? "is an empty string" : "names a user");
  return name.failed(`is not a string; ${DECODE}`, "write the user's id in quotes");
}

const NAME = check("issuer", "issuer matches the tokens");

/**
 * Whether the configured issuer is the one that tokens name.
 * @param token One that the real issuer signed; without it the issuer is compared with the URL of the key set.
 */
export function checkIssuer(
  { secret, subject }: ExaminedStack,
  token: string | undefined,
): CheckResult {
  const { issuer } = secret;
  const { iss } = payloadOf(token);
  if (issuer === undefined) {
    const remedy = `set identity.issuer${typeof iss === "string" ? ` to ${quoted(iss)}` : ""}, so that another issuer's tokens are refused`;
    const finding = "none is configured, so tokens of any issuer are accepted";
    // A key of the stack's own is in the hands of one signer; a key set's issuer may serve other applications.
    return secret.key.kind === "jwks"
      ? NAME.warning(finding, remedy)
      : NAME.info(`${finding} that signs with the stack's key`, remedy);
  }
  if (typeof iss === "string") {
    if (iss === issuer) return NAME.ok(`${quoted(issuer)}, as in the token`);
    return NAME.failed(
      `tokens name ${quoted(iss)}, but ${quoted(issuer)} is configured`,
      issuerRemedy(iss, issuer),
    );
  }
  const url = subject.jwksUrl || (secret.key.kind === "jwks" ? secret.key.url : "");
  if (url === "")
    return NAME.ok(`${quoted(issuer)}; this stack holds the key, so its signer decides`);
  if (!url.endsWith(JWKS_PATH)) {
    return NAME.skipped(
      `${quoted(issuer)}; no token to compare it with`,
      "give a token with --token -",
    );
  }
  const expected = url.slice(0, -JWKS_PATH.length);
  if (expected === issuer) return NAME.ok(`${quoted(issuer)}, from where the key set comes`);
  return NAME.info(
    `${quoted(issuer)}, but the key set comes from ${quoted(expected)}, which Clerk's tokens name`,
    "right with a proxy only; give a token with --token - to be sure, or set identity.issuer to that origin",
  );
}

function payloadOf(token: string | undefined): Record<string, unknown> {
  const decoded = token === undefined ? undefined : decodeToken(token);
  return decoded !== undefined && "payload" in decoded ? decoded.payload : {};
}
