import { ProblemList, type Result } from "../validation/problems";
import { ClaimsFormat } from "./claims";
import type { ClaimsMap, MappedClaim } from "./claimsMap";
import { HeaderType, type TokenHeader } from "./header";
import type { ResolvedIdentity } from "./identity";
import type { JsonPathSteps } from "./jsonPath";
import { SigningAlgorithm } from "./signingKey";

/** Where Hasura DDN finds one session variable. */
type DdnClaim =
  | { literal: string | string[] }
  | { path: { path: string; default?: string | string[] } };

/** Where Hasura DDN finds them all: in one object, or one by one. */
type DdnClaimsConfig =
  | { namespace: { claimsFormat: "Json" | "StringifiedJson"; location: string } }
  | { locations: Record<string, DdnClaim> };

/** The `jwt` mode of an AuthConfig. */
export interface DdnJwtMode {
  claimsConfig: DdnClaimsConfig;
  tokenLocation:
    | { type: "BearerAuthorization" }
    | { type: "Cookie"; name: string }
    | { type: "Header"; name: string };
  key: { jwkFromUrl: string } | { fixed: { algorithm: string; key: { value: string } } };
  audience?: string[];
  issuer?: string;
  allowedSkew: number;
}

/** AuthConfig document of Hasura DDN. Treat it as secret: a shared key is in it. */
interface DdnAuthConfig {
  kind: "AuthConfig";
  version: "v3";
  definition: { mode: { jwt: DdnJwtMode } };
}

/** What the document follows from. */
type DdnIdentity = Pick<
  ResolvedIdentity,
  "key" | "allowedSkewSeconds" | "issuer" | "tokenShape" | "unauthorizedRole"
>;

/** Algorithms that both engines know, by DDN's names. */
const ALGORITHMS: Readonly<Partial<Record<SigningAlgorithm, string>>> = {
  HS256: "HS256",
  HS384: "HS384",
  HS512: "HS512",
  RS256: "RS256",
  RS384: "RS384",
  RS512: "RS512",
  ES256: "ES256",
  ES384: "ES384",
  Ed25519: "EdDSA",
};

/**
 * Writes the AuthConfig (v3) with which Hasura DDN accepts the tokens that the JWT secret accepts; what DDN cannot
 * express is a problem. Source: Hasura DDN's documentation, "JWT Configuration" and the reference of AuthConfig.
 */
export function ddnAuthConfig(identity: DdnIdentity): Result<DdnAuthConfig> {
  const problems = new ProblemList();
  const { key, tokenShape, issuer, unauthorizedRole } = identity;
  if ("type" in key) checkAlgorithm(key.type, problems);
  if (tokenShape.claimsPath?.length === 0) {
    problems.add(
      "identity.claimsNamespacePath",
      "is $, the whole token, and DDN needs an object that holds only x-hasura-* values; put the values into a claim of their own and name that",
    );
  }
  if (unauthorizedRole !== undefined) {
    problems.add(
      "identity.unauthorizedRole",
      "has no equivalent in DDN's JWT mode, which refuses callers without a token; leave it out, or write the AuthConfig by hand with a second mode in alternativeModes (v4)",
    );
  }
  const { audience, claimsMap, claimsPath = [], claimsFormat, header } = tokenShape;
  const jwt: DdnJwtMode = {
    claimsConfig:
      claimsMap === undefined
        ? { namespace: { claimsFormat: formatOf(claimsFormat), location: jsonPointer(claimsPath) } }
        : { locations: locationsOf(claimsMap) },
    tokenLocation: locationOf(header),
    key: keyOf(key),
    ...(audience === undefined ? {} : { audience: [...audience] }),
    ...(issuer === undefined ? {} : { issuer }),
    allowedSkew: identity.allowedSkewSeconds,
  };
  return problems.toResult({ kind: "AuthConfig", version: "v3", definition: { mode: { jwt } } });
}

/** Steps from the root as a JSON pointer (RFC 6901): `~` becomes `~0` and `/` becomes `~1`. */
export function jsonPointer(steps: JsonPathSteps): string {
  return steps
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

function checkAlgorithm(type: SigningAlgorithm, problems: ProblemList): void {
  if (ALGORITHMS[type] !== undefined) return;
  const known = Object.keys(ALGORITHMS).join(", ");
  problems.add(
    "identity.signingKey.algorithm",
    `${type} is unknown to DDN; allowed: ${known}; choose one of them, such as ${SigningAlgorithm.ES384}, with a key to match`,
  );
}

function keyOf(key: DdnIdentity["key"]): DdnJwtMode["key"] {
  if ("jwksUrl" in key) return { jwkFromUrl: key.jwksUrl };
  return { fixed: { algorithm: ALGORITHMS[key.type] ?? "", key: { value: key.key } } };
}

function formatOf(format: ClaimsFormat): "Json" | "StringifiedJson" {
  return format === ClaimsFormat.Json ? "Json" : "StringifiedJson";
}

function locationOf({ type, name = "" }: TokenHeader): DdnJwtMode["tokenLocation"] {
  if (type === HeaderType.Authorization) return { type: "BearerAuthorization" };
  return { type: type === HeaderType.Cookie ? "Cookie" : "Header", name };
}

function locationsOf(map: ClaimsMap): Record<string, DdnClaim> {
  return Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((name) => [name, claimOf(map[name] ?? {})]),
  );
}

function claimOf({ steps, fixed }: MappedClaim): DdnClaim {
  if (steps === undefined) return { literal: fixed ?? "" };
  return { path: { path: jsonPointer(steps), ...(fixed === undefined ? {} : { default: fixed }) } };
}
