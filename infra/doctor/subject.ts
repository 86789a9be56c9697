import { parseObject, readStackSecret, type StackSecret } from "./stackSecret";

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
  /** Milliseconds for each request. Default: 10000. */
  timeoutMs?: number;
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

/** Parses the outputs of a stack; answers undefined where its JWT secret cannot be read. */
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
