import { createHash, timingSafeEqual } from "node:crypto";
import { isJsonObject } from "../hasura/json";
import { ApiError, apiError, errorItem, notInDouble, type Reply } from "./apiError";
import { type ApiRequest, readJsonBody } from "./apiRequest";
import type { ClerkState } from "./clerkState";
import { templateRoute } from "./jwtTemplates";
import type { TokenRequest } from "./tokens";

const PREFIX = "/v1/";
const LIFETIME = { least: 30, most: 315_360_000 };

/** Clerk's Backend API, as far as the double goes. */
export async function backendAnswer(state: ClerkState, request: ApiRequest): Promise<Reply> {
  if (!request.path.startsWith(PREFIX)) throw notInDouble(`the path ${request.path}`);
  authenticate(request, state.secretKey);
  const [area = "", ...rest] = request.path.slice(PREFIX.length).split("/").map(decodeURIComponent);
  if (area !== "jwks") state.rateLimit.count(state.behaviour.rateLimit, state.now());
  const reply = await route(state, request, area, rest);
  if (reply !== undefined) return reply;
  throw notInDouble(`${request.method} ${request.path}`);
}

/** The secret key as bearer token; both refusals are 401. */
function authenticate({ headers }: ApiRequest, secretKey: string): void {
  const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? "") ?? [];
  if (token === undefined) {
    const long = "Invalid Authorization header format. Must be 'Bearer <YOUR_API_KEY>'";
    const code = "authorization_header_format_invalid";
    throw apiError(401, code, "Invalid Authorization header format", long);
  }
  if (sameText(token, secretKey)) return;
  const long = "Make sure that your Clerk Secret Key is correct.";
  throw apiError(401, "clerk_key_invalid", `The provided Clerk Secret Key is invalid. ${long}`);
}

/** Compares secrets in constant time. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function route(
  state: ClerkState,
  request: ApiRequest,
  area: string,
  rest: string[],
): Promise<Reply> | Reply | undefined {
  const { method, query } = request;
  const body = () => readJsonBody(request);
  const [id] = rest;
  if (area === "sessions") return sessionRoute(state, request, rest);
  if (rest.length > 1) return undefined;
  if (area === "jwt_templates") return templateRoute(state.templates, method, id, query, body);
  if (method !== "GET") return undefined;
  if (area === "jwks" && id === undefined) return state.jwks.answer("backend");
  if (area !== "users") return undefined;
  if (id === undefined) return state.users.list(query);
  return id === "count" ? state.users.count() : state.users.read(id);
}

function sessionRoute(
  state: ClerkState,
  request: ApiRequest,
  [id, action, template, ...more]: string[],
): Promise<Reply> | Reply | undefined {
  const { sessions, isLive } = state;
  const { method, query } = request;
  if (more.length > 0) return undefined;
  if (method === "GET" && action === undefined) {
    return id === undefined ? sessions.list(query) : sessions.read(id);
  }
  if (method !== "POST") return undefined;
  if (id === undefined) return sessions.create(readJsonBody(request), isLive);
  if (action === "revoke" && template === undefined) return sessions.revoke(id);
  if (action !== "tokens") return undefined;
  return tokenReply(state, id, template, readTokenRequest(readJsonBody(request)));
}

function readTokenRequest(body: unknown): TokenRequest {
  const seconds = isJsonObject(body) ? body.expires_in_seconds : undefined;
  if (seconds === undefined || seconds === null) return {};
  if (typeof seconds === "number" && Number.isInteger(seconds)) {
    if (seconds >= LIFETIME.least && seconds <= LIFETIME.most) return { expiresInSeconds: seconds };
  }
  const text = `expires_in_seconds must be a whole number from ${LIFETIME.least} to ${LIFETIME.most}`;
  const param = "expires_in_seconds";
  throw new ApiError(422, [errorItem("form_param_value_invalid", "is invalid", text, param)]);
}

/** A token of the session, from the template of that name where one is given. */
export async function tokenReply(
  { sessions, templates, tokens }: ClerkState,
  sessionId: string,
  template: string | undefined,
  request: TokenRequest,
): Promise<Reply> {
  const session = sessions.active(sessionId);
  const jwt =
    template === undefined
      ? await tokens.sessionToken(session, request)
      : await tokens.templateToken(session, templates.byName(template), request);
  return { status: 200, body: { object: "token", jwt } };
}
