import type { IncomingMessage } from "node:http";

/** What decides which schema is seen. */
export type Viewer = {
  role: string;
  /** Whether permissions that are `backend_only` count: asked for beside the admin secret. */
  backend: boolean;
};

/** Who asks: the role in force and the x-hasura- variables, names in lower case. */
export type Session = Viewer & {
  variables: Map<string, string>;
  isAdmin: boolean;
  /** Seconds since the epoch after which a websocket is dropped. */
  expiresAt?: number;
};

/** Names in lower case; several lines of one name stay apart, so that two tokens are seen as two. */
export type Headers = Map<string, string[]>;

const SECRET_HEADERS = ["x-hasura-admin-secret", "x-hasura-access-key"];

export function readHeaders(request: Pick<IncomingMessage, "headersDistinct">): Headers {
  const found: Headers = new Map();
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values !== undefined) found.set(name, values);
  }
  return found;
}

export function firstOf(headers: Headers, name: string): string | undefined {
  return headers.get(name)?.[0];
}

/** The role that is asked for; an empty header asks for none. */
export function requestedRole(headers: Headers): string | undefined {
  return firstOf(headers, "x-hasura-role") || undefined;
}

/** Session variables a client sent as headers; the secret itself is not one of them. */
export function headerVariables(headers: Headers): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [name, [value]] of headers) {
    if (value === undefined || SECRET_HEADERS.includes(name)) continue;
    if (name.startsWith("x-hasura-")) variables.set(name, value);
  }
  return variables;
}

export function adminSecretHeader(headers: Headers): string | undefined {
  const [secret, key] = SECRET_HEADERS.map((name) => firstOf(headers, name));
  return secret ?? key;
}

export function sessionFor(
  role: string,
  variables: Map<string, string>,
  expiresAt?: number,
): Session {
  const all = new Map(variables).set("x-hasura-role", role);
  const session = { role, backend: false, variables: all, isAdmin: role === "admin" };
  return expiresAt === undefined ? session : { ...session, expiresAt };
}
