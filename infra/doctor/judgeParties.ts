import { JWKS_PATH } from "../clerk/frontendApiHost";
import { quoted } from "../validation/problems";
import { type CheckResult, failed, info, ok, skipped, warning } from "./checkResult";
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
  const name = { id: "token.iss", title: "issuer (iss)" };
  if (iss !== undefined && typeof iss !== "string") {
    return failed(
      name,
      `has an iss that is no text; ${DECODE}`,
      "let the signer write iss as one text",
    );
  }
  if (iss === undefined) {
    if (issuer === undefined) return ok(name, "names none, and this stack asks for none");
    const remedy =
      "let the signer write iss, so that tokens of another issuer with the same key are refused";
    if (required.issuer)
      return failed(name, `names none, which the stack requires; ${NOT_ISSUER}`, remedy);
    return warning(
      name,
      `names none, and Hasura lets it pass although ${quoted(issuer)} is configured`,
      remedy,
    );
  }
  if (issuer === undefined) {
    return warning(
      name,
      `is ${quoted(iss)}, and this stack accepts any issuer`,
      `set identity.issuer to ${quoted(iss)}`,
    );
  }
  if (iss === issuer) return ok(name, `is ${quoted(iss)}, as configured`);
  return failed(
    name,
    `is ${quoted(iss)}, but this stack wants ${quoted(issuer)}; ${NOT_ISSUER}`,
    issuerRemedy(iss, issuer),
  );
}

/** What to do where a token's issuer is not the configured one. */
export function issuerRemedy(iss: string, issuer: string): string {
  const bare = (text: string) => text.replace(/^https?:\/\//, "").replace(/\/+$/, "");
  if (bare(iss) === bare(issuer)) {
    return `they differ only in https:// or a slash at the end; set identity.issuer to ${quoted(iss)}`;
  }
  if (issuer.startsWith(`${iss}/.well-known`)) {
    return `identity.issuer is the address of the key set; set it to ${quoted(iss)}`;
  }
  if (/\.accounts\.dev$/.test(iss) !== /\.accounts\.dev$/.test(issuer)) {
    return "one is a development instance of Clerk and the other is not; use the publishable key of the instance that the app uses";
  }
  return `if the app is right, use its publishable key, or set identity.issuer to ${quoted(iss)}`;
}

function judgeAudience({ aud }: Payload, { audience, required }: StackSecret): CheckResult {
  const name = { id: "token.aud", title: "audience (aud)" };
  const listed: unknown[] = aud === undefined ? [] : [aud].flat();
  const texts = listed.filter((one) => typeof one === "string");
  if (texts.length < listed.length) {
    return failed(
      name,
      `is no text or list of texts; ${DECODE}`,
      'write aud as "…" or ["…"] in the template',
    );
  }
  if (audience === undefined) {
    return ok(
      name,
      aud === undefined
        ? "names none, and this stack asks for none"
        : "is not looked at by this stack",
    );
  }
  const wanted = audience.map(quoted).join(" or ");
  if (aud === undefined) {
    const remedy = `add "aud": ${quoted(audience[0] ?? "")} to the claims of the template`;
    if (required.audience) {
      return failed(name, `names none, which the stack requires; ${NOT_AUDIENCE}`, remedy);
    }
    return warning(
      name,
      `names none, and Hasura lets it pass although ${wanted} is configured`,
      remedy,
    );
  }
  if (texts.some((one) => audience.includes(one))) return ok(name, `is among ${wanted}`);
  return failed(
    name,
    `is ${texts.map(quoted).join(", ") || "an empty list"}, but this stack wants ${wanted}; ${NOT_AUDIENCE}`,
    "correct aud in the template's claims, or identity.audience",
  );
}

function judgeSubject({ sub }: Payload): CheckResult {
  const name = { id: "token.sub", title: "user (sub)" };
  if (sub === undefined) {
    return warning(
      name,
      "names no user",
      "let the signer write the user's id as sub; Clerk always does",
    );
  }
  // Whose token it is stays between its owner and the engine.
  if (typeof sub === "string") return ok(name, sub === "" ? "is an empty text" : "names a user");
  return failed(name, `is no text; ${DECODE}`, "write the user's id in quotes");
}

const NAME = { id: "issuer", title: "issuer is that of the tokens" };

/**
 * Whether the configured issuer is the one that tokens name.
 * @param token One that the real issuer signed; without it the issuer is held against the address of the key set.
 */
export function checkIssuer(
  { secret, subject }: ExaminedStack,
  token: string | undefined,
): CheckResult {
  const { issuer } = secret;
  const { iss } = payloadOf(token);
  if (issuer === undefined) {
    const remedy = `set identity.issuer${typeof iss === "string" ? ` to ${quoted(iss)}` : ""}, so that another issuer's tokens are refused`;
    const finding = "none is configured, so any issuer's is accepted";
    // A key of the stack's own is in the hands of one signer; a key set's issuer may serve other applications.
    return secret.key.kind === "jwks"
      ? warning(NAME, finding, remedy)
      : info(NAME, `${finding} that signs with the stack's key`, remedy);
  }
  if (typeof iss === "string") {
    if (iss === issuer) return ok(NAME, `${quoted(issuer)}, as in the token`);
    return failed(
      NAME,
      `tokens name ${quoted(iss)}, but ${quoted(issuer)} is configured`,
      issuerRemedy(iss, issuer),
    );
  }
  const url = subject.jwksUrl || (secret.key.kind === "jwks" ? secret.key.url : "");
  if (url === "")
    return ok(NAME, `${quoted(issuer)}; this stack holds the key, so its signer decides`);
  if (!url.endsWith(JWKS_PATH)) {
    return skipped(
      NAME,
      `${quoted(issuer)}; no token to compare it with`,
      "give a token with --token -",
    );
  }
  const expected = url.slice(0, -JWKS_PATH.length);
  if (expected === issuer) return ok(NAME, `${quoted(issuer)}, from where the key set comes`);
  return info(
    NAME,
    `${quoted(issuer)}, but the key set comes from ${quoted(expected)}, which Clerk's tokens name`,
    "right with a proxy only; give a token with --token - to be sure, or set identity.issuer to that origin",
  );
}

function payloadOf(token: string | undefined): Record<string, unknown> {
  const decoded = token === undefined ? undefined : decodeToken(token);
  return decoded !== undefined && "payload" in decoded ? decoded.payload : {};
}
