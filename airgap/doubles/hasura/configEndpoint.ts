import { DEFAULT_NAMESPACE, type MappedClaim } from "./claimsLocation";
import type { Reply } from "./endpoints";
import { type EngineContext, VERSION } from "./engineContext";
import { EngineError } from "./engineError";
import type { Json, JsonObject } from "./json";
import { formatJsonPath } from "./jsonPath";
import type { JwtConfig } from "./jwtSecret";
import type { Session } from "./session";

function jwtInfo({ claims }: JwtConfig): JsonObject {
  const isMap = claims.kind === "map";
  return {
    claims_namespace: namespaceOf(claims),
    claims_format: !isMap && claims.stringified ? "stringified_json" : "json",
    claims_map: isMap ? Object.fromEntries(mapOf(claims.claims)) : null,
  };
}

function namespaceOf(claims: JwtConfig["claims"]): string {
  if (claims.kind === "map") return DEFAULT_NAMESPACE;
  return claims.kind === "path" ? formatJsonPath(claims.path) : claims.key;
}

function mapOf(claims: Extract<JwtConfig["claims"], { kind: "map" }>["claims"]): [string, Json][] {
  return [...claims].map(([name, claim]) => [name, mappedClaim(claim)]);
}

function mappedClaim(claim: MappedClaim): Json {
  if ("value" in claim) return claim.value;
  const path = formatJsonPath(claim.path);
  return claim.default === undefined ? { path } : { default: claim.default, path };
}

const FEATURE_FLAGS = [
  {
    name: "naming-convention-sep-2023",
    description: "The changes to the naming-convention feature that were added in September 2023",
    enabled: false,
  },
  { name: "test-flag", description: "Testing feature flag integration", enabled: false },
];

export function config({ config: settings }: EngineContext, session: Session): Reply {
  if (!session.isAdmin) {
    const message = "You have to be an admin to access this endpoint";
    throw new EngineError("access-denied", message);
  }
  const { jwt, adminSecret, liveQueryInterval } = settings;
  const body = {
    version: VERSION,
    is_function_permissions_inferred: settings.inferFunctionPermissions,
    is_remote_schema_permissions_enabled: settings.remoteSchemaPermissions,
    is_admin_secret_set: adminSecret !== undefined,
    is_auth_hook_set: false,
    is_jwt_set: jwt !== undefined,
    jwt: jwt === undefined ? [] : [jwtInfo(jwt)],
    is_allow_list_enabled: false,
    live_queries: { batch_size: 100, refetch_delay: liveQueryInterval / 1000 },
    streaming_queries: { batch_size: 100, refetch_delay: liveQueryInterval / 1000 },
    console_assets_dir: null,
    experimental_features: [],
    is_prometheus_metrics_enabled: false,
    default_naming_convention: "hasura-default",
    feature_flags: FEATURE_FLAGS,
    is_apollo_federation_enabled: false,
  };
  return { status: 200, body };
}
