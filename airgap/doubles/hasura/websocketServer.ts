import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { isAllowedOrigin } from "./cors";
import type { EngineContext } from "./engineContext";
import { EngineError } from "./engineError";
import type { JsonObject } from "./json";
import { readHeaders } from "./session";
import { WebsocketSession } from "./websocketSession";

const NEW_PROTOCOL = "graphql-transport-ws";
const OLD_PROTOCOL = "graphql-ws";
const PATHS = ["/v1/graphql", "/v1alpha1/graphql", "/v1beta1/relay"];

/** Sockets of /v1/graphql; closing the server closes each of them. */
export type WebsocketEndpoint = { close(): void };

export function attachWebsockets(server: Server, context: EngineContext): WebsocketEndpoint {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(NEW_PROTOCOL) ? NEW_PROTOCOL : OLD_PROTOCOL),
  });
  sockets.on("headers", (headers, request) => {
    // The engine names the protocol it speaks also to a client that has asked for none.
    const asked = request.headers["sec-websocket-protocol"] !== undefined;
    if (!asked) headers.push(`Sec-WebSocket-Protocol: ${OLD_PROTOCOL}`);
  });
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, context);
    if (refusal !== undefined) {
      refuse(stream, refusal);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => open(socket, request, context));
  });
  return {
    close: () => {
      for (const socket of sockets.clients) socket.close(1012, "shutting server down");
      sockets.close();
    },
  };
}

function open(socket: WebSocket, request: IncomingMessage, context: EngineContext): void {
  const headers = readHeaders(request);
  if (context.config.disableCors && !context.config.wsReadCookie) headers.delete("cookie");
  const dialect = socket.protocol === NEW_PROTOCOL ? "new" : "old";
  const session = new WebsocketSession(socket, headers, context, dialect);
  socket.on("message", (data) => session.receive(String(data)));
  socket.on("close", () => session.dispose());
  socket.on("error", () => session.dispose());
  context.log("websocket-log", "info", { event: { type: "accepted" } });
}

function refusalOf(request: IncomingMessage, context: EngineContext): EngineError | undefined {
  const path = new URL(request.url ?? "/", "http://engine").pathname;
  if (!PATHS.includes(path) || !context.config.enabledApis.includes("graphql")) {
    const [first, second, third] = PATHS;
    const text = `only '${first}', '${second}' and '${third}' are supported on websockets`;
    return new EngineError("not-found", text, 404);
  }
  const { origin } = request.headers;
  const allowed = context.config.disableCors || origin === undefined;
  if (allowed || isAllowedOrigin(origin, context.config)) return undefined;
  const text = "received origin header does not match configured CORS domains";
  return new EngineError("access-denied", text, 400);
}

function refuse(stream: Duplex, { status, message, path, code }: EngineError): void {
  const body: JsonObject = { message, extensions: { path, code } };
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${status === 404 ? "Not Found" : "Bad Request"}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  stream.on("error", () => undefined);
  stream.end(`${lines.join("\r\n")}\r\n\r\n${text}`);
}
