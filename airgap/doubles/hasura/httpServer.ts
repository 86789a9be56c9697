import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { config } from "./configEndpoint";
import { corsHeaders, preflightHeaders } from "./cors";
import * as endpoints from "./endpoints";
import type { EngineContext } from "./engineContext";
import {
  asEngineError,
  EngineError,
  graphqlErrorBody,
  notInDouble,
  restErrorBody,
  showsInternal,
} from "./engineError";
import * as graphqlEndpoints from "./graphqlEndpoints";
import { readHeaders, type Session } from "./session";

const BODY_LIMIT = 50 * 1024 * 1024;
const INTERNAL_SERVER_ERROR = new EngineError("unexpected", "Internal Server Error", 500);

type Work = (
  context: EngineContext,
  session: Session,
  body: string,
) => Promise<endpoints.Reply> | endpoints.Reply;
/** `envelope`: rest, or GraphQL's with status 200 for every error, or GraphQL's with the error's own. */
type Route = { api: string; envelope: "rest" | "graphql200" | "graphql"; work: Work };

const ROUTES: Record<string, Route> = {
  "POST /v1/graphql": { api: "graphql", envelope: "graphql200", work: graphqlEndpoints.graphql },
  "GET /v1/graphql": {
    api: "graphql",
    envelope: "graphql200",
    work: graphqlEndpoints.persistedQuery,
  },
  "POST /v1alpha1/graphql": { api: "graphql", envelope: "graphql", work: graphqlEndpoints.graphql },
  "POST /v1beta1/relay": { api: "graphql", envelope: "graphql200", work: graphqlEndpoints.relay },
  "POST /v1/metadata": { api: "metadata", envelope: "rest", work: endpoints.metadata },
  "POST /v2/query": { api: "metadata", envelope: "rest", work: endpoints.query },
  "POST /v1/query": { api: "metadata", envelope: "rest", work: endpoints.combinedQuery },
  "POST /v1/graphql/explain": { api: "metadata", envelope: "rest", work: graphqlEndpoints.explain },
  "POST /v1alpha1/pg_dump": { api: "pgdump", envelope: "rest", work: endpoints.dump },
  "GET /v1alpha1/config": { api: "config", envelope: "rest", work: config },
  "GET /api/swagger/json": { api: "graphql", envelope: "rest", work: endpoints.swagger },
};
const REST_ENDPOINT: Route = {
  api: "graphql",
  envelope: "rest",
  work: () => {
    throw new EngineError("not-found", "Endpoint not found", 404);
  },
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
  const isPreflight = request.method === "OPTIONS";
  if (isPreflight && cors !== undefined) {
    const wanted = request.headers["access-control-request-headers"];
    response.writeHead(204, { ...cors, ...preflightHeaders(wanted) }).end();
    return;
  }
  if (isPreflight) {
    // Without a content type: nothing of the engine has answered, but the server below it.
    response.writeHead(500).end(JSON.stringify(restErrorBody(INTERNAL_SERVER_ERROR, false)));
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
  let route: Route | undefined;
  try {
    const open = await publicEndpoint(context, request.method ?? "", url);
    if (open !== undefined) return { reply: open };
    route = requireRoute(context, request.method ?? "", url.pathname);
    session = await context.authenticator.authenticate(readHeaders(request));
    const body = await readText(request);
    return { reply: await route.work(context, session, body), session };
  } catch (thrown) {
    const error = asEngineError(thrown);
    const reply = errorReply(context, route?.envelope ?? "rest", session, error);
    return { reply, error, ...(session === undefined ? {} : { session }) };
  }
}

function errorReply(
  { config }: EngineContext,
  envelope: Route["envelope"],
  session: Session | undefined,
  error: EngineError,
): endpoints.Reply {
  const shown = showsInternal(config, session);
  if (envelope === "rest") return { status: error.status, body: restErrorBody(error, shown) };
  const body = graphqlErrorBody(error, shown);
  return { status: envelope === "graphql" ? error.status : 200, body };
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

function requireRoute({ config }: EngineContext, method: string, path: string): Route {
  if (path === "/console" && config.enableConsole) throw notInDouble("the console");
  const route = path.startsWith("/api/rest/") ? REST_ENDPOINT : ROUTES[`${method} ${path}`];
  if (route !== undefined && config.enabledApis.includes(route.api)) return route;
  throw new EngineError("not-found", "resource does not exist", 404);
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
