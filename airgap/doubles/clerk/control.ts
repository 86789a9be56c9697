import { isJsonObject, type JsonObject } from "../hasura/json";
import { apiError, notInDouble, type Reply } from "./apiError";
import { type ApiRequest, readJsonBody } from "./apiRequest";
import { sameText } from "./backendApi";
import { changeBehaviour } from "./behaviour";
import type { ClerkState } from "./clerkState";
import { newInstanceKey } from "./instanceKeys";
import { BAD_KEY } from "./jwks";
import { sessionJson } from "./sessions";
import type { TokenRequest } from "./tokens";
import type { MembershipSeed, OrganizationSeed, UserSeed } from "./users";

const PREFIX = "/_control/";

type Handler = (state: ClerkState, body: JsonObject, id: string) => Promise<unknown> | unknown;

const HANDLERS: Record<string, Handler> = {
  "GET state": (state) => summary(state),
  "GET requests": ({ log }) => log.entries,
  "DELETE requests": ({ log }) => {
    log.entries = [];
  },
  "POST users": ({ users }, body) => users.addUser(body as UserSeed),
  "POST organizations": ({ users }, body) =>
    users.addOrganization({ ...body, name: text(body, "name") } as OrganizationSeed),
  "POST memberships": ({ users }, body) => {
    for (const name of ["user_id", "organization_id", "role"]) text(body, name);
    return users.addMembership(body as unknown as MembershipSeed);
  },
  "POST faults": ({ faults }, body) => faults.add(body),
  "DELETE faults": ({ faults }) => faults.clear(),
  "POST rotate": async ({ jwks }, body) => {
    const { kid, pem } = await jwks.rotate(body.keepOld === true);
    return { kid, pem };
  },
  "PUT jwks": ({ jwks }, body) => setJwks(jwks, body),
  "PUT behaviour": ({ behaviour }, body) => {
    changeBehaviour(behaviour, body);
    return behaviour;
  },
  "GET templates": ({ templates }) => templates.list(new URLSearchParams({ limit: "500" })).body,
  "DELETE templates": ({ templates }, _, id) => templates.delete(templates.find(id).id).body,
  "PATCH templates": ({ templates }, body, id) => {
    const { name, claims, ...found } = templates.shown(templates.find(id));
    const same = { name, claims, ...body };
    return templates.update(String(found.id), same as JsonObject).body;
  },
  "POST sessions": ({ sessions }, body) =>
    sessionJson(sessions.start(text(body, "user_id"), organizationOf(body) ?? null)),
  "PATCH sessions": ({ sessions }, body, id) => {
    const organization = organizationOf(body);
    const session = sessions.session(id);
    if (organization !== undefined) sessions.activate(id, organization);
    if (body.status === "active" || body.status === "ended") session.status = body.status;
    return sessionJson(session);
  },
  "POST tokens": (state, body) => mint(state, body),
};

/** Routes by which tests drive a double in another process; undefined for other paths. */
export async function controlAnswer(
  state: ClerkState,
  token: string,
  request: ApiRequest,
): Promise<Reply | undefined> {
  const { path, method } = request;
  if (!path.startsWith(PREFIX)) return undefined;
  if (method === "GET" && path === `${PREFIX}ready`) {
    return { status: 200, body: { double: "clerk" } };
  }
  if (!sameText(request.headers.authorization ?? "", `Bearer ${token}`)) {
    throw apiError(401, "control_token_invalid", "wrong control token");
  }
  const [area = "", id = "", ...more] = path
    .slice(PREFIX.length)
    .split("/")
    .map(decodeURIComponent);
  const handler = more.length > 0 ? undefined : HANDLERS[`${method} ${area}`];
  if (handler === undefined) throw notInDouble(`${method} ${path}`);
  const body = readJsonBody(request);
  const answer = await handler(state, isJsonObject(body) ? body : {}, id);
  return { status: 200, body: answer ?? { ok: true } };
}

function text(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`${name} must be text`);
}

/** Undefined where the body does not speak of the active organisation. */
function organizationOf(body: JsonObject): string | null | undefined {
  const value = body.active_organization_id;
  if (value === undefined || value === null || typeof value === "string") return value;
  throw new Error("active_organization_id must be text or null");
}

function summary({ jwks, issuer, frontendApi, templates, isLive }: ClerkState): unknown {
  const { kid, pem } = jwks.current;
  return {
    frontendApi,
    issuer,
    isLive,
    kid,
    jwtKey: pem,
    jwksHits: jwks.hits,
    templates: templates.list(new URLSearchParams("paginated=true")).body,
  };
}

function setJwks(jwks: ClerkState["jwks"], body: JsonObject): unknown {
  const { headers, extraKeys, empty, badKey } = body;
  if (isJsonObject(headers)) jwks.set({ headers: headers as Record<string, string> });
  if (Array.isArray(extraKeys)) jwks.set({ extraKeys });
  if (typeof badKey === "boolean") jwks.set({ extraKeys: badKey ? [BAD_KEY] : [] });
  if (typeof empty === "boolean") jwks.set({ empty });
  return jwks.settings;
}

/** Mints what Clerk would never mint: replaced claims, or a foreign key under the same kid. */
async function mint(state: ClerkState, body: JsonObject): Promise<unknown> {
  const { sessions, templates, tokens, jwks } = state;
  const session = sessions.session(text(body, "session_id"));
  const request: TokenRequest = isJsonObject(body.claims) ? { overrides: body.claims } : {};
  if (body.foreign === true) request.key = { ...(await newInstanceKey()), kid: jwks.current.kid };
  const jwt =
    typeof body.template === "string"
      ? await tokens.templateToken(session, templates.byName(body.template), request)
      : await tokens.sessionToken(session, request);
  return { jwt };
}
