import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { SignJWT } from "jose";

/** Who signs a token. */
export interface Signer {
  algorithm: string;
  key: KeyObject | Uint8Array;
  kid?: string;
}

/** An RSA pair as its owner and the engine see it. */
export interface RsaSigner extends Signer {
  publicPem: string;
  /** The public key as a member of a JWKS. */
  jwk: Record<string, unknown>;
}

export const NAMESPACE = "https://hasura.io/jwt/claims";

export function rsaSigner(kid: string): RsaSigner {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    algorithm: "RS256",
    key: privateKey,
    kid,
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" },
  };
}

export function hmacSigner(key: string): Signer {
  return { algorithm: "HS256", key: new TextEncoder().encode(key) };
}

/** What is particular about a token; everything else is as Clerk makes it. */
export interface TokenClaims {
  /** Left out where it is empty. */
  issuer: string;
  user: string;
  /** Seconds until it expires. Default: 60. */
  ttl?: number;
  /** Content of Hasura's namespace; `null` leaves the namespace out. Default: role user alone. */
  hasura?: Record<string, unknown> | null;
}

/** Signs a token shaped like Clerk's. */
export function signToken(signer: Signer, claims: TokenClaims): Promise<string> {
  const { issuer, user, ttl = 60 } = claims;
  const now = Math.floor(Date.now() / 1000);
  const standard = {
    "x-hasura-allowed-roles": ["user"],
    "x-hasura-default-role": "user",
    "x-hasura-user-id": user,
  };
  const hasura = claims.hasura === undefined ? standard : claims.hasura;
  const issuedAt = Math.min(now, now + ttl - 60);
  return new SignJWT({
    azp: "https://app.example.com",
    exp: now + ttl,
    iat: issuedAt,
    ...(issuer && { iss: issuer }),
    jti: randomUUID().replaceAll("-", ""),
    nbf: issuedAt - 5,
    sub: user,
    ...(hasura === null ? {} : { [NAMESPACE]: hasura }),
  })
    .setProtectedHeader({ alg: signer.algorithm, typ: "JWT", ...kidOf(signer) })
    .sign(signer.key);
}

function kidOf({ kid }: Signer): { kid?: string } {
  return kid === undefined ? {} : { kid };
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
