import { createHash, timingSafeEqual } from "node:crypto";
import { EngineError } from "./engineError";
import type { EngineConfig } from "./environment";
import type { JwtConfig } from "./jwtSecret";
import {
  adminSecretHeader,
  type Headers,
  headerVariables,
  requestedRole,
  type Session,
  sessionFor,
} from "./session";
import { readHasuraClaims } from "./tokenClaims";
import type { VerificationKey } from "./verificationKey";
import { verifyToken } from "./verifyToken";

const ADMIN_HEADERS = '"x-hasura-admin-secret"/"x-hasura-access-key"';

/** Decides who asks, in the order of Auth.hs checkingSecretIfSent and JWT.hs processJwt_. */
export class Authenticator {
  private readonly config: EngineConfig;
  private readonly keys: () => VerificationKey[];

  constructor(config: EngineConfig, keys: () => VerificationKey[]) {
    this.config = config;
    this.keys = keys;
  }

  /** @throws EngineError with the code and text of the engine. */
  async authenticate(headers: Headers): Promise<Session> {
    const { adminSecret, jwt, unauthorizedRole } = this.config;
    if (adminSecret === undefined) return this.trusted(headers);
    const sent = adminSecretHeader(headers);
    if (sent !== undefined) {
      if (sameText(sent, adminSecret)) return this.trusted(headers);
      throw new EngineError("access-denied", `invalid ${ADMIN_HEADERS}`, 401);
    }
    const token = jwt === undefined ? undefined : findToken(headers, jwt);
    if (jwt !== undefined && token !== undefined) return this.fromToken(token, jwt, headers);
    if (unauthorizedRole !== undefined) {
      return sessionFor(unauthorizedRole, headerVariables(headers));
    }
    if (jwt === undefined) {
      throw new EngineError("access-denied", `${ADMIN_HEADERS} required, but not found`, 401);
    }
    throw new EngineError(
      "invalid-headers",
      "Missing 'Authorization' or 'Cookie' header in JWT authentication mode",
    );
  }

  private trusted(headers: Headers): Session {
    const variables = headerVariables(headers);
    const backend =
      variables.get("x-hasura-use-backend-only-permissions")?.toLowerCase() === "true";
    return { ...sessionFor(requestedRole(headers) ?? "admin", variables), backend };
  }

  private async fromToken(token: string, jwt: JwtConfig, headers: Headers): Promise<Session> {
    const claims = await verifyToken(token, this.keys(), jwt);
    const found = readHasuraClaims(claims, jwt.claims);
    const role = requestedRole(headers) ?? found.defaultRole;
    if (!found.allowedRoles.includes(role)) {
      throw new EngineError("access-denied", "Your requested role is not in allowed roles");
    }
    const expiry = typeof claims.exp === "number" ? claims.exp : undefined;
    return sessionFor(role, found.variables, expiry);
  }
}

function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** @throws EngineError on a malformed header, and on more than one token. */
function findToken(headers: Headers, jwt: JwtConfig): string | undefined {
  const { header } = jwt;
  if (header.type === "CustomHeader") return single(headers.get(header.name.toLowerCase()) ?? []);
  if (header.type === "Cookie") return single(cookies(headers.get("cookie") ?? [], header.name));
  const authorization = single(headers.get("authorization") ?? []);
  if (authorization === undefined) return undefined;
  const [scheme, token, ...others] = authorization.split(/[ \t]+/).filter((word) => word !== "");
  if (scheme === "Bearer" && token !== undefined && others.length === 0) return token;
  throw new EngineError("invalid-headers", "Malformed Authorization header");
}

function single(found: string[]): string | undefined {
  if (found.length > 1) throw new EngineError("invalid-headers", "Multiple JWTs found");
  return found[0];
}

function cookies(lines: string[], name: string): string[] {
  const pairs = lines.flatMap((line) => line.split(";"));
  return pairs.flatMap((pair) => {
    const at = pair.indexOf("=");
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}
