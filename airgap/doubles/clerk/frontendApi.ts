import { ApiError, notInDouble, type Reply } from "./apiError";
import type { ApiRequest } from "./apiRequest";
import { tokenReply } from "./backendApi";
import type { ClerkState } from "./clerkState";
import type { TokenRequest } from "./tokens";

const TOKENS = /^\/v1\/client\/sessions\/([^/]+)\/tokens(?:\/([^/]+))?$/;

/** The part of Clerk's Frontend API that Hasura and a signed-in browser need. */
export async function frontendAnswer(state: ClerkState, request: ApiRequest): Promise<Reply> {
  const cors = corsHeaders(request);
  if (request.method === "OPTIONS") return { status: 204, body: undefined, headers: cors };
  try {
    const reply = await route(state, request);
    return { ...reply, headers: { ...reply.headers, ...cors } };
  } catch (error) {
    if (error instanceof ApiError) Object.assign(error.headers, cors);
    throw error;
  }
}

async function route(state: ClerkState, request: ApiRequest): Promise<Reply> {
  const { method, path, headers } = request;
  if (path === "/.well-known/jwks.json" && (method === "GET" || method === "HEAD")) {
    return state.jwks.answer("frontend");
  }
  const [matched, sessionId = "", template] = TOKENS.exec(path) ?? [];
  const isPost = method === "POST" && request.query.get("_method") === null;
  if (matched === undefined || !isPost) throw notInDouble(`${method} ${path} (Frontend API)`);
  const { origin } = headers;
  const wanted: TokenRequest = origin === undefined ? {} : { origin };
  if (template === undefined) chooseOrganization(state, sessionId, request.text);
  const name = template === undefined ? undefined : decodeURIComponent(template);
  return tokenReply(state, decodeURIComponent(sessionId), name, wanted);
}

/** Only requests for session tokens may name the organisation; an empty one means none. */
function chooseOrganization({ sessions }: ClerkState, sessionId: string, form: string): void {
  const organization = new URLSearchParams(form).get("organization_id");
  if (organization !== null) sessions.activate(sessionId, organization || null);
}

function corsHeaders({ headers }: ApiRequest): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-allow-methods": "GET, POST, OPTIONS",
    vary: "Origin",
  };
}
