import { type KeyObject, randomUUID } from "node:crypto";
import { ALLOWED_ROLES, DEFAULT_ROLE_NAME } from "../clerk/claimsMap";
import { type JsonPathSteps, REGISTERED_CLAIMS } from "../clerk/jsonPath";
import { DEFAULT_ROLE } from "../clerk/roles";
import type { ClaimsMapLocation, ClaimsObjectLocation, ExaminedStack } from "./subject";

/** A token that cannot be minted; the message is for the user and holds no key. */
export class MintError extends Error {}

/** What a token says, and where the stack looks for it. */
export interface TokenContent {
  /** Becomes sub. */
  user: string;
  /** The x-hasura-* values. */
  claims: Readonly<Record<string, string | string[]>>;
  location: ClaimsMapLocation | Pick<ClaimsObjectLocation, "kind" | "steps" | "stringified">;
  /** Default: no iss. */
  issuer?: string | undefined;
  /** Default: no aud. */
  audience?: string[] | undefined;
  /** Origin of the app. Default: no azp. */
  azp?: string | undefined;
  /** Seconds until it expires; negative for an expired token. Default: 60, as Clerk's tokens. */
  ttlSeconds?: number | undefined;
  /** Seconds since 1970. Default: the clock. */
  now?: number | undefined;
  /** Value of whatever else the claims map needs. Default: it is left out. */
  filler?: string;
}

/** How a token that the doctor makes differs from one that the stack accepts. */
export interface TokenWishes {
  /** The only role. Default: the stack's roles. */
  role?: string;
  issuer?: string;
  /** A claim to leave out. */
  without?: "iss" | "aud";
  ttlSeconds?: number;
}

/** User that the doctor's own tokens name. */
const DOCTOR_USER = "clerk-hasura-doctor";
const BACKDATED_SECONDS = 5;
/** A token with a longer list would only be a burden. */
const MAX_LIST_POSITION = 1000;

/** True where the doctor can sign as the stack's issuer would. */
export function holdsKey({ secret }: ExaminedStack): boolean {
  return secret.key.kind === "shared";
}

/** Makes a token that the stack accepts, but for the wishes; undefined where no token can be made. */
export async function stackToken(
  stack: ExaminedStack,
  wishes: TokenWishes = {},
): Promise<string | undefined> {
  const { key } = stack.secret;
  const payload = stackPayload(stack, wishes);
  if (key.kind !== "shared" || payload === undefined) return undefined;
  return signToken(payload, key.algorithm, key.key);
}

/** The payload of such a token; undefined where two claims lie within each other. */
export function stackPayload(
  { secret, roles }: ExaminedStack,
  { role, issuer = secret.issuer, without, ttlSeconds }: TokenWishes = {},
): Record<string, unknown> | undefined {
  const defaultRole = role ?? roles.defaultRole ?? roles.allowedRoles?.[0] ?? DEFAULT_ROLE;
  const allowedRoles = role === undefined ? roles.allowedRoles : undefined;
  try {
    return tokenPayload({
      user: DOCTOR_USER,
      claims: {
        [ALLOWED_ROLES]: allowedRoles ?? [defaultRole],
        [DEFAULT_ROLE_NAME]: defaultRole,
        "x-hasura-user-id": DOCTOR_USER,
      },
      location: secret.claims,
      issuer: without === "iss" ? undefined : issuer,
      audience: without === "aud" ? undefined : secret.audience,
      ttlSeconds,
      filler: DOCTOR_USER,
    });
  } catch (error) {
    if (error instanceof MintError) return undefined;
    throw error;
  }
}

/** Signs by an algorithm as token headers name it. */
export async function signToken(
  payload: Record<string, unknown>,
  algorithm: string,
  key: KeyObject | string,
): Promise<string> {
  // Loaded only here, because most runs of the provider mint no token.
  const { SignJWT } = await import("jose");
  const token = new SignJWT(payload).setProtectedHeader({ alg: algorithm, typ: "JWT" });
  return token.sign(typeof key === "string" ? new TextEncoder().encode(key) : key);
}

/**
 * The payload of a token like Clerk's (iss, azp, sub, iat, nbf, exp, jti).
 * @throws MintError when two claims lie within each other.
 */
export function tokenPayload(content: TokenContent): Record<string, unknown> {
  const { user, issuer, azp, audience = [], ttlSeconds = 60 } = content;
  const now = content.now ?? Math.floor(Date.now() / 1000);
  const exp = now + ttlSeconds;
  const iat = Math.min(now, exp - 1);
  const payload = {
    ...(azp === undefined ? {} : { azp }),
    exp,
    iat,
    ...(issuer === undefined ? {} : { iss: issuer }),
    jti: randomUUID().replaceAll("-", ""),
    nbf: iat - BACKDATED_SECONDS,
    sub: user,
    ...(audience.length === 0 ? {} : { aud: audience.length === 1 ? audience[0] : audience }),
  };
  addClaims(payload, content);
  return payload;
}

function addClaims(payload: object, { location, claims, filler, azp }: TokenContent): void {
  if (location.kind === "object") {
    if (location.steps.length === 0) Object.assign(payload, claims);
    else put(payload, location.steps, location.stringified ? JSON.stringify(claims) : claims);
    return;
  }
  const taken = azp === undefined ? REGISTERED_CLAIMS : [...REGISTERED_CLAIMS, "azp"];
  for (const [name, { steps, fixed }] of Object.entries(location.map)) {
    const value = claims[name] ?? (fixed === undefined ? filler : undefined);
    if (steps === undefined || value === undefined || taken.includes(String(steps[0]))) continue;
    put(payload, steps, value);
  }
}

function put(root: object, steps: JsonPathSteps, value: unknown): void {
  let spot: unknown = root;
  for (const [index, step] of steps.entries()) {
    if (typeof spot !== "object" || spot === null) {
      throw new MintError("two claims of this stack overlap, so no token can hold both");
    }
    if (typeof step === "number" && step > MAX_LIST_POSITION) {
      throw new MintError(`a claim of this stack is beyond list position ${MAX_LIST_POSITION}`);
    }
    const empty = typeof steps[index + 1] === "number" ? [] : {};
    const there: unknown = Object.getOwnPropertyDescriptor(spot, step)?.value;
    const next = index === steps.length - 1 ? value : (there ?? empty);
    const open = { enumerable: true, configurable: true, writable: true };
    // Plain assignment would reach the prototype for a claim named __proto__.
    Object.defineProperty(spot, step, { value: next, ...open });
    spot = next;
  }
}
