import { isJsonObject, type JsonObject } from "../hasura/json";
import { ApiError, apiError, errorItem, notFound, type Reply } from "./apiError";
import { newId } from "./ids";
import { pageOf } from "./paging";
import type { Users } from "./users";

const DAY_MS = 86_400_000;

export interface Session {
  id: string;
  clientId: string;
  userId: string;
  status: "active" | "ended" | "revoked";
  activeOrganizationId: string | null;
  createdAt: number;
}

/** Sessions of the instance and the routes `/v1/sessions` but for the tokens. */
export class Sessions {
  private readonly sessions = new Map<string, Session>();

  private readonly users: Users;
  private readonly now: () => number;

  constructor(users: Users, now: () => number) {
    this.users = users;
    this.now = now;
  }

  /** Starts a session, as a sign-in would; throws ApiError where the user is unknown. */
  start(userId: string, organizationId: string | null = null): Session {
    this.users.user(userId);
    if (organizationId !== null) this.users.membership(userId, organizationId);
    const [id, clientId] = [newId("sess"), newId("client")];
    const active = { status: "active" as const, activeOrganizationId: organizationId };
    const session: Session = { id, clientId, userId, ...active, createdAt: this.now() };
    this.sessions.set(id, session);
    return session;
  }

  /** `POST /v1/sessions`: test instances only. */
  create(body: unknown, isLive: boolean): Reply {
    if (isLive) {
      const text = "Request only valid for development instances.";
      const code = "request_invalid_for_environment";
      throw apiError(400, code, "Invalid request for environment", text);
    }
    const userId = isJsonObject(body) ? body.user_id : undefined;
    if (typeof userId !== "string" || userId === "") {
      const text = "user_id must be included.";
      throw new ApiError(422, [errorItem("form_param_missing", "is missing", text, "user_id")]);
    }
    const organization = isJsonObject(body) ? body.active_organization_id : undefined;
    const session = this.start(userId, typeof organization === "string" ? organization : null);
    return { status: 200, body: sessionJson(session) };
  }

  list(query: URLSearchParams): Reply {
    const [user, client] = [query.get("user_id"), query.get("client_id")];
    const matches = (session: Session) =>
      (user === null || session.userId === user) &&
      (client === null || session.clientId === client);
    const found = [...this.sessions.values()].reverse().filter(matches);
    const data = pageOf(found, query).map(sessionJson);
    const paginated = query.get("paginated") === "true";
    return { status: 200, body: paginated ? { data, total_count: found.length } : data };
  }

  session(id: string): Session {
    const session = this.sessions.get(id);
    if (session) return session;
    throw notFound("Session", `No session was found with id ${id}`);
  }

  /** A session that may still have tokens. */
  active(id: string): Session {
    const session = this.session(id);
    if (session.status === "active") return session;
    throw notFound("Session", `No active session was found with id ${id}`);
  }

  read(id: string): Reply {
    return { status: 200, body: sessionJson(this.session(id)) };
  }

  revoke(id: string): Reply {
    const session = this.session(id);
    session.status = "revoked";
    return { status: 200, body: sessionJson(session) };
  }

  /** Switches the active organisation, which template tokens follow; null for none. */
  activate(id: string, organizationId: string | null): Session {
    const session = this.session(id);
    if (organizationId !== null) this.users.membership(session.userId, organizationId);
    session.activeOrganizationId = organizationId;
    return session;
  }
}

export function sessionJson(session: Session): JsonObject {
  return {
    object: "session",
    id: session.id,
    client_id: session.clientId,
    user_id: session.userId,
    status: session.status,
    last_active_organization_id: session.activeOrganizationId,
    actor: null,
    last_active_at: session.createdAt,
    expire_at: session.createdAt + 7 * DAY_MS,
    abandon_at: session.createdAt + 30 * DAY_MS,
    created_at: session.createdAt,
    updated_at: session.createdAt,
  };
}
