import { isObject } from "../validation/isObject";
import { type CheckResult, failed, ok, skipped } from "./checkResult";
import { endSession, fetchClerkToken } from "./clerkToken";
import { bareToken, decodeToken } from "./decodedToken";
import { askGraphql, refusalOf, SEE_HEALTH, tokenHeaders } from "./engineRequest";
import { describeToken } from "./judgeToken";
import { mintToken } from "./mintedToken";
import type { ExaminedStack, ExamineOptions } from "./subject";

/** A token that should be accepted, or why there is none. */
export interface GoodToken {
  token?: string;
  /** `given`, `made here` or `fetched from Clerk`. */
  origin?: string;
  /** True where the stack's real issuer signed it. */
  real: boolean;
  problem?: CheckResult;
  /** Gives back what was made for it at Clerk. */
  release: () => Promise<void>;
}

const NAME = { id: "introspection", title: "good token is accepted" };
const INTROSPECTION = "{ __schema { queryType { fields { name } } } }";
const NOTHING_HELD = async () => undefined;
const GIVE_TOKEN =
  "give a token with --token -, or CLERK_SECRET_KEY of a development instance and --user ID";

/** Gets a good token: the given one, one made here, or one fetched from Clerk for a test user. */
export async function goodToken(stack: ExaminedStack, options: ExamineOptions): Promise<GoodToken> {
  const { token, clerk } = options;
  if (token !== undefined) {
    return { token: bareToken(token), origin: "given", real: true, release: NOTHING_HELD };
  }
  if (clerk !== undefined) {
    const fetched = await fetchClerkToken(clerk, stack.timeoutMs);
    if ("finding" in fetched) return without(failed(NAME, fetched.finding, fetched.remedy));
    const release = () => endSession(clerk, fetched.sessionId, stack.timeoutMs);
    return { token: fetched.token, origin: "fetched from Clerk", real: true, release };
  }
  const minted = mintToken(stack);
  if (minted !== undefined) {
    return { token: minted, origin: "made here", real: false, release: NOTHING_HELD };
  }
  return without(
    skipped(NAME, "not checked: there is no token, and only Clerk can sign one", GIVE_TOKEN),
  );
}

function without(problem: CheckResult): GoodToken {
  return { problem, real: false, release: NOTHING_HELD };
}

/** Whether the engine answers introspection with the token. */
export async function checkIntrospection(
  stack: ExaminedStack,
  good: GoodToken,
): Promise<CheckResult> {
  const { token, origin, problem } = good;
  if (token === undefined) return problem ?? skipped(NAME, "not checked", GIVE_TOKEN);
  const decoded = decodeToken(token);
  if (!("payload" in decoded))
    return skipped(NAME, `not sent: it ${decoded.finding}`, decoded.remedy);
  const shown = `${origin}: ${describeToken(decoded)}`;
  const headers = tokenHeaders(stack, token);
  const answer = await askGraphql(stack, INTROSPECTION, headers);
  if (answer.failure !== undefined)
    return skipped(NAME, `not checked: ${answer.failure}`, SEE_HEALTH);
  const refusal = refusalOf(answer, stack);
  if (refusal === undefined) return ok(NAME, `${fieldsText(answer.json)} (${shown})`);
  if (/introspection is not allowed/i.test(refusal.message)) {
    const plain = await askGraphql(stack, "{ __typename }", headers);
    if (plain.failure === undefined && refusalOf(plain, stack) === undefined) {
      return ok(NAME, `accepted; introspection is switched off for its role (${shown})`);
    }
  }
  const remedy = good.real
    ? "see the lines about this token"
    : "the engine runs with another JWT secret than the stack's: run npm run up";
  return failed(NAME, `refused: ${refusal.code} "${refusal.message}" (${shown})`, remedy);
}

function fieldsText(json: unknown): string {
  const data = isObject(json) && isObject(json.data) ? json.data : {};
  const schema = isObject(data.__schema) ? data.__schema : {};
  const query = isObject(schema.queryType) ? schema.queryType : {};
  const fields = Array.isArray(query.fields) ? query.fields : [];
  const names = fields.map((field) => (isObject(field) ? field.name : undefined));
  if (names.length === 0 || names.includes("no_queries_available")) {
    return "introspection works; its role may read no table yet";
  }
  return `introspection works; its role has ${names.length} queries`;
}
