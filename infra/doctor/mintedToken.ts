import { randomUUID } from "node:crypto";
import { ALLOWED_ROLES, DEFAULT_ROLE_NAME } from "../clerk/claimsMap";
import { type JsonPathSteps, REGISTERED_CLAIMS } from "../clerk/jsonPath";
import { DEFAULT_ROLE } from "../clerk/roles";
import { signShared } from "./signatures";
import type { ClaimsLocation } from "./stackSecret";
import type { ExaminedStack } from "./subject";

/** What is particular about a token that the doctor makes. */
export interface MintWishes {
  /** Default: the stack's default role, alone where the stack names no list. */
  roles?: { defaultRole: string; allowedRoles: string[] };
  issuer?: string;
  /** A claim to leave out. */
  without?: "iss" | "aud";
  /** Seconds until it expires; negative for an expired one. Default: 60. */
  ttlSeconds?: number;
  /** Default: the stack's own. */
  key?: string;
}

/** User that the doctor's own tokens name. */
export const DOCTOR_USER = "clerk-hasura-doctor";
const BACKDATED_SECONDS = 5;
/** A token with a longer list would only be a burden. */
const MAX_LIST_POSITION = 1000;

/** True where the doctor can sign as the stack's issuer would. */
export function holdsKey({ secret }: ExaminedStack): boolean {
  return secret.key.kind === "shared";
}

/** Makes a token that the stack accepts, but for the wishes; undefined where no token can be made. */
export function mintToken(stack: ExaminedStack, wishes: MintWishes = {}): string | undefined {
  const { key } = stack.secret;
  const payload = payloadFor(stack, wishes);
  if (key.kind !== "shared" || payload === undefined) return undefined;
  return signShared(payload, { algorithm: key.algorithm, key: wishes.key ?? key.key });
}

/** The content of such a token, for one that is left unsigned; undefined where two claims lie within each other. */
export function payloadFor(
  { secret, roles }: ExaminedStack,
  wishes: MintWishes = {},
): Record<string, unknown> | undefined {
  const now = Math.floor(Date.now() / 1000);
  const expiry = now + (wishes.ttlSeconds ?? 60);
  const made = Math.min(now, expiry - 60);
  const issuer = wishes.issuer ?? secret.issuer;
  const payload: Record<string, unknown> = {
    exp: expiry,
    iat: made,
    nbf: made - BACKDATED_SECONDS,
    jti: randomUUID().replaceAll("-", ""),
    sub: DOCTOR_USER,
    ...(issuer === undefined || wishes.without === "iss" ? {} : { iss: issuer }),
    ...(secret.audience === undefined || wishes.without === "aud" ? {} : { aud: secret.audience }),
  };
  const defaultRole = roles.defaultRole ?? roles.allowedRoles?.[0] ?? DEFAULT_ROLE;
  const wanted = wishes.roles ?? { defaultRole, allowedRoles: roles.allowedRoles ?? [defaultRole] };
  const claims = {
    [ALLOWED_ROLES]: wanted.allowedRoles,
    [DEFAULT_ROLE_NAME]: wanted.defaultRole,
    "x-hasura-user-id": DOCTOR_USER,
  };
  return place(payload, secret.claims, claims) ? payload : undefined;
}

function place(
  payload: Record<string, unknown>,
  location: ClaimsLocation,
  claims: Readonly<Record<string, unknown>>,
): boolean {
  if (location.kind === "map") {
    return Object.entries(location.map).every(([name, { steps, fixed }]) => {
      const needed = claims[name] ?? (fixed === undefined ? DOCTOR_USER : undefined);
      if (steps === undefined || needed === undefined) return true;
      return REGISTERED_CLAIMS.includes(String(steps[0])) || put(payload, steps, needed);
    });
  }
  const steps = location.kind === "path" ? location.steps : [location.name];
  const value = location.stringified ? JSON.stringify(claims) : claims;
  if (steps.length > 0) return put(payload, steps, value);
  Object.assign(payload, claims);
  return true;
}

function put(root: unknown, steps: JsonPathSteps, value: unknown): boolean {
  let spot = root;
  for (const [index, step] of steps.entries()) {
    if (typeof spot !== "object" || spot === null) return false;
    if (typeof step === "number" && step > MAX_LIST_POSITION) return false;
    const empty = typeof steps[index + 1] === "number" ? [] : {};
    const there: unknown = Object.getOwnPropertyDescriptor(spot, step)?.value;
    const next = index === steps.length - 1 ? value : (there ?? empty);
    // Plain assignment would reach the prototype for a claim named __proto__.
    Object.defineProperty(spot, step, {
      value: next,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    spot = next;
  }
  return true;
}
