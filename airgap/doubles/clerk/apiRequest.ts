import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { parseJson } from "../hasura/json";
import { apiError } from "./apiError";

const BODY_LIMIT = 1024 * 1024;

/** A request as the routes see it. */
export interface ApiRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  text: string;
}

export async function readRequest(message: IncomingMessage): Promise<ApiRequest> {
  const url = new URL(message.url ?? "/", "http://double");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error("body is too large for the double");
    chunks.push(chunk);
  }
  return {
    method: message.method ?? "",
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    text: Buffer.concat(chunks).toString(),
  };
}

/** The body as JSON, an empty one as undefined; throws ApiError on anything else. */
export function readJsonBody({ text, headers }: ApiRequest): unknown {
  if (text === "") return undefined;
  if (!/^application\/json\b/.test(headers["content-type"] ?? "")) {
    const long = "Content-Type must be application/json";
    throw apiError(415, "unsupported_content_type", "Content-Type is unsupported", long);
  }
  const value = parseJson(text);
  if (value !== undefined) return value;
  throw apiError(400, "request_body_invalid", "Request body invalid", "The body is no JSON.");
}
