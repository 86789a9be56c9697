import { type CheckResult, check } from "./checkResult";
import { checkContainers, checkEngine, checkHealth } from "./engineChecks";
import { type FetchedKeySet, fetchKeySet } from "./fetchKeySet";
import { checkIntrospection, goodToken } from "./goodToken";
import { checkIssuer } from "./judgeParties";
import type { VerificationKey } from "./judgeSignature";
import { judgeToken } from "./judgeToken";
import { explainStaleKeys, judgeKeySet } from "./keySetChecks";
import { checkRefusals } from "./refusalChecks";
import { stackToken } from "./stackToken";
import type { StackKey } from "./subject";
import {
  type DoctorSubject,
  type ExaminedStack,
  type ExamineOptions,
  examinedStackOf,
} from "./subject";

/**
 * Examines a running stack: the engine, the key set from where the engine runs, the issuer, what has to be refused and what has to be
 * accepted, and a given token claim by claim. Never throws for what it finds, and no finding holds a secret or a token.
 */
export async function examine(
  subject: DoctorSubject,
  options: ExamineOptions = {},
): Promise<CheckResult[]> {
  const stack = examinedStackOf(subject, options);
  if (stack === undefined) {
    const name = check("stack.jwtSecret", "JWT secret");
    return [
      name.failed("the stack's JWT secret cannot be read", "run npm run up, which writes it again"),
    ];
  }
  const [containers, health] = await Promise.all([checkContainers(subject), checkHealth(stack)]);
  if (health.responds) {
    return [...containers, health.check, ...(await examineRunning(stack, options))];
  }
  const known = containers.some(({ id }) => id === "engine.container");
  const first = known ? containers : [...containers, health.check];
  return [...first, ...(await examineStopped(stack, options))];
}

/** What can be said without an engine: of the key set, which it needs to start, and of a given token. */
async function examineStopped(
  stack: ExaminedStack,
  { token }: ExamineOptions,
): Promise<CheckResult[]> {
  const url = jwksUrlOf(stack);
  const { response } = await fetchKeySet(url, stack.subject, stack.timeoutMs);
  const { checks, keys } = judgeKeySet(stack.secret.key, url, response);
  return [
    ...checks,
    checkIssuer(stack, token),
    ...(token === undefined ? [] : judge(token, stack, keys)),
  ];
}

async function examineRunning(
  stack: ExaminedStack,
  options: ExamineOptions,
): Promise<CheckResult[]> {
  const { subject } = stack;
  const good = await goodToken(stack, options);
  try {
    const url = jwksUrlOf(stack);
    const [engine, fetched, introspection] = await Promise.all([
      checkEngine(stack, options.migrations),
      fetchKeySet(url, subject, stack.timeoutMs),
      checkIntrospection(stack, good),
    ]);
    const refusals = await checkRefusals(stack, {
      unauthorizedRole: unauthorizedRole(subject, fetched),
      token: introspection.outcome === "ok" ? good.token : await stackToken(stack),
    });
    const keySet = judgeKeySet(stack.secret.key, url, fetched.response);
    const real = good.real ? good.token : undefined;
    const judged = options.token === undefined && introspection.outcome === "ok" ? undefined : real;
    return [
      ...engine,
      ...keySet.checks,
      checkIssuer(stack, real),
      ...refusals,
      ...explainStaleKeys(introspection, judged ? judge(judged, stack, keySet.keys) : [], stack),
    ];
  } finally {
    await good.release();
  }
}

function judge(
  token: string,
  { secret }: ExaminedStack,
  fetched: VerificationKey[] | undefined,
): CheckResult[] {
  const keys = ownKeys(secret.key) ?? fetched;
  return judgeToken(token, { secret, keys, now: Math.floor(Date.now() / 1000) });
}

function ownKeys(key: StackKey): VerificationKey[] | undefined {
  if (key.kind === "shared") return [{ kind: "shared", key: key.key }];
  return key.kind === "public" ? [{ kind: "public", pem: key.pem }] : undefined;
}

/** The URL of the key set that the engine fetches, or that its pinned key was taken from. */
function jwksUrlOf({ subject, secret }: ExaminedStack): string | undefined {
  if (secret.key.kind === "jwks") return secret.key.url;
  return subject.jwksUrl || undefined;
}

function unauthorizedRole(subject: DoctorSubject, fetched: FetchedKeySet): string | undefined {
  return subject.unauthorizedRole || fetched.unauthorizedRole;
}
