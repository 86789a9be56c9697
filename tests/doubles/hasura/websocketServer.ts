import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { isAllowedOrigin } from "./cors";
import type { EngineContext } from "./engineContext";
import { readHeaders } from "./session";
import { WebsocketSession } from "./websocketSession";

export const SUBPROTOCOL = "graphql-transport-ws";

/** Sockets of /v1/graphql; closing the server closes each of them. */
export type WebsocketEndpoint = { close(): void };

export function attachWebsockets(server: Server, context: EngineContext): WebsocketEndpoint {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => SUBPROTOCOL,
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
      for (const socket of sockets.clients) socket.close(1001, "server is shutting down");
      sockets.close();
    },
  };
}

function open(socket: WebSocket, request: IncomingMessage, context: EngineContext): void {
  const headers = readHeaders(request.headers);
  if (context.config.disableCors && !context.config.wsReadCookie) headers.delete("cookie");
  const session = new WebsocketSession(socket, headers, context);
  socket.on("message", (data) => session.receive(String(data)));
  socket.on("close", () => session.dispose());
  socket.on("error", () => session.dispose());
  context.log("websocket-log", "info", { event: { type: "accepted" } });
}

type Refusal = { status: string; text: string };

function refusalOf(request: IncomingMessage, context: EngineContext): Refusal | undefined {
  const path = new URL(request.url ?? "/", "http://engine").pathname;
  if (path !== "/v1/graphql" || !context.config.enabledApis.includes("graphql")) {
    return { status: "404 Not Found", text: "only '/v1/graphql' is supported on websockets" };
  }
  const { origin } = request.headers;
  const allowed = context.config.disableCors || origin === undefined;
  if (!allowed && !isAllowedOrigin(origin, context.config)) {
    const text = "received origin header does not match configured CORS domains";
    return { status: "400 Bad Request", text };
  }
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",");
  if (offered.some((item) => item.trim() === SUBPROTOCOL)) return undefined;
  const text = `the clerk-hasura double of Hasura speaks ${SUBPROTOCOL} only (see its CONTRACT.md)`;
  return { status: "400 Bad Request", text };
}

function refuse(stream: Duplex, { status, text }: Refusal): void {
  const lines = [
    `HTTP/1.1 ${status}`,
    "Connection: close",
    "Content-Type: text/plain",
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  stream.on("error", () => undefined);
  stream.end(`${lines.join("\r\n")}\r\n\r\n${text}`);
}
