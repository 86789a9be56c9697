import { waitFor } from "../../support/waiting";

/** What the engine answered. */
export interface Answer {
  status: number;
  text: string;
  body: unknown;
}

export type Headers = Record<string, string>;

/** The code and the text of a refusal. */
export interface Refusal {
  code: string;
  message: string;
}

interface GraphqlError {
  message?: string;
  extensions?: { code?: string };
}

/** A client of one engine on loopback. */
export class EngineClient {
  readonly admin: Headers;
  private readonly base: string;

  readonly adminSecret: string;

  constructor(port: number, adminSecret: string) {
    this.adminSecret = adminSecret;
    this.base = `http://127.0.0.1:${port}`;
    this.admin = { "x-hasura-admin-secret": adminSecret };
  }

  get(path: string, headers: Headers = {}): Promise<Answer> {
    return this.send(path, { headers });
  }

  post(path: string, body: unknown, headers: Headers = {}): Promise<Answer> {
    const all = { "content-type": "application/json", ...headers };
    return this.send(path, { method: "POST", body: JSON.stringify(body), headers: all });
  }

  graphql(query: string, headers: Headers): Promise<Answer> {
    return this.post("/v1/graphql", { query }, headers);
  }

  /** Runs one metadata command as administrator. */
  async metadata(type: string, args: unknown): Promise<void> {
    const { status, text } = await this.post("/v1/metadata", { type, args }, this.admin);
    if (status !== 200) throw new Error(`${type} was refused (${status}): ${text}`);
  }

  /** Runs SQL as administrator; gives rows of texts, without the line of column names. */
  async sql(sql: string): Promise<string[][]> {
    const command = { type: "run_sql", args: { source: "default", sql } };
    const { status, text, body } = await this.post("/v2/query", command, this.admin);
    if (status !== 200) throw new Error(`run_sql was refused (${status}): ${text}`);
    const { result } = body as { result?: string[][] | null };
    return (result ?? []).slice(1);
  }

  /** Resolves once the engine says that it is healthy. */
  async healthy(timeoutMs = 60_000): Promise<void> {
    const ask = async () => ((await this.get("/healthz")).status === 200 ? true : undefined);
    await waitFor("the engine is healthy", ask, timeoutMs);
  }

  private async send(path: string, init: RequestInit): Promise<Answer> {
    const signal = AbortSignal.timeout(20_000);
    const response = await fetch(this.base + path, { ...init, signal });
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, text, body: json ? JSON.parse(text) : undefined };
  }
}

/** The first error of a GraphQL answer, or a plain `code: none` where there is none. */
export function refusalOf({ body, text }: Answer): Refusal {
  const { errors } = (body ?? {}) as { errors?: GraphqlError[] };
  const first = errors?.[0];
  if (first === undefined) return { code: "none", message: text };
  return { code: first.extensions?.code ?? "none", message: first.message ?? "" };
}

/** The data of a GraphQL answer; fails where it holds errors. */
export function dataOf<T>({ body, text }: Answer): T {
  const { data, errors } = (body ?? {}) as { data?: T; errors?: unknown };
  if (data === undefined || errors !== undefined) throw new Error(`no data came: ${text}`);
  return data;
}
