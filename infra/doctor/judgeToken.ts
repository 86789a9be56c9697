import { quoted } from "../validation/problems";
import { type Check, type CheckResult, check, Outcome } from "./checkResult";
import { type DecodedToken, decodeToken, shownKeyId } from "./decodedToken";
import { findClaims, judgeKind } from "./findClaims";
import { judgeClaims } from "./judgeClaims";
import { judgeIssuer, judgeParties } from "./judgeParties";
import type { VerificationKey } from "./judgeSignature";
import { judgeSignature } from "./judgeSignature";
import type { StackSecret } from "./subject";

/** By what a token is judged. */
export interface JudgedBy {
  secret: StackSecret;
  /** With what the engine verifies; undefined where the key set could not be read. */
  keys: readonly VerificationKey[] | undefined;
  /** Seconds since 1970. */
  now: number;
}

const FORM = check("token.form", "token");

/**
 * Judges a token claim by claim against a stack's JWT secret in the engine's order, with the text in which it would refuse it. Shows of the token no
 * more than key id, algorithm, times, names and roles.
 */
export function judgeToken(pasted: string, { secret, keys, now }: JudgedBy): CheckResult[] {
  const token = decodeToken(pasted);
  if (!("payload" in token)) return [FORM.failed(token.finding, token.remedy)];
  const { payload } = token;
  const { values, check } = findClaims(payload, secret.claims);
  const results = [
    FORM.ok(describeToken(token)),
    judgeIssuer(payload, secret),
    ...judgeSignature(token, secret, keys),
    ...judgeTimes(payload, now, secret.skewSeconds),
    ...judgeParties(payload, secret),
    judgeKind(payload, secret.claims),
    check,
    ...(values === undefined ? [] : judgeClaims(values)),
  ];
  return [...results, verdict(results)];
}

/** What may be shown of a token: its key id, algorithm and expiry. */
export function describeToken({ header, payload }: DecodedToken): string {
  const { kid, alg } = header;
  const { exp } = payload;
  const at = typeof exp === "number" ? new Date(exp * 1000) : undefined;
  const parts = [
    typeof kid === "string" ? `kid ${shownKeyId(kid)}` : "no kid",
    `alg ${typeof alg === "string" ? quoted(alg) : "missing"}`,
    at === undefined || Number.isNaN(at.getTime()) ? "no exp" : `exp ${at.toISOString()}`,
  ];
  return parts.join(", ");
}

function verdict(results: readonly CheckResult[]): CheckResult {
  const name = check("token.verdict", "verdict");
  const reasons = results.filter(({ outcome }) => outcome === Outcome.Failed);
  if (reasons.length === 0) return name.ok("nothing in it makes Hasura refuse it");
  const titles = reasons.map(({ title }) => title).join(", ");
  return name.failed(
    `Hasura refuses it, or it does not mean what it should; see: ${titles}`,
    "correct the lines above, starting with the first",
  );
}

type Payload = Readonly<Record<string, unknown>>;

const DAY = 86_400;
const CLOCKS =
  "set the clocks of both machines (NTP); a difference of some seconds is tolerated by identity.allowedSkewSeconds";
const FRESH =
  "ask for a token for each request, await getToken({ template }), and never keep its result";

/** Judges exp, nbf and iat by the engine's clock in seconds since 1970; each is looked at only where it is present. */
function judgeTimes(payload: Payload, now: number, skew: number): CheckResult[] {
  return [
    judgeExpiry(payload, now, skew),
    judgeIssuedAt(payload, now, skew),
    judgeNotBefore(payload, now, skew),
  ];
}

function judgeExpiry({ exp, iat }: Payload, now: number, skew: number): CheckResult {
  const name = check("token.exp", "expiry (exp)");
  if (exp === undefined) {
    return name.warning(
      "has no exp, so Hasura accepts it forever",
      "let the signer write exp; Clerk always does, so ask who made this token",
    );
  }
  if (typeof exp !== "number") return notANumber(name, "exp");
  const left = exp - now;
  if (left + skew <= 0) {
    return name.failed(
      `expired ${span(-left)} ago; Hasura says "Could not verify JWT: JWTExpired"`,
      FRESH,
    );
  }
  if (left <= 0) return name.ok(`expired ${span(-left)} ago, which is tolerated up to ${skew} s`);
  const life = typeof iat === "number" ? exp - iat : left;
  if (life <= DAY) return name.ok(`valid for another ${span(left)}`);
  return name.warning(
    `is valid for ${span(life)}, and signing out does not revoke it`,
    "shorten the lifetime of the template; 60 s is Clerk's default",
  );
}

function judgeIssuedAt({ iat }: Payload, now: number, skew: number): CheckResult {
  const name = check("token.iat", "time of issue (iat)");
  if (iat === undefined) return name.ok("has no iat, which Hasura does not require");
  if (typeof iat !== "number") return notANumber(name, "iat");
  if (iat <= now + skew)
    return name.ok(
      iat > now
        ? `lies ${span(iat - now)} ahead, which is tolerated`
        : `issued ${span(now - iat)} ago`,
    );
  return name.failed(
    `was issued ${span(iat - now)} in the future by this machine's clock; Hasura says "Could not verify JWT: JWTIssuedAtFuture"`,
    CLOCKS,
  );
}

function judgeNotBefore({ nbf }: Payload, now: number, skew: number): CheckResult {
  const name = check("token.nbf", "start (nbf)");
  if (nbf === undefined) return name.ok("has no nbf, which Hasura does not require");
  if (typeof nbf !== "number") return notANumber(name, "nbf");
  if (nbf <= now + skew) return name.ok("is in the past");
  return name.failed(
    `begins in ${span(nbf - now)}; Hasura says "Could not verify JWT: JWTNotYetValid"`,
    CLOCKS,
  );
}

function notANumber(name: Check, claim: string): CheckResult {
  return name.failed(
    `has a ${claim} that is not a number; Hasura says "Could not verify JWT: JWTClaimsSetDecodeError …"`,
    `write ${claim} as seconds since 1970, without quotes`,
  );
}

/** A duration in words that people read: 40 s, 5 min, 3 h, 12 days. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${whole} s`;
  if (whole < 7200) return `${Math.round(whole / 60)} min`;
  return whole < 2 * DAY ? `${Math.round(whole / 3600)} h` : `${Math.round(whole / DAY)} days`;
}
