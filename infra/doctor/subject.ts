import { DEFAULT_CLAIMS_NAMESPACE } from "../clerk/claims";
import { type JsonPathSteps, parseJsonPath } from "../clerk/jsonPath";
import { isObject } from "../validation/isObject";

/** A running stack, as its outputs describe it. */
export interface DoctorSubject {
  /** Where GraphQL is served. Example: `http://127.0.0.1:8080/v1/graphql`. */
  endpoint: string;
  adminSecret: string;
  /** Value of HASURA_GRAPHQL_JWT_SECRET. */
  jwtSecret: string;
  /** Empty where a key was supplied. */
  jwksUrl?: string;
  /** Empty where any is accepted. */
  issuer?: string;
  /** JSON: what an accepted token looks like. */
  tokenShape: string;
  /** The engine's container; without it the key set is fetched from this machine. */
  container?: string;
  /** The database's container; absent where the server is not the stack's. */
  database?: string;
  /** Environment by which the docker command asks the stack's Docker engine. Default: this machine's own. */
  dockerEnvironment?: Record<string, string>;
  /** Role of requests without a token. Default: read from the container. */
  unauthorizedRole?: string;
}

/** How a stack is examined. */
export interface ExamineOptions {
  /** A token to judge and to send. */
  token?: string;
  /** Where a token of a test user is fetched from, unless one is given. */
  clerk?: ClerkAccess;
  /** Default: the stack has no schema, or its folder is not here. */
  migrations?: StackMigrations;
  /** Milliseconds for each request. Default: 10000. */
  timeoutMs?: number;
}

/** The migrations of a stack's folder. */
export interface StackMigrations {
  /** Folders of the migrations, `version_name`, by source. */
  bySource: Readonly<Record<string, readonly string[]>>;
  /** Why they cannot be read. */
  unread?: string;
}

/** Clerk's Backend API of a development instance. */
export interface ClerkAccess {
  /** `sk_test_…`; a live key is refused. */
  secretKey: string;
  /** A user of the development instance. */
  user: string;
  /** Name of a JWT template. Default: the plain session token. */
  template?: string;
  /** Default: `https://api.clerk.com`. */
  apiUrl?: string;
}

/** A stack's outputs with its JWT secret parsed. */
export interface ExaminedStack {
  subject: DoctorSubject;
  secret: StackSecret;
  roles: { defaultRole?: string; allowedRoles?: string[] };
  timeoutMs: number;
  /** Whatever must not be shown. */
  secrets: string[];
}

/** Parses the outputs of a stack; returns undefined where its JWT secret cannot be read. */
export function examinedStackOf(
  subject: DoctorSubject,
  options: ExamineOptions,
): ExaminedStack | undefined {
  const secret = readStackSecret(subject.jwtSecret);
  if (secret === undefined) return undefined;
  const { defaultRole, allowedRoles } = parseObject(subject.tokenShape) ?? {};
  const key = secret.key.kind === "shared" ? [secret.key.key] : [];
  const token = options.token === undefined ? [] : [options.token.trim()];
  const clerkKey = options.clerk === undefined ? [] : [options.clerk.secretKey];
  return {
    subject,
    secret,
    roles: {
      ...(typeof defaultRole === "string" ? { defaultRole } : {}),
      ...(Array.isArray(allowedRoles) ? { allowedRoles: allowedRoles.map(String) } : {}),
    },
    timeoutMs: options.timeoutMs ?? 10_000,
    secrets: [subject.adminSecret, ...key, ...token, ...clerkKey].filter((one) => one !== ""),
  };
}

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

/** Where in a token the engine looks for x-hasura-* values: in one object, or where a claims map says. */
export type ClaimsLocation = ClaimsObjectLocation | ClaimsMapLocation;

export interface ClaimsObjectLocation {
  kind: "object";
  steps: JsonPathSteps;
  /** As the JWT secret names it: a path, or the claim's name. */
  place: string;
  isPath: boolean;
  stringified: boolean;
}

export interface ClaimsMapLocation {
  kind: "map";
  map: Readonly<Record<string, MappedSource>>;
}

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

/** Takes HASURA_GRAPHQL_JWT_SECRET apart; returns undefined for text that is none. */
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
  const { claims_map, claims_namespace, claims_namespace_path: path } = fields;
  if (isObject(claims_map)) return readMap(claims_map);
  const stringified = fields.claims_format === "stringified_json";
  if (typeof path === "string") {
    const parsed = parseJsonPath(path);
    if ("reason" in parsed) return undefined;
    return { kind: "object", steps: parsed.steps, place: path, isPath: true, stringified };
  }
  const name = typeof claims_namespace === "string" ? claims_namespace : DEFAULT_CLAIMS_NAMESPACE;
  return { kind: "object", steps: [name], place: name, isPath: false, stringified };
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
