// @ts-check
import { createPrivateKey, createPublicKey, randomUUID } from "node:crypto";
import { SignJWT } from "jose";

/**
 * @typedef {(string | number)[]} Steps
 * @typedef {{ steps?: Steps, fixed?: string | string[] }} MappedClaim
 * @typedef {object} TokenShape What tokens of a stack look like, as the stack describes them.
 * @property {Steps} [claimsPath]
 * @property {string} claimsFormat
 * @property {Record<string, MappedClaim>} [claimsMap]
 * @property {string[]} [audience]
 * @property {string} [defaultRole]
 * @property {string[]} [allowedRoles]
 *
 * @typedef {object} MintOptions
 * @property {{ type?: string, key?: string, jwk_url?: string } | null} secret The stack's JWT secret, parsed; null when unknown.
 * @property {string} [privateKeyPem] Private half of an RS, ES or Ed25519 key.
 * @property {string} [issuer] Default: no iss.
 * @property {TokenShape} tokenShape
 * @property {string} user Clerk user id, becomes sub and x-hasura-user-id.
 * @property {string} [role] Default: the stack's default role.
 * @property {string} [org] Organisation id; without it the token has no x-hasura-org-id.
 * @property {number} [ttlSeconds] Default: 60, as Clerk's tokens.
 * @property {string} [azp] Origin of the app. Default: no azp.
 * @property {number} [now] Seconds since 1970. Default: the clock.
 */

/** A request for a token that cannot be met; the message is meant for the user and holds no key. */
export class MintError extends Error {}

const CLERK_SIGNS =
  "Clerk signs for this stack; get a token in an app that is signed in, by getToken(), with { template } where the stack has one";
const BACKDATED_SECONDS = 5;
const MAX_TTL_SECONDS = 315_360_000;
const MAX_LIST_POSITION = 1000;
const FIXED_CLAIMS = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "azp"];

/**
 * Mints a token shaped like Clerk's (iss, azp, sub, iat, nbf, exp, jti) with the claims that the stack reads.
 * @param {MintOptions} options
 * @returns {Promise<string>}
 * @throws {MintError} when someone else signs for the stack, or a value is not allowed.
 */
export async function mintToken(options) {
  const { secret, tokenShape, user, ttlSeconds = 60 } = options;
  const signer = signerOf(secret, options.privateKeyPem);
  if (user === "" || /\s/.test(user)) throw new MintError("--user wants an id without white space");
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
    throw new MintError(`--ttl wants whole seconds from 1 to ${MAX_TTL_SECONDS}`);
  }
  const iat = options.now ?? Math.floor(Date.now() / 1000);
  const audience = tokenShape.audience ?? [];
  const payload = {
    ...(options.azp === undefined ? {} : { azp: options.azp }),
    exp: iat + ttlSeconds,
    iat,
    ...(options.issuer === undefined ? {} : { iss: options.issuer }),
    jti: randomUUID().replaceAll("-", ""),
    nbf: iat - BACKDATED_SECONDS,
    sub: user,
    ...(audience.length === 0 ? {} : { aud: audience.length === 1 ? audience[0] : audience }),
  };
  addClaims(payload, options);
  return new SignJWT(payload).setProtectedHeader({ alg: signer.alg, typ: "JWT" }).sign(signer.key);
}

/**
 * @param {MintOptions["secret"]} secret
 * @param {string | undefined} privateKeyPem
 * @returns {{ alg: string, key: import("node:crypto").KeyObject | Uint8Array }}
 */
function signerOf(secret, privateKeyPem) {
  if (secret === null) throw new MintError("the stack has no JWT secret yet; run npm run up first");
  const { type, key } = secret;
  if (secret.jwk_url !== undefined || type === undefined || key === undefined) {
    throw new MintError(CLERK_SIGNS);
  }
  if (type.startsWith("HS")) return { alg: type, key: new TextEncoder().encode(key) };
  if (privateKeyPem === undefined) {
    throw new MintError(
      `this stack holds only the public half of its ${type} key; give the private half to sign with`,
    );
  }
  // The engine names the curve where the token's header names the algorithm.
  return { alg: type === "Ed25519" ? "EdDSA" : type, key: matchingKey(privateKeyPem, key) };
}

