import type { JsonObject } from "../hasura/json";

/** Drives a double through its control routes; throws with the answer's text on a refusal. */
export class ControlClient {
  private readonly apiUrl: string;
  private readonly token: string;

  constructor(apiUrl: string, token: string) {
    this.apiUrl = apiUrl;
    this.token = token;
  }

  /** `path` is what follows /_control/, such as `users` or `templates/hasura`. */
  async call(method: string, path: string, body?: unknown): Promise<JsonObject> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.token}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(`${this.apiUrl}/_control/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`control ${method} ${path}: ${response.status} ${answer}`);
    return JSON.parse(answer);
  }
}
