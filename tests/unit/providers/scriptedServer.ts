import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export type Step = (response: ServerResponse, request: SeenRequest) => void;

/** A loopback server that plays one step per request and repeats the last one. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  private steps: readonly Step[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => this.play(request, Buffer.concat(chunks).toString(), response));
    });
  }

  private play(request: IncomingMessage, body: string, response: ServerResponse): void {
    const seen = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body,
    };
    const step = this.steps[Math.min(this.seen.length, this.steps.length - 1)];
    this.seen.push(seen);
    if (step === undefined) response.writeHead(500).end("no step");
    else step(response, seen);
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  plays(...steps: readonly Step[]): void {
    this.seen.length = 0;
    this.steps = steps;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

export function answers(
  status: number,
  body: unknown = {},
  headers: Record<string, string | string[]> = {},
): Step {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

export const resets: Step = (response) => {
  response.socket?.resetAndDestroy();
};

export const staysSilent: Step = () => undefined;

/** Announces more bytes than it sends. */
export const truncates: Step = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"data":[', () => response.socket?.destroy());
};

/** Breaks off a body whose length was not announced. */
export const truncatesChunks: Step = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"data":[', () => response.socket?.destroy());
};
