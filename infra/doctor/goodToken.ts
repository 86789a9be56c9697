import { clerkApiUrl, DEFAULT_CLERK_API_URL } from "../clerk/clerkApi";
import { RemoteError } from "../http/remoteError";
import { checkRemoteUrl } from "../http/remoteUrl";
import { type RemoteResponse, sendRequest } from "../http/sendRequest";
import { isObject } from "../validation/isObject";
import { quoted } from "../validation/problems";
import { type Advice, type CheckResult, check } from "./checkResult";
import { bareToken, decodeToken } from "./decodedToken";
import { askGraphql, refusalOf, SEE_HEALTH, tokenHeaders } from "./engineRequest";
import { describeToken } from "./judgeToken";
import { stackToken } from "./stackToken";
import type { ClerkAccess, ExaminedStack, ExamineOptions } from "./subject";

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

const NAME = check("introspection", "valid token is accepted");
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
    if ("finding" in fetched) return without(NAME.failed(fetched.finding, fetched.remedy));
    const release = () => endSession(clerk, fetched.sessionId, stack.timeoutMs);
    return { token: fetched.token, origin: "fetched from Clerk", real: true, release };
  }
  const minted = await stackToken(stack);
  if (minted !== undefined) {
    return { token: minted, origin: "made here", real: false, release: NOTHING_HELD };
  }
  return without(
    NAME.skipped("not checked: there is no token, and only Clerk can sign one", GIVE_TOKEN),
  );
}

function without(problem: CheckResult): GoodToken {
  return { problem, real: false, release: NOTHING_HELD };
}

/** Whether the engine allows introspection with the token. */
export async function checkIntrospection(
  stack: ExaminedStack,
  good: GoodToken,
): Promise<CheckResult> {
  const { token, origin, problem } = good;
  if (token === undefined) return problem ?? NAME.skipped("not checked", GIVE_TOKEN);
  const decoded = decodeToken(token);
  if (!("payload" in decoded))
    return NAME.skipped(`not sent: it ${decoded.finding}`, decoded.remedy);
  const shown = `${origin}: ${describeToken(decoded)}`;
  const headers = tokenHeaders(stack, token);
  const response = await askGraphql(stack, INTROSPECTION, headers);
  if (response.failure !== undefined)
    return NAME.skipped(`not checked: ${response.failure}`, SEE_HEALTH);
  const refusal = refusalOf(response, stack);
  if (refusal === undefined) return NAME.ok(`${fieldsText(response.json)} (${shown})`);
  if (/introspection is not allowed/i.test(refusal.message)) {
    const plain = await askGraphql(stack, "{ __typename }", headers);
    if (plain.failure === undefined && refusalOf(plain, stack) === undefined) {
      return NAME.ok(`accepted; introspection is switched off for its role (${shown})`);
    }
  }
  const remedy = good.real
    ? "see the lines about this token"
    : "the engine runs with a different JWT secret from the stack's: run npm run up";
  return NAME.failed(`refused: ${refusal.code} "${refusal.message}" (${shown})`, remedy);
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

/** A token that Clerk made, or why there is none. */
type ClerkToken = { token: string; sessionId: string } | Advice;

/** What is wrong with access to Clerk, or undefined; a live key could sign in as any real user. */
export function accessProblem({
  secretKey,
  user,
  apiUrl = DEFAULT_CLERK_API_URL,
}: ClerkAccess): Advice | undefined {
  const [urlProblem] = checkRemoteUrl(apiUrl, "CLERK_API_URL");
  if (urlProblem !== undefined) {
    return {
      finding: `the secret key is not sent: CLERK_API_URL ${urlProblem.reason}`,
      remedy: "correct CLERK_API_URL, or leave it out for Clerk's own",
    };
  }
  if (secretKey.startsWith("sk_live_")) {
    return {
      finding: "the secret key belongs to a production instance",
      remedy:
        "use sk_test_… of a development instance; for production give a user's token with --token -",
    };
  }
  if (!/^sk_test_\w+$/.test(secretKey)) {
    return {
      finding: "the secret key is not one of Clerk's",
      remedy: "set CLERK_SECRET_KEY to sk_test_…, from Clerk's dashboard under API keys",
    };
  }
  if (user === "" || /[\s/?#]/.test(user)) {
    return {
      finding: "the user id is not valid",
      remedy: "give --user user_…, from Clerk's dashboard under Users",
    };
  }
  return undefined;
}

/** Makes a session for a test user, and a token of it (Clerk's Backend API, development instances only). */
async function fetchClerkToken(access: ClerkAccess, timeoutMs: number): Promise<ClerkToken> {
  const problem = accessProblem(access);
  if (problem !== undefined) return problem;
  const { template, user } = access;
  try {
    const session = await post(access, "/sessions", { user_id: user }, timeoutMs);
    const sessionId = textIn(session, "id");
    if (sessionId === undefined) {
      const remedy = "check --user: it must be a user of this development instance";
      return refused(`no session for user ${quoted(user)}`, session, remedy);
    }
    const path = `/sessions/${encodeURIComponent(sessionId)}/tokens`;
    const named = template === undefined ? path : `${path}/${encodeURIComponent(template)}`;
    const response = await post(access, named, {}, timeoutMs);
    const token = textIn(response, "jwt");
    if (token !== undefined) return { token, sessionId };
    const what = template === undefined ? "session token" : `token of template ${quoted(template)}`;
    const remedy = "check --template: it is the name of a JWT template of this instance";
    return refused(`no ${what}`, response, remedy);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    const remedy =
      "check CLERK_SECRET_KEY, CLERK_API_URL and the network, or give a token with --token -";
    return { finding: error.message, remedy };
  }
}

function textIn({ status, json }: RemoteResponse, name: string): string | undefined {
  const value = status < 300 && isObject(json) ? json[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Ends a session that was made for a check; what goes wrong with it does no harm. */
async function endSession(access: ClerkAccess, sessionId: string, timeoutMs: number) {
  const path = `/sessions/${encodeURIComponent(sessionId)}/revoke`;
  await post(access, path, {}, timeoutMs).catch(() => undefined);
}

function post(access: ClerkAccess, path: string, body: unknown, timeoutMs: number) {
  const { apiUrl = DEFAULT_CLERK_API_URL, secretKey } = access;
  return sendRequest({
    what: "Clerk's Backend API",
    method: "POST",
    url: clerkApiUrl(apiUrl, path),
    headers: { authorization: `Bearer ${secretKey}` },
    body,
    secrets: [secretKey],
    timeoutMs,
    attempts: 2,
  });
}

function refused(what: string, { status, json }: RemoteResponse, remedy: string): Advice {
  const errors: unknown = isObject(json) ? json.errors : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const { code } = isObject(first) ? first : {};
  const said = typeof code === "string" ? `, ${quoted(code)}` : "";
  const finding = `Clerk gave ${what} (status ${status}${said})`;
  const isKey = status === 401 || status === 403;
  return { finding, remedy: isKey ? "check CLERK_SECRET_KEY: Clerk refuses it" : remedy };
}
