import type { ProblemList, Result } from "../validation/problems";
import { chooseClaims } from "./claimsChoice";
import { checkHeader, HeaderType, type TokenHeader } from "./header";
import { type IdentityInput, KeySource } from "./identityInput";
import { shapeIdentity } from "./identityShape";
import { checkAudience, checkIssuer, checkSkew } from "./issuer";
import { type JwtSecretParts, writeJwtSecret } from "./jwtSecret";
import { type ResolvedKey, resolveKey, signsForClerk } from "./keySource";
import { rolesBesideMap } from "./mappedRoles";
import { checkPinning } from "./pinning";
import type { ClerkInstance } from "./publishableKey";
import { checkRoles } from "./roles";
import { checkSigningKey } from "./signingKey";
import { describeTokens, type TokenShape } from "./tokenShape";

/** An identity with everything derived from it. */
export interface ResolvedIdentity {
  source: KeySource;
  /** Value of HASURA_GRAPHQL_JWT_SECRET: JSON with a fixed key order. Treat it as secret. */
  jwtSecret: string;
  /** Absent where a key was given; there also where one of its keys is pinned. */
  jwksUrl?: string;
  /** What `iss` must be; absent where any is accepted. */
  issuer?: string;
  /** Host of Clerk's Frontend API; absent unless Clerk signs. */
  frontendApi?: string;
  /** Known from a publishable key alone. */
  instance?: ClerkInstance;
  publishableKey?: string;
  unauthorizedRole?: string;
  tokenShape: TokenShape;
}

/** Seconds of clock difference that are forgiven, as Clerk's templates do. */
export const DEFAULT_SKEW_SECONDS = 5;
const PATH = "identity";
const SOURCES = Object.values(KeySource);

/** Key of a set that was read beforehand, for the engine to use instead of reading the set itself. */
export interface PinnedKey {
  algorithm: string;
  key: string;
}

/** What the caller knows of the engine. */
export interface EngineFacts {
  /** A key that was read beforehand. */
  pinned?: PinnedKey | undefined;
  /** Whether tokens must have the claims that issuer and audience are compared with. Default: true, as the default image knows it. */
  requireClaims?: boolean | undefined;
}

/**
 * Turns identity settings into the engine's JWT secret and what follows from it, or answers every problem at once. A
 * problem's text never holds a key. Sources of the rules: Hasura's JWT.hs and Internal.hs, Clerk's @clerk/shared.
 */
export function resolveIdentity(
  raw: IdentityInput,
  { pinned, requireClaims = true }: EngineFacts = {},
): Result<ResolvedIdentity> {
  const { input, problems, malformed } = shapeIdentity(raw, PATH);
  checkOneSource(input, malformed, problems);
  const key = resolveKey(input, problems);
  checkPinning(input, PATH, problems);
  const pin = pinned && problems.valueOrCollect(checkSigningKey(pinned, `${PATH}.jwks`));
  const roles = problems.valueOrCollect(checkRoles(rolesBesideMap(input, input.claimsMap), PATH));
  const claims = chooseClaims(input, roles, malformed, problems);
  const common = checkCommon(input, key, problems);
  if (problems.size > 0 || key === undefined || roles === undefined || claims === undefined) {
    return { problems: problems.list() };
  }
  const parts: JwtSecretParts = { ...common, key: pin ?? key.key, claims, requireClaims };
  const rolesSet = input.defaultRole !== undefined || input.allowedRoles !== undefined;
  return problems.toResult<ResolvedIdentity>({
    source: key.source,
    jwtSecret: writeJwtSecret(parts),
    ...("jwksUrl" in key.key ? { jwksUrl: key.key.jwksUrl } : {}),
    ...(common.issuer === undefined ? {} : { issuer: common.issuer }),
    ...key.facts,
    ...(roles.unauthorizedRole === undefined ? {} : { unauthorizedRole: roles.unauthorizedRole }),
    tokenShape: describeTokens({ ...common, claims, roles, rolesSet }),
  });
}

function checkOneSource(
  input: IdentityInput,
  malformed: ReadonlySet<string>,
  problems: ProblemList,
): void {
  const given = SOURCES.filter((source) => input[source] !== undefined || malformed.has(source));
  if (signsForClerk(input)) return;
  const choice = SOURCES.map((source) => `${PATH}.${source}`).join(", ");
  if (given.length === 0) {
    problems.add(PATH, `names no key; set exactly one of ${choice}`);
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
  input: IdentityInput,
  key: ResolvedKey | undefined,
  problems: ProblemList,
): CommonParts {
  const jwksUrl = key !== undefined && "jwksUrl" in key.key ? key.key.jwksUrl : input.jwksUrl;
  const clerkSigns = input.publishableKey !== undefined || input.frontendApi !== undefined;
  const given =
    input.issuer === undefined
      ? undefined
      : problems.valueOrCollect(checkIssuer(input.issuer, { clerkSigns, jwksUrl }));
  const skew = input.allowedSkewSeconds ?? DEFAULT_SKEW_SECONDS;
  return {
    audience: input.audience && problems.valueOrCollect(checkAudience(input.audience)),
    issuer: given ?? key?.issuer,
    allowedSkewSeconds: problems.valueOrCollect(checkSkew(skew)) ?? DEFAULT_SKEW_SECONDS,
    header: (input.header && problems.valueOrCollect(checkHeader(input.header))) ?? {
      type: HeaderType.Authorization,
    },
  };
}
