import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { corsHeaders, preflightHeaders } from "./cors";
import * as endpoints from "./endpoints";
import type { EngineContext } from "./engineContext";
import {
  asEngineError,
  EngineError,
  graphqlErrorBody,
  notInDouble,
  restErrorBody,
} from "./engineError";
import { readHeaders, type Session } from "./session";

const BODY_LIMIT = 50 * 1024 * 1024;
const LEFT_OUT = [
  "/v1beta1/relay",
  "/v1alpha1/graphql",
  "/v1/query",
  "/v1/graphql/explain",
  "/v1alpha1/pg_dump",
  "/v1/metrics",
  "/console",
  "/api/rest",
];
const API_OF: Record<string, string> = {
  "/v1/graphql": "graphql",
  "/v1/metadata": "metadata",
  "/v2/query": "metadata",
  "/v1alpha1/config": "config",
};

type Handled = { reply: endpoints.Reply; session?: Session; error?: EngineError };

export function createHttpServer(context: EngineContext): Server {
  return createServer((request, response) => {
    void handle(context, request, response).catch(() => response.destroy());
  });
}

async function handle(
  context: EngineContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://engine");
  const cors = corsHeaders(request.headers.origin, context.config);
  if (request.method === "OPTIONS") {
    const wanted = request.headers["access-control-request-headers"];
    response.writeHead(204, { ...cors, ...preflightHeaders(wanted) }).end();
    return;
  }
  const handled = await answer(context, request, url);
  const { reply } = handled;
  const isText = "text" in reply;
  const text = isText ? reply.text : JSON.stringify(reply.body);
  const type = isText ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  response.writeHead(reply.status, { ...cors, "content-type": type }).end(text);
  logRequest(context, request, url, handled);
}

async function answer(
  context: EngineContext,
  request: IncomingMessage,
  url: URL,
): Promise<Handled> {
  let session: Session | undefined;
  try {
    const open = await publicEndpoint(context, request.method ?? "", url);
    if (open !== undefined) return { reply: open };
    requireEndpoint(context, request.method ?? "", url.pathname);
    session = await context.authenticator.authenticate(readHeaders(request.headers));
    const body = await readText(request);
    return { reply: await dispatch(context, url.pathname, session, body), session };
  } catch (thrown) {
    const error = asEngineError(thrown);
    const reply = errorReply(context, url.pathname, session, error);
    return { reply, error, ...(session === undefined ? {} : { session }) };
  }
}

/** /v1/graphql answers 200 to every error, the others with the error's own status. */
function errorReply(
  context: EngineContext,
  path: string,
  session: Session | undefined,
  error: EngineError,
): endpoints.Reply {
  const { devMode, adminInternalErrors } = context.config;
  const showInternal =
    devMode || path !== "/v1/graphql" || (session?.isAdmin === true && adminInternalErrors);
  if (path === "/v1/graphql" && error.status !== 404) {
    return { status: 200, body: graphqlErrorBody(error, showInternal) };
  }
  return { status: error.status, body: restErrorBody(error, showInternal) };
}

async function publicEndpoint(
  context: EngineContext,
  method: string,
  url: URL,
): Promise<endpoints.Reply | undefined> {
  if (method !== "GET" && method !== "HEAD") return undefined;
  if (url.pathname === "/healthz" || url.pathname === "/hasura/healthz") {
    return endpoints.healthz(context, url.searchParams.get("strict") === "true");
  }
  return url.pathname === "/v1/version" ? endpoints.version() : undefined;
}

function requireEndpoint(context: EngineContext, method: string, path: string): void {
  if (LEFT_OUT.some((item) => path === item || path.startsWith(`${item}/`))) {
    throw notInDouble(`the endpoint ${path}`);
  }
  const api = API_OF[path];
  const wanted = path === "/v1alpha1/config" ? "GET" : "POST";
  if (api === undefined || method !== wanted || !context.config.enabledApis.includes(api)) {
    throw new EngineError("not-found", "resource does not exist", 404);
  }
}

function dispatch(
  context: EngineContext,
  path: string,
  session: Session,
  body: string,
): Promise<endpoints.Reply> | endpoints.Reply {
  if (path === "/v1/graphql") return endpoints.graphql(context, session, body);
  if (path === "/v1/metadata") return endpoints.metadata(context, session, body);
  if (path === "/v2/query") return endpoints.query(context, session, body);
  return endpoints.config(context, session);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new EngineError("bad-request", "body is too large", 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function logRequest(
  context: EngineContext,
  request: IncomingMessage,
  url: URL,
  { reply, session, error }: Handled,
): void {
  const detail = {
    http_info: {
      status: reply.status,
      method: request.method ?? "",
      url: url.pathname,
      http_version: `HTTP/${request.httpVersion}`,
    },
    operation: {
      user_vars: session === undefined ? null : { "x-hasura-role": session.role },
      ...(error === undefined ? {} : { error: { code: error.code, path: error.path } }),
    },
  };
  context.log("http-log", error === undefined ? "info" : "error", detail);
}
