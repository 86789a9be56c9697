import type { ProblemList } from "../validation/problems";
import { chooseClaims, rolesBesideMap } from "./claimsChoice";
import { checkHeader, HeaderType, type TokenHeader } from "./header";
import { identityShape, type ShapedIdentity } from "./identityShape";
import { checkAudience, checkIssuer, checkSkew } from "./issuer";
import type { JwtSecretParts } from "./jwtSecret";
import {
  checkPinning,
  isSet,
  JwksMode,
  KeySource,
  type ResolvedKey,
  resolveKey,
  signsForClerk,
} from "./keySource";
import type { ClerkInstance } from "./publishableKey";
import { checkRoles } from "./roles";
import { checkSigningKey } from "./signingKey";
import { describeTokens, type TokenShape } from "./tokenShape";

/** An identity with everything derived from it. */
export interface ResolvedIdentity extends JwtSecretParts {
  source: KeySource;
  /** Absent where a key was given; there also where one of its keys is pinned. */
  jwksUrl?: string;
  /** Host of Clerk's Frontend API; absent unless Clerk signs. */
  frontendApi?: string;
  /** Known from a publishable key alone. */
  instance?: ClerkInstance;
  publishableKey?: string;
  unauthorizedRole?: string;
  tokenShape: TokenShape;
}

/** What could be read of identity settings. */
export interface IdentityReading {
  input: ShapedIdentity;
  /** The key source with its parts; absent where it is refused or known later. */
  key?: ResolvedKey;
  /** Absent where something is refused or known later. */
  identity?: ResolvedIdentity;
}

/** Seconds of clock difference that are forgiven, as Clerk's templates do. */
const DEFAULT_SKEW_SECONDS = 5;
const PATH = "identity";
const SOURCES = Object.values(KeySource);

/** Key of a set that was read beforehand, for the engine to use instead of reading the set itself. */
export interface PinnedKey {
  algorithm: string;
  key: string;
}

/**
 * Reads identity settings and what follows from them. A problem's text never holds a key. A signing key may be known later; where
 * another setting is, only types are checked. Sources of the rules: Hasura's JWT.hs and Internal.hs, Clerk's @clerk/shared.
 */
export function readIdentity(raw: unknown, problems: ProblemList): IdentityReading {
  const before = problems.size;
  const input = identityShape(raw, PATH, problems) ?? {};
  const later = problems.laterBelow(`${PATH}.`);
  if (later.some((path) => !path.startsWith(`${PATH}.signingKey`))) return { input };
  checkOneSource(input, problems);
  const key = resolveKey(input, problems);
  checkPinning(input, PATH, problems);
  const roles = problems.valueOrCollect(checkRoles(rolesBesideMap(input, input.claimsMap), PATH));
  const claims = chooseClaims(input, roles, problems);
  const common = checkCommon(input, key, problems);
  const reading = { input, ...(key && { key }) };
  if (problems.size > before || key === undefined || roles === undefined || claims === undefined) {
    return reading;
  }
  if (later.length > 0) return reading;
  const rolesSet = input.defaultRole !== undefined || input.allowedRoles !== undefined;
  const identity: ResolvedIdentity = {
    ...common,
    source: key.source,
    key: key.key,
    claims,
    ...("jwksUrl" in key.key ? { jwksUrl: key.key.jwksUrl } : {}),
    ...key.facts,
    ...(roles.unauthorizedRole === undefined ? {} : { unauthorizedRole: roles.unauthorizedRole }),
    tokenShape: describeTokens({ ...common, claims, roles, rolesSet }),
  };
  return { ...reading, identity };
}

/** The identity with one key of its set, for the engine to use instead of fetching the set. */
export function withPinnedKey(
  identity: ResolvedIdentity,
  pinned: PinnedKey,
  problems: ProblemList,
): ResolvedIdentity | undefined {
  const key = problems.valueOrCollect(checkSigningKey(pinned, `${PATH}.jwks`));
  return key && { ...identity, key };
}

/** Whether the engine is given a URL and no key, which is known at once. */
export function fetchesKeys(identity: { signingKey?: unknown; jwks?: unknown }): boolean {
  return identity.signingKey === undefined && identity.jwks !== JwksMode.Pinned;
}

function checkOneSource(input: ShapedIdentity, problems: ProblemList): void {
  const given = SOURCES.filter((source) => isSet(input, source, problems));
  if (signsForClerk(input, problems)) return;
  const choice = SOURCES.map((source) => `${PATH}.${source}`).join(", ");
  if (given.length === 0) {
    problems.add(PATH, `names no key source; set exactly one of ${choice}`);
  }
  if (given.length > 1) {
    problems.add(PATH, `sets ${given.join(" and ")}; set exactly one of ${choice}`);
  }
}

interface CommonParts {
  audience?: string[] | undefined;
  issuer?: string | undefined;
  allowedSkewSeconds: number;
  header: TokenHeader;
}

function checkCommon(
  input: ShapedIdentity,
  key: ResolvedKey | undefined,
  problems: ProblemList,
): CommonParts {
  const { issuer, allowedSkewSeconds: skew, audience, header } = input;
  const jwksUrl = key && "jwksUrl" in key.key ? key.key.jwksUrl : input.jwksUrl;
  const clerkSigns = input.publishableKey !== undefined || input.frontendApi !== undefined;
  const checked = {
    audience: audience && problems.valueOrCollect(checkAudience(audience)),
    issuer:
      issuer === undefined
        ? key?.issuer
        : problems.valueOrCollect(checkIssuer(issuer, { clerkSigns, jwksUrl })),
  };
  return {
    ...(checked.audience && { audience: checked.audience }),
    ...(checked.issuer !== undefined && { issuer: checked.issuer }),
    allowedSkewSeconds:
      problems.valueOrCollect(checkSkew(skew ?? DEFAULT_SKEW_SECONDS)) ?? DEFAULT_SKEW_SECONDS,
    header: (header &&
      problems.valueOrCollect(checkHeader({ ...header, type: header.type ?? "" }))) ?? {
      type: HeaderType.Authorization,
    },
  };
}
