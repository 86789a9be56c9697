import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { ClaimsFormat, DEFAULT_CLAIMS_NAMESPACE } from "../../infra/clerk/claims";
import { ALLOWED_ROLES, DEFAULT_ROLE_NAME } from "../../infra/clerk/claimsMap";
import { ADMIN_ROLE } from "../../infra/clerk/roles";
import type { TokenShape } from "../../infra/clerk/tokenShape";
import {
  MintError,
  signToken,
  type TokenContent,
  tokenPayload,
} from "../../infra/doctor/stackToken";

export { MintError } from "../../infra/doctor/stackToken";

/** A token that a person asks for. */
export interface MintOptions
  extends Pick<TokenContent, "user" | "issuer" | "azp" | "ttlSeconds" | "now"> {
  /** The stack's JWT secret, parsed; null when unknown. */
  secret: { type?: string; key?: string; jwk_url?: string } | null;
  /** What tokens of the stack look like, as its outputs say. */
  tokenShape: Partial<Omit<TokenShape, "claimsFormat">> & { claimsFormat?: string };
  /** Private half of an RS, ES or Ed25519 key. */
  privateKeyPem?: string;
  /** Default: the stack's default role. */
  role?: string;
  /** Organization id. Default: the token has no x-hasura-org-id. */
  org?: string;
}

const CLERK_SIGNS =
  "Clerk signs for this stack; get a token in a signed-in app with getToken(), with { template } if the stack has one";
const MAX_TTL_SECONDS = 315_360_000;

/**
 * Mints a token shaped like Clerk's (iss, azp, sub, iat, nbf, exp, jti) with the claims that the stack reads.
 * @throws MintError when someone else signs for the stack, or a value is not allowed.
 */
export async function mintToken(options: MintOptions): Promise<string> {
  const { secret, tokenShape, user, org, ttlSeconds = 60 } = options;
  const { algorithm, key } = signerOf(secret, options.privateKeyPem);
  if (user === "" || /\s/.test(user)) throw new MintError("--user needs an id without white space");
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
    throw new MintError(`--ttl needs whole seconds from 1 to ${MAX_TTL_SECONDS}`);
  }
  const roles = rolesOf(tokenShape, options.role);
  const claims = {
    ...(roles.allowed === undefined ? {} : { [ALLOWED_ROLES]: roles.allowed }),
    ...(roles.role === undefined ? {} : { [DEFAULT_ROLE_NAME]: roles.role }),
    "x-hasura-user-id": user,
    ...(org === undefined ? {} : { "x-hasura-org-id": org }),
  };
  const { audience } = tokenShape;
  const content = { ...options, claims, location: locationOf(tokenShape), audience };
  return signToken(tokenPayload(content), algorithm, key);
}

function signerOf(
  secret: MintOptions["secret"],
  privateKeyPem: string | undefined,
): { algorithm: string; key: KeyObject | string } {
  if (secret === null) throw new MintError("the stack has no JWT secret yet; run npm run up first");
  const { type, key } = secret;
  if (secret.jwk_url !== undefined || type === undefined || key === undefined) {
    throw new MintError(CLERK_SIGNS);
  }
  if (type.startsWith("HS")) return { algorithm: type, key };
  if (privateKeyPem === undefined) {
    throw new MintError(
      `this stack holds only the public half of its ${type} key; give the private half to sign with`,
    );
  }
  // The engine names the curve where the token's header names the algorithm.
  const algorithm = type === "Ed25519" ? "EdDSA" : type;
  return { algorithm, key: matchingKey(privateKeyPem, key) };
}

function matchingKey(privateKeyPem: string, publicPem: string): KeyObject {
  const key = readPrivateKey(privateKeyPem);
  if (createPublicKey(key).equals(createPublicKey(publicPem))) return key;
  throw new MintError("the private key does not match the stack's public key");
}

function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new MintError("the private key cannot be read; give it as unencrypted PEM");
  }
}

function rolesOf(
  { allowedRoles, defaultRole, claimsMap }: MintOptions["tokenShape"],
  asked?: string,
) {
  const role = asked ?? defaultRole;
  if (role === ADMIN_ROLE) throw new MintError("--role admin is never put into a token");
  if (role !== undefined && allowedRoles !== undefined && !allowedRoles.includes(role)) {
    throw new MintError(`--role needs to be one of this stack's roles: ${allowedRoles.join(", ")}`);
  }
  if (role === undefined && claimsMap !== undefined) {
    throw new MintError("--role is required, because this stack's tokens name their own role");
  }
  const mapped = claimsMap?.[DEFAULT_ROLE_NAME];
  if (mapped !== undefined && mapped.steps === undefined && mapped.fixed !== role) {
    throw new MintError(`--role cannot differ: this stack fixes it to ${String(mapped.fixed)}`);
  }
  return { role, allowed: allowedRoles ?? (role === undefined ? undefined : [role]) };
}

function locationOf(shape: MintOptions["tokenShape"]): TokenContent["location"] {
  const { claimsMap, claimsPath, claimsFormat } = shape;
  if (claimsMap !== undefined) return { kind: "map", map: claimsMap };
  const stringified = claimsFormat === ClaimsFormat.StringifiedJson;
  return { kind: "object", steps: claimsPath ?? [DEFAULT_CLAIMS_NAMESPACE], stringified };
}
