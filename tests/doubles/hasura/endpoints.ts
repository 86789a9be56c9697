import { type EngineContext, VERSION } from "./engineContext";
import { EngineError, notInDouble } from "./engineError";
import { readGraphqlRequest } from "./graphqlRequest";
import { type Json, type JsonObject, parseJson } from "./json";
import { formatJsonPath } from "./jsonPath";
import type { JwtConfig } from "./jwtSecret";
import { runMetadataCommand } from "./metadataCommands";
import { requireObject } from "./metadataDocument";
import { runSql } from "./runSql";
import type { Session } from "./session";

export type Reply = { status: number; body: Json } | { status: number; text: string };

export function readBody(text: string): Json {
  const value = parseJson(text);
  if (value !== undefined) return value;
  throw new EngineError("invalid-json", "Error in $: not enough input");
}

function requireAdmin(session: Session): void {
  if (!session.isAdmin) throw new EngineError("access-denied", "restricted access : admin only");
}

/** /healthz: the metadata store first, then consistency; it says nothing of JWKS. */
export async function healthz(context: EngineContext, strict: boolean): Promise<Reply> {
  if (!(await context.store.isReachable())) return { status: 500, text: "ERROR" };
  if (context.metadata.isConsistent()) return { status: 200, text: "OK" };
  const what = "inconsistent objects in schema";
  return strict ? { status: 500, text: `ERROR: ${what}` } : { status: 200, text: `WARN: ${what}` };
}

export function version(): Reply {
  return { status: 200, body: { server_type: "ce", version: VERSION } };
}

function jwtInfo(jwt: JwtConfig): JsonObject {
  const { claims } = jwt;
  if (claims.kind === "map") return { claims_map: Object.fromEntries(mapOf(claims.claims)) };
  const place: JsonObject =
    claims.kind === "path"
      ? { claims_namespace_path: formatJsonPath(claims.path) }
      : { claims_namespace: claims.key };
  return { ...place, claims_format: claims.stringified ? "stringified_json" : "json" };
}

function mapOf(claims: Extract<JwtConfig["claims"], { kind: "map" }>["claims"]): [string, Json][] {
  return [...claims].map(([name, claim]) => [
    name,
    "value" in claim
      ? claim.value
      : { path: formatJsonPath(claim.path), default: claim.default ?? null },
  ]);
}

export function config({ config: settings }: EngineContext, session: Session): Reply {
  requireAdmin(session);
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
  };
  return { status: 200, body };
}

export async function metadata(
  context: EngineContext,
  session: Session,
  text: string,
): Promise<Reply> {
  requireAdmin(session);
  const request = requireObject(readBody(text), "RQLMetadata");
  const referenced = request.resource_version;
  const expected = typeof referenced === "number" ? referenced : undefined;
  const body = await context.metadata.change(expected, (draft) =>
    runMetadataCommand(request, draft, context.metadata),
  );
  return { status: 200, body };
}

/** The statements after which the engine looks at its tables again. */
function changesSchema(sql: string): boolean {
  return /\b(?:alter|drop|replace|create function|comment on)\b/i.test(sql);
}

export async function query(
  context: EngineContext,
  session: Session,
  text: string,
): Promise<Reply> {
  requireAdmin(session);
  const request = requireObject(readBody(text), "RQLQuery");
  if (request.type !== "run_sql") {
    throw notInDouble(`the query command ${JSON.stringify(request.type ?? null)}`);
  }
  const args = requireObject(request.args, "RunSQL");
  const source = typeof args.source === "string" ? args.source : "default";
  const { cache } = context.metadata;
  const pool = cache.pools.get(source);
  if (pool === undefined) {
    const message = `source with name "${source}" does not exist`;
    throw new EngineError("not-exists", message, 400, "$.args");
  }
  const tracked = cache.tables.filter((table) => table.source === source);
  const body = await runSql(args, pool, tracked);
  if (changesSchema(String(args.sql))) {
    await context.metadata.change(undefined, async (draft) => {
      draft.cache = await context.metadata.build(draft.metadata);
      draft.changed = true;
    });
  }
  return { status: 200, body };
}

export async function graphql(
  context: EngineContext,
  session: Session,
  text: string,
): Promise<Reply> {
  const request = readGraphqlRequest(readBody(text));
  if (request.operation.operation === "subscription") {
    const message = "subscriptions are not supported over HTTP, use websockets instead";
    throw new EngineError("not-supported", message);
  }
  const data = await context.metadata.executor.run(request, session);
  return { status: 200, body: { data: data as Json } };
}
