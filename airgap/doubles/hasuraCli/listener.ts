import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { isJsonObject, type Json, parseJson } from "../hasura/json";

/** A proxy before an engine that writes down what it is asked: `METHOD /path type`. */
export type Listener = {
  port: number;
  heard: { request: string; body: Json }[];
  before: (request: string) => Promise<void>;
  stop(): Promise<void>;
};

export async function listenBefore(target: number): Promise<Listener> {
  const server = createServer(async (incoming, outgoing) => {
    const text = await textOf(incoming);
    const body = parseJson(text) ?? null;
    const { method = "GET", url: path = "/", headers } = incoming;
    const request = `${method} ${path}${isJsonObject(body) ? ` ${body.type}` : ""}`;
    listener.heard.push({ request, body });
    await listener.before(request);
    const far = httpRequest(
      { host: "127.0.0.1", port: target, method, path, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    // The client may be gone.
    far.on("error", () => outgoing.destroy());
    outgoing.on("close", () => far.destroy());
    far.end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const listener: Listener = {
    port: (server.address() as AddressInfo).port,
    heard: [],
    before: async () => undefined,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return listener;
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
