import { quoted } from "../validation/problems";
import { type CheckResult, failed, Outcome, ok } from "./checkResult";
import { findClaims } from "./claimsInToken";
import { type DecodedToken, decodeToken, shownKeyId } from "./decodedToken";
import { judgeClaims } from "./judgeClaims";
import { judgeIssuer, judgeParties } from "./judgeParties";
import { judgeSignature } from "./judgeSignature";
import { judgeTimes } from "./judgeTimes";
import { judgeKind } from "./sessionToken";
import type { VerificationKey } from "./signatures";
import type { StackSecret } from "./stackSecret";

/** By what a token is judged. */
export interface JudgedBy {
  secret: StackSecret;
  /** With what the engine verifies; undefined where the key set could not be read. */
  keys: readonly VerificationKey[] | undefined;
  /** Seconds since 1970. */
  now: number;
}

const FORM = { id: "token.form", title: "token" };

/**
 * Judges a token claim by claim against a stack's JWT secret in the engine's order, with the text in which it would refuse it. Shows of the token no
 * more than key id, algorithm, times, names and roles.
 */
export function judgeToken(pasted: string, { secret, keys, now }: JudgedBy): CheckResult[] {
  const token = decodeToken(pasted);
  if (!("payload" in token)) return [failed(FORM, token.finding, token.remedy)];
  const { payload } = token;
  const { values, check } = findClaims(payload, secret.claims);
  const results = [
    ok(FORM, describeToken(token)),
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
  const name = { id: "token.verdict", title: "verdict" };
  const reasons = results.filter(({ outcome }) => outcome === Outcome.Failed);
  if (reasons.length === 0) return ok(name, "nothing in it makes Hasura refuse it");
  const titles = reasons.map(({ title }) => title).join(", ");
  return failed(
    name,
    `Hasura refuses it, or it does not mean what it should, because of: ${titles}`,
    "correct the lines above from the first one on",
  );
}
