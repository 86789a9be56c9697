import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../hasura/json";
import { Failure } from "./commandLine";

type Answer = { status: number; text: string };

/** The engine, asked as the CLI asks: no retry, no wait, and no limit of time. */
export class EngineClient {
  private readonly endpoint: string;
  private readonly secret: string | undefined;

  constructor(endpoint: string, secret: string | undefined) {
    this.endpoint = endpoint.replace(/\/+$/, "");
    this.secret = secret;
  }

  /** The requests at the start of every command. */
  async greet(): Promise<void> {
    await this.version();
    await this.version();
    await this.send("GET", "/v1alpha1/config").catch(() => undefined);
    const { version } = await this.exportMetadata("/v1/query");
    if (version !== 3) {
      throw new Failure("config v3 can only be used with servers having metadata version >= 3");
    }
    await this.metadata("get_catalog_state", {});
  }

  private async version(): Promise<void> {
    try {
      const { status, text } = await this.send("GET", "/v1/version", undefined, false);
      if (status !== 200) throw new Error(`GET ${this.endpoint}/v1/version: ${status} ${text}`);
    } catch (error) {
      throw new Failure(unreachable(this.endpoint, error));
    }
  }

  async exportMetadata(path = "/v1/metadata"): Promise<JsonObject> {
    const metadata = await this.command(path, { type: "export_metadata", args: {} });
    return isJsonObject(metadata) ? metadata : {};
  }

  metadata(type: string, args: Json, extra: JsonObject = {}): Promise<Json> {
    return this.command("/v1/metadata", { type, ...extra, args });
  }

  query(type: "run_sql" | "bulk", args: Json): Promise<Json> {
    return this.command("/v2/query", { type, args });
  }

  /** @throws Failure with the whole answer, which for failed SQL holds the statement. */
  private async command(path: string, body: JsonObject): Promise<Json> {
    const { status, text } = await this.send("POST", path, JSON.stringify(body));
    const answer = parseJson(text);
    if (status === 200 && answer !== undefined) return answer;
    throw new Failure(answer === undefined ? text : JSON.stringify(answer, undefined, 2));
  }

  private send(method: string, path: string, body?: string, withSecret = true): Promise<Answer> {
    const url = this.endpoint + path;
    const headers = {
      "user-agent": "Go-http-client/1.1",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(withSecret && this.secret !== undefined ? { "x-hasura-admin-secret": this.secret } : {}),
    };
    const start = url.startsWith("https:") ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sent = start(url, { method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.on("error", (error: Error & { code?: string }) => {
        reject(new Failure(`${method} ${url}: ${error.message || error.code}`));
      });
      sent.end(body);
    });
  }
}

function unreachable(endpoint: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : "unknown";
  return [
    `connecting to graphql-engine server failed: ${reason}`,
    "possible reasons:",
    "1) Provided root endpoint of graphql-engine server is wrong. Verify endpoint key in config.yaml or --endpoint",
    "2) Endpoint should NOT be your GraphQL API, ie endpoint is NOT https://hasura-cloud-app.io/v1/graphql it should be: https://hasura-cloud-app.io",
    "3) Server might be unhealthy and is not running/accepting API requests",
    "4) Admin secret is not correct/set",
    `(${endpoint})`,
  ].join("\n");
}
