import type { IncomingHttpHeaders } from "node:http";

/** Who asks: the role in force and the x-hasura- variables, names in lower case. */
export type Session = {
  role: string;
  variables: Map<string, string>;
  isAdmin: boolean;
  /** Seconds since the epoch after which a websocket is closed. */
  expiresAt?: number;
};

export type Headers = Map<string, string>;

const SECRET_HEADERS = ["x-hasura-admin-secret", "x-hasura-access-key"];

export function readHeaders(headers: IncomingHttpHeaders): Headers {
  const found: Headers = new Map();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) found.set(name.toLowerCase(), [value].flat().join(", "));
  }
  return found;
}

/** Session variables a client sent as headers; the secret itself is not one of them. */
export function headerVariables(headers: Headers): Map<string, string> {
  const pairs = [...headers].filter(
    ([name]) => name.startsWith("x-hasura-") && !SECRET_HEADERS.includes(name),
  );
  return new Map(pairs);
}

export function adminSecretHeader(headers: Headers): string | undefined {
  return headers.get("x-hasura-admin-secret") ?? headers.get("x-hasura-access-key");
}

export function sessionFor(
  role: string,
  variables: Map<string, string>,
  expiresAt?: number,
): Session {
  const all = new Map(variables).set("x-hasura-role", role);
  const session = { role, variables: all, isAdmin: role === "admin" };
  return expiresAt === undefined ? session : { ...session, expiresAt };
}
