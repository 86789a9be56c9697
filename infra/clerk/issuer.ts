import {
  firstBroken,
  holdsSecretKey,
  invalid,
  isSwitch,
  looksLikePublishableKey,
  ProblemList,
  PUBLISHABLE_KEY_REASON,
  quoted,
  type Result,
  type Rule,
  SECRET_KEY_REASON,
  valid,
} from "../validation/problems";
import { hasUserInfo, isUri } from "../validation/readUrl";
import { JWKS_PATH } from "./frontendApi";

/** What is known about the signer when its issuer is checked. */
interface IssuerContext {
  /** True when Clerk signs, whose issuers are https origins without a trailing slash. */
  clerkSigns: boolean;
  jwksUrl?: string | undefined;
}

const URI_REASON =
  "holds a colon, so it must be a valid URI, or the engine refuses to start; percent-encode special characters";
/** Clerk lets a template forgive at most 300 s as well. */
const MAX_SKEW_SECONDS = 300;

const RULES: readonly Rule<string>[] = [
  {
    broken: (text) => text === "",
    reason: "is empty; leave it out, or write what tokens carry as iss",
  },
  { broken: holdsSecretKey, reason: SECRET_KEY_REASON },
  { broken: looksLikePublishableKey, reason: PUBLISHABLE_KEY_REASON },
  { broken: (text) => /[\s\p{Cc}]/u.test(text), reason: "holds white space; remove it" },
  {
    broken: isSwitch,
    reason:
      "looks like a boolean, and the iss of your tokens is required; write it, or leave it out for the default",
  },
  {
    broken: (text) => text.endsWith(JWKS_PATH),
    reason: (text) =>
      `is a JWKS URL; an issuer is what tokens carry as iss, here probably ${quoted(text.slice(0, -JWKS_PATH.length))}`,
  },
  {
    broken: (text) => text.includes("://") && hasUserInfo(text),
    reason: "holds user info (not shown), which would be printed with the issuer; remove it",
  },
  { broken: (text) => text.includes(":") && !isUri(text), reason: URI_REASON },
];

const CLERK_RULES: readonly Rule<string>[] = [
  {
    broken: (text) => !text.startsWith("https://"),
    reason: "does not begin with https://, as every issuer of Clerk does; add it",
  },
  {
    broken: (text) => text.endsWith("/"),
    reason: "ends with a slash, which Clerk's issuers do not; remove it, or every token is refused",
  },
];

/** Checks an issuer: the engine's URI rule, and the mistakes that would refuse every token. */
export function checkIssuer(
  issuer: string,
  context: IssuerContext,
  path = "identity.issuer",
): Result<string> {
  const same: Rule<string> = {
    broken: (text) => text === context.jwksUrl,
    reason: "is the JWKS URL; write what tokens carry as iss",
  };
  const rules = [...RULES, same, ...(context.clerkSigns ? CLERK_RULES : [])];
  const reason = firstBroken(issuer, rules);
  return reason === undefined ? valid(issuer) : invalid(path, reason);
}

/** Checks a list of audiences: not empty, no duplicates, the engine's URI rule for each. */
export function checkAudience(
  audience: readonly string[],
  path = "identity.audience",
): Result<string[]> {
  const problems = new ProblemList();
  if (audience.length === 0) problems.add(path, "is empty; leave it out, or list at least one");
  audience.forEach((one, index) => {
    const reason = audienceProblem(one, audience.indexOf(one) < index);
    if (reason !== undefined) problems.add(`${path}[${index}]`, reason);
  });
  return problems.toResult([...audience]);
}

function audienceProblem(one: string, repeated: boolean): string | undefined {
  if (one === "") return "is empty; write what tokens carry as aud";
  if (holdsSecretKey(one)) return SECRET_KEY_REASON;
  // A number may be a client's id.
  if (isSwitch(one) && !/^\d$/.test(one)) {
    return "looks like a boolean, and the aud of your tokens is required; write it, or leave the audience out to accept any";
  }
  if (/[\s\p{Cc}]/u.test(one)) return "holds white space; remove it, or list audiences one by one";
  if (one.includes(":") && !isUri(one)) return URI_REASON;
  return repeated ? `${quoted(one)} is listed twice; remove one` : undefined;
}

/** Checks the forgiven clock difference in seconds: a whole number from 0 to 300. */
export function checkSkew(seconds: number, path = "identity.allowedSkewSeconds"): Result<number> {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_SKEW_SECONDS) {
    return valid(seconds + 0);
  }
  return invalid(
    path,
    `is ${seconds}; a whole number of seconds from 0 to ${MAX_SKEW_SECONDS} is allowed`,
  );
}