/**
 * @param {string} privateKeyPem
 * @param {string} publicPem
 */
function matchingKey(privateKeyPem, publicPem) {
  const key = readPrivateKey(privateKeyPem);
  if (!createPublicKey(key).equals(createPublicKey(publicPem))) {
    throw new MintError("the private key is not the other half of the stack's public key");
  }
  return key;
}

/** @param {string} pem */
function readPrivateKey(pem) {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new MintError("the private key cannot be read; give it as unencrypted PEM");
  }
}

/**
 * @param {Record<string, unknown>} payload
 * @param {MintOptions} options
 */
function addClaims(payload, { tokenShape, user, role, org }) {
  const roles = rolesOf(tokenShape, role);
  /** @type {Record<string, string | string[]>} */
  const claims = {
    ...(roles.allowed === undefined ? {} : { "x-hasura-allowed-roles": roles.allowed }),
    ...(roles.role === undefined ? {} : { "x-hasura-default-role": roles.role }),
    "x-hasura-user-id": user,
    ...(org === undefined ? {} : { "x-hasura-org-id": org }),
  };
  if (tokenShape.claimsMap !== undefined) {
    addMapped(payload, tokenShape.claimsMap, claims);
    return;
  }
  const steps = tokenShape.claimsPath ?? ["https://hasura.io/jwt/claims"];
  if (tokenShape.claimsFormat === "stringified_json") put(payload, steps, JSON.stringify(claims));
  else if (steps.length === 0) Object.assign(payload, claims);
  else put(payload, steps, claims);
}

/**
 * @param {TokenShape} shape
 * @param {string | undefined} asked
 */
function rolesOf(shape, asked) {
  const allowed = shape.allowedRoles;
  const role = asked ?? shape.defaultRole;
  if (role === "admin") throw new MintError("--role admin is never put into a token");
  if (role !== undefined && allowed !== undefined && !allowed.includes(role)) {
    throw new MintError(`--role wants one of this stack's roles: ${allowed.join(", ")}`);
  }
  if (role === undefined && shape.claimsMap !== undefined) {
    throw new MintError("--role is needed, because this stack's tokens name their role themselves");
  }
  return { role, allowed: allowed ?? (role === undefined ? undefined : [role]) };
}

/**
 * @param {Record<string, unknown>} payload
 * @param {Record<string, MappedClaim>} map
 * @param {Record<string, string | string[]>} claims
 */
function addMapped(payload, map, claims) {
  for (const [name, { steps, fixed }] of Object.entries(map)) {
    const value = claims[name];
    if (steps === undefined) {
      const role = name === "x-hasura-default-role" && fixed !== value;
      if (role)
        throw new MintError(`--role cannot differ: this stack fixes it to ${String(fixed)}`);
    } else if (value !== undefined && !FIXED_CLAIMS.includes(String(steps[0]))) {
      put(payload, steps, value);
    }
  }
}

/**
 * @param {Record<string, unknown>} root
 * @param {Steps} steps
 * @param {unknown} value
 */
function put(root, steps, value) {
  /** @type {unknown} */
  let place = root;
  steps.forEach((step, index) => {
    if (typeof place !== "object" || place === null) {
      throw new MintError(
        "two claims of this stack lie within each other, so no token can hold both",
      );
    }
    if (typeof step === "number" && step > MAX_LIST_POSITION) {
      throw new MintError(`a claim of this stack lies beyond list position ${MAX_LIST_POSITION}`);
    }
    const empty = typeof steps[index + 1] === "number" ? [] : {};
    const there = Object.getOwnPropertyDescriptor(place, step)?.value;
    const next = index === steps.length - 1 ? value : (there ?? empty);
    // Plain assignment would reach the prototype for a claim named __proto__.
    Object.defineProperty(place, step, {
      value: next,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    place = next;
  });
}
