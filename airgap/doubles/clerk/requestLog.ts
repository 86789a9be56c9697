import { isJsonObject, parseJson } from "../hasura/json";
import type { ApiRequest } from "./apiRequest";

/** What is kept of a request: never a value of its body, nor its key. */
export interface LoggedRequest {
  /** When it was met, in milliseconds of the real time, so that waits between two can be measured. */
  at: number;
  api: "backend" | "frontend";
  method: string;
  path: string;
  query: string;
  status: number;
  /** Kind of the fault that it met. */
  fault?: string;
  /** Names of the body's top-level members. */
  bodyKeys: string[];
  userAgent: string;
  apiVersion: string;
}

/** The requests since the start or the last clearing, without those to the control routes. */
export class RequestLog {
  entries: LoggedRequest[] = [];

  add(
    api: LoggedRequest["api"],
    request: ApiRequest,
    status: number,
    fault: string | undefined,
  ): void {
    const { method, path, query, headers, text } = request;
    const body = parseJson(text);
    this.entries.push({
      at: Date.now(),
      api,
      method,
      path,
      query: query.toString(),
      status,
      ...(fault === undefined ? {} : { fault }),
      bodyKeys: isJsonObject(body) ? Object.keys(body) : [],
      userAgent: headers["user-agent"] ?? "",
      apiVersion: String(headers["clerk-api-version"] ?? ""),
    });
  }
}
