import { RemoteError } from "../http/remoteError";
import { checkRemoteUrl } from "../http/remoteUrl";
import { sendRequest } from "../http/sendRequest";
import { isObject } from "../validation/isObject";
import { quoted } from "../validation/problems";
import type { ClerkAccess } from "./subject";

/** A token that Clerk made, or why there is none. */
export type ClerkToken = { token: string; sessionId: string } | { finding: string; remedy: string };

const DEFAULT_API_URL = "https://api.clerk.com";

/** What is wrong with access to Clerk, or undefined; a live key could sign in as any real user. */
export function accessProblem({
  secretKey,
  user,
  apiUrl = DEFAULT_API_URL,
}: ClerkAccess): { finding: string; remedy: string } | undefined {
  const [address] = checkRemoteUrl(apiUrl, "CLERK_API_URL");
  if (address !== undefined) {
    return {
      finding: `the secret key is not sent: CLERK_API_URL ${address.reason}`,
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
      finding: "the secret key is none of Clerk's",
      remedy: "set CLERK_SECRET_KEY to sk_test_…, from Clerk's dashboard under API keys",
    };
  }
  if (user === "" || /[\s/?#]/.test(user)) {
    return {
      finding: "the user's id is none",
      remedy: "give --user user_…, from Clerk's dashboard under Users",
    };
  }
  return undefined;
}

/** Makes a session for a test user, and a token of it (Clerk's Backend API, development instances only). */
export async function fetchClerkToken(access: ClerkAccess, timeoutMs: number): Promise<ClerkToken> {
  const problem = accessProblem(access);
  if (problem !== undefined) return problem;
  const { template, user } = access;
  try {
    const session = await post(access, "/sessions", { user_id: user }, timeoutMs);
    const sessionId = isObject(session.json) ? session.json.id : undefined;
    if (session.status >= 300 || typeof sessionId !== "string") {
      return refused(
        `no session for user ${quoted(user)}`,
        session,
        "check --user: it must be a user of this development instance",
      );
    }
    const path = `/sessions/${encodeURIComponent(sessionId)}/tokens`;
    const named = template === undefined ? path : `${path}/${encodeURIComponent(template)}`;
    const answer = await post(access, named, {}, timeoutMs);
    const token = isObject(answer.json) ? answer.json.jwt : undefined;
    if (answer.status >= 300 || typeof token !== "string") {
      const what =
        template === undefined ? "no session token" : `no token of template ${quoted(template)}`;
      return refused(
        what,
        answer,
        "check --template: it is the name of a JWT template of this instance",
      );
    }
    return { token, sessionId };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return {
      finding: error.message,
      remedy:
        "check CLERK_SECRET_KEY, CLERK_API_URL and the network, or give a token with --token -",
    };
  }
}

/** Ends a session that was made for a check; what goes wrong with it does no harm. */
export async function endSession(
  access: ClerkAccess,
  sessionId: string,
  timeoutMs: number,
): Promise<void> {
  const path = `/sessions/${encodeURIComponent(sessionId)}/revoke`;
  await post(access, path, {}, timeoutMs).catch(() => undefined);
}

function post(access: ClerkAccess, path: string, body: unknown, timeoutMs: number) {
  const base = (access.apiUrl ?? DEFAULT_API_URL).replace(/\/+$/, "").replace(/\/v1$/, "");
  return sendRequest({
    what: "Clerk's Backend API",
    method: "POST",
    url: `${base}/v1${path}`,
    headers: { authorization: `Bearer ${access.secretKey}` },
    body,
    secrets: [access.secretKey],
    timeoutMs,
    attempts: 2,
  });
}

function refused(
  what: string,
  { status, json }: { status: number; json: unknown },
  remedy: string,
) {
  const errors: unknown = isObject(json) ? json.errors : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const { code } = isObject(first) ? first : {};
  const said = typeof code === "string" ? `, ${quoted(code)}` : "";
  const key =
    status === 401 || status === 403 ? "check CLERK_SECRET_KEY: Clerk refuses it" : remedy;
  return { finding: `Clerk gave ${what} (status ${status}${said})`, remedy: key };
}
