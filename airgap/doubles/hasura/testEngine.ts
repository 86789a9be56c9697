import { expect } from "chai";
import { SignJWT } from "jose";
import { startTestPostgres, type TestPostgres } from "../testPostgres";
import { type Engine, startEngine } from "./engine";
import type { ProcessEnvironment } from "./environmentReader";
import type { JsonObject } from "./json";

export const ADMIN_SECRET = "test-admin-secret";
export const HS256_KEY = "0123456789abcdef0123456789abcdef";
export const NAMESPACE = "https://hasura.io/jwt/claims";
export const USER_CLAIMS = {
  "x-hasura-allowed-roles": ["user"],
  "x-hasura-default-role": "user",
  "x-hasura-user-id": "user_1",
};

export type Answer = { status: number; body: JsonObject; text: string };

/** An engine in this process, on its own Postgres and a free loopback port. */
export type TestEngine = {
  engine: Engine;
  postgres: TestPostgres;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Posts as admin. */
  metadata(type: string, args: unknown): Promise<Answer>;
  sql(sql: string): Promise<Answer>;
  graphql(query: string, headers?: Record<string, string>, variables?: object): Promise<Answer>;
  stop(): Promise<void>;
};

export function engineEnvironment(
  postgres: Pick<TestPostgres, "url">,
  extra: ProcessEnvironment = {},
): ProcessEnvironment {
  return {
    HASURA_GRAPHQL_METADATA_DATABASE_URL: postgres.url,
    PG_DATABASE_URL: postgres.url,
    HASURA_GRAPHQL_SERVER_PORT: "0",
    HASURA_GRAPHQL_SERVER_HOST: "127.0.0.1",
    CLERK_HASURA_DOUBLE_QUICK_STOP: "true",
    HASURA_GRAPHQL_ADMIN_SECRET: ADMIN_SECRET,
    HASURA_GRAPHQL_LIVE_QUERIES_MULTIPLEXED_REFETCH_INTERVAL: "50",
    ...extra,
  };
}

export function hs256Secret(extra: JsonObject = {}): string {
  return JSON.stringify({ type: "HS256", key: HS256_KEY, ...extra });
}

/** A token signed with HS256_KEY, valid for a minute unless `claims` says otherwise. */
export function signToken(claims: JsonObject, key: string = HS256_KEY): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ exp: now + 60, ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(key));
}

export function userToken(claims: JsonObject = {}, hasura: JsonObject = {}): Promise<string> {
  return signToken({ [NAMESPACE]: { ...USER_CLAIMS, ...hasura }, ...claims });
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

export async function startTestEngine(extra: ProcessEnvironment = {}): Promise<TestEngine> {
  const postgres = await startTestPostgres();
  try {
    return await engineOn(postgres, extra);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

export async function engineOn(
  postgres: TestPostgres,
  extra: ProcessEnvironment = {},
): Promise<TestEngine> {
  const engine = await startEngine(engineEnvironment(postgres, extra), () => undefined);
  const base = `http://127.0.0.1:${engine.port}`;
  const admin = { "x-hasura-admin-secret": ADMIN_SECRET };
  const post: TestEngine["post"] = (path, body, headers = {}) =>
    send(base + path, { method: "POST", body: JSON.stringify(body), headers });
  return {
    engine,
    postgres,
    post,
    get: (path, headers = {}) => send(base + path, { headers }),
    metadata: (type, args) => post("/v1/metadata", { type, args }, admin),
    sql: (sql) => post("/v2/query", { type: "run_sql", args: { sql } }, admin),
    graphql: (query, headers = admin, variables = {}) =>
      post("/v1/graphql", { query, variables }, headers),
    stop: async () => {
      await engine.stop();
      await postgres.stop();
    },
  };
}

async function send(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) });
  const text = await response.text();
  const json = response.headers.get("content-type")?.includes("json") === true;
  return { status: response.status, text, body: json ? JSON.parse(text) : {} };
}

/** Table `notes` with the permissions of role `user`: own rows, no reading of `secret`. */
export async function trackNotes({ sql, metadata }: TestEngine): Promise<void> {
  const steps = [
    await metadata("pg_add_source", {
      name: "default",
      configuration: { connection_info: { database_url: { from_env: "PG_DATABASE_URL" } } },
    }),
    await sql(
      `create table notes (id bigserial primary key, owner text not null, body text not null unique,
         rank int, price numeric, tags text[], meta jsonb, secret text default 'hidden',
         made timestamptz not null default '2024-01-02T03:04:05Z', constraint short check (length(body) < 20));
       insert into notes (owner, body, rank, price) values
         ('user_1', 'one', 1, 1.5), ('user_1', 'two', 2, null), ('user_2', 'three', 3, 3)`,
    ),
    await metadata("pg_track_table", { table: "notes" }),
    ...(await permitNotes(metadata)),
  ];
  for (const step of steps) expect(step.status, step.text).to.equal(200);
}

async function permitNotes(metadata: TestEngine["metadata"]): Promise<Answer[]> {
  const own = { owner: { _eq: "X-Hasura-User-Id" } };
  const permit = (operation: string, permission: unknown) =>
    metadata(`pg_create_${operation}_permission`, { table: "notes", role: "user", permission });
  return [
    await permit("select", {
      columns: ["id", "owner", "body", "rank", "price", "tags", "meta", "made"],
      filter: own,
      allow_aggregations: true,
    }),
    await permit("insert", {
      columns: ["body", "rank"],
      check: { rank: { _lt: 100 } },
      set: { owner: "x-hasura-user-id" },
    }),
    await permit("update", {
      columns: ["body", "rank"],
      filter: own,
      check: { rank: { _lt: 100 } },
    }),
    await permit("delete", { filter: own }),
  ];
}

/** /v1/graphql answers 200 to every refusal of a token, with path `$`. */
export function expectRefusal(answer: Answer, code: string, message: string): void {
  expect(answer.status).to.equal(200);
  expect(answer.body).to.have.nested.property("errors[0].extensions.code", code);
  expect(answer.body).to.have.nested.property("errors[0].extensions.path", "$");
  expect(answer.body).to.have.nested.property("errors[0].message").that.contains(message);
}

/** One error and no data, with this code, exactly this message and this path. */
export function expectGraphqlError(
  answer: Answer,
  code: string,
  message: string,
  path = "$",
): void {
  expect(answer.status).to.equal(200);
  expect(answer.body).not.to.have.property("data");
  expect(answer.body.errors).to.be.an("array").with.lengthOf(1);
  expect(answer.body).to.have.nested.property("errors[0].message", message);
  expect(answer.body).to.have.nested.property("errors[0].extensions.code", code);
  expect(answer.body).to.have.nested.property("errors[0].extensions.path", path);
}
