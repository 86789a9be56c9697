import { DEFAULT_CLAIMS_NAMESPACE } from "../clerk/claims";
import { type JsonPathSteps, parseJsonPath } from "../clerk/jsonPath";
import { isObject } from "../validation/isObject";

/** With what the engine verifies signatures. */
export type StackKey =
  | { kind: "shared"; algorithm: string; key: string }
  | { kind: "public"; algorithm: string; pem: string }
  | { kind: "jwks"; url: string };

/** Where one session variable comes from: a path, a fixed value, or a path with a fallback. */
export interface MappedSource {
  path?: string;
  steps?: JsonPathSteps;
  fixed?: unknown;
}

/** Where in a token the engine looks for x-hasura-* values. */
export type ClaimsLocation =
  | { kind: "namespace"; name: string; stringified: boolean }
  | { kind: "path"; path: string; steps: JsonPathSteps; stringified: boolean }
  | { kind: "map"; map: Readonly<Record<string, MappedSource>> };

/** A stack's JWT secret, taken apart. */
export interface StackSecret {
  key: StackKey;
  issuer?: string;
  audience?: string[];
  /** Which of the two a token has to have: `extra_required_claims`, known to engines since v2.49.4. */
  required: { issuer: boolean; audience: boolean };
  skewSeconds: number;
  claims: ClaimsLocation;
  header: { type: string; name?: string };
}

/** Takes HASURA_GRAPHQL_JWT_SECRET apart; answers undefined for text that is none. */
export function readStackSecret(text: string): StackSecret | undefined {
  const fields = parseObject(text);
  const key = fields && readKey(fields);
  const claims = fields && readLocation(fields);
  if (fields === undefined || key === undefined || claims === undefined) return undefined;
  const audience = [fields.audience ?? []].flat();
  const required = [fields.extra_required_claims ?? []].flat();
  return {
    key,
    ...(typeof fields.issuer === "string" ? { issuer: fields.issuer } : {}),
    ...(audience.length === 0 ? {} : { audience: audience.map(String) }),
    required: {
      issuer: required.includes("issuer"),
      audience: required.includes("audience"),
    },
    skewSeconds: typeof fields.allowed_skew === "number" ? fields.allowed_skew : 0,
    claims,
    header: readHeader(fields.header),
  };
}

/** The JSON object in a text, or undefined. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readKey({ type, key, jwk_url }: Record<string, unknown>): StackKey | undefined {
  if (typeof jwk_url === "string") return { kind: "jwks", url: jwk_url };
  if (typeof type !== "string" || typeof key !== "string") return undefined;
  if (type.startsWith("HS")) return { kind: "shared", algorithm: type, key };
  return { kind: "public", algorithm: type, pem: key };
}

function readHeader(header: unknown): StackSecret["header"] {
  if (!isObject(header) || typeof header.type !== "string") return { type: "Authorization" };
  const { type, name } = header;
  return { type, ...(typeof name === "string" ? { name } : {}) };
}

function readLocation(fields: Record<string, unknown>): ClaimsLocation | undefined {
  const { claims_map, claims_namespace, claims_namespace_path } = fields;
  if (isObject(claims_map)) return readMap(claims_map);
  const stringified = fields.claims_format === "stringified_json";
  if (typeof claims_namespace_path === "string") {
    const parsed = parseJsonPath(claims_namespace_path);
    if ("reason" in parsed) return undefined;
    return { kind: "path", path: claims_namespace_path, steps: parsed.steps, stringified };
  }
  const name = typeof claims_namespace === "string" ? claims_namespace : DEFAULT_CLAIMS_NAMESPACE;
  return { kind: "namespace", name, stringified };
}

function readMap(claimsMap: Record<string, unknown>): ClaimsLocation | undefined {
  const map: Record<string, MappedSource> = {};
  for (const [name, source] of Object.entries(claimsMap)) {
    if (!isObject(source)) {
      map[name] = { fixed: source };
      continue;
    }
    const parsed = parseJsonPath(String(source.path));
    if ("reason" in parsed) return undefined;
    const fallback = source.default ?? undefined;
    map[name] = {
      path: String(source.path),
      steps: parsed.steps,
      ...(fallback === undefined ? {} : { fixed: fallback }),
    };
  }
  return { kind: "map", map };
}

/** The value at a path from the root, or undefined where there is none. */
export function valueAt(root: unknown, steps: JsonPathSteps): unknown {
  return steps.reduce<unknown>((place, step) => {
    if (Array.isArray(place)) return typeof step === "number" ? place[step] : undefined;
    if (!isObject(place) || typeof step === "number") return undefined;
    return Object.hasOwn(place, step) ? place[step] : undefined;
  }, root);
}
