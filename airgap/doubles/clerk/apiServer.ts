import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { ApiError, apiError, type Reply } from "./apiError";
import { type ApiRequest, readRequest } from "./apiRequest";
import { type Fault, FaultKind, type Faults, faultReply } from "./faults";
import type { RequestLog } from "./requestLog";

/** Where a server listens; https with certificate and key. */
export interface Listen {
  host?: string;
  /** 0 for a free one. */
  port?: number;
  cert?: string;
  key?: string;
}

/** One of the two APIs. */
export interface Api {
  name: "backend" | "frontend";
  answer(request: ApiRequest): Promise<Reply> | Reply;
  /** Control routes, which meet no faults and are not logged. */
  control?(request: ApiRequest): Promise<Reply | undefined>;
}

/** An HTTP server that answers an API in Clerk's form, faults included. */
export class ApiServer {
  private server: Server | undefined;
  private readonly timers = new Set<NodeJS.Timeout>();

  private readonly api: Api;
  private readonly listen: Listen;
  private readonly faults: Faults;
  private readonly log: RequestLog;

  constructor(api: Api, listen: Listen, faults: Faults, log: RequestLog) {
    this.api = api;
    this.listen = listen;
    this.faults = faults;
    this.log = log;
  }

  async start(): Promise<void> {
    const { host = "127.0.0.1", port = 0, cert, key } = this.listen;
    const handler = (request: IncomingMessage, response: ServerResponse) => {
      void this.handle(request, response).catch(() => response.destroy());
    };
    const server =
      cert && key ? createHttpsServer({ cert, key }, handler) : createHttpServer(handler);
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.server?.address();
    if (address && typeof address === "object") return (address as AddressInfo).port;
    throw new Error("the double is not started");
  }

  /** Base URL on loopback, without a slash at the end. */
  get url(): string {
    const { cert, key } = this.listen;
    return `${cert && key ? "https" : "http"}://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    const control = await this.control(request);
    if (control) return send(response, request, control);
    const fault = this.faults.take(request.method, request.path);
    if (fault?.kind === FaultKind.Hang || fault?.kind === FaultKind.Reset) {
      this.log.add(this.api.name, request, 0, fault.kind);
      if (fault.kind === FaultKind.Reset) message.socket.resetAndDestroy();
      return;
    }
    const isStatus = fault?.kind === FaultKind.Status;
    const reply = fault && isStatus ? faultReply(fault) : await this.answer(request);
    this.log.add(this.api.name, request, reply.status, fault?.kind);
    if (fault?.kind === FaultKind.Delay) await this.wait(fault.ms ?? 1000);
    if (fault === undefined || isStatus) return send(response, request, reply);
    spoil(message, response, request, reply, fault);
  }

  private async control(request: ApiRequest): Promise<Reply | undefined> {
    try {
      return await this.api.control?.(request);
    } catch (error) {
      const text = error instanceof Error ? error.message : "control request failed";
      return error instanceof ApiError
        ? error.toReply()
        : apiError(422, "control_request_invalid", text).toReply();
    }
  }

  private async answer(request: ApiRequest): Promise<Reply> {
    try {
      return await this.api.answer(request);
    } catch (error) {
      if (error instanceof ApiError) return error.toReply();
      const text = `the double failed: ${error instanceof Error ? error.message : "unknown"}`;
      return apiError(500, "double_failed", text).toReply();
    }
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        resolve();
      }, ms);
      this.timers.add(timer);
    });
  }
}

/** Clerk's client takes a body for JSON only under exactly this content type. */
function send(
  response: ServerResponse,
  request: ApiRequest,
  { status, body, headers = {} }: Reply,
  text = body === undefined ? "" : JSON.stringify(body),
): void {
  const length = String(Buffer.byteLength(text));
  const content = { "content-type": "application/json", "content-length": length };
  response.writeHead(status, { ...(body === undefined ? {} : content), ...headers });
  response.end(request.method === "HEAD" ? "" : text);
}

function spoil(
  message: IncomingMessage,
  response: ServerResponse,
  request: ApiRequest,
  reply: Reply,
  fault: Fault,
): void {
  const text = JSON.stringify(reply.body);
  const half = text.slice(0, Math.floor(text.length / 2));
  const headers = { ...reply.headers, ...fault.headers };
  if (fault.kind === FaultKind.ResetAfter) {
    message.socket.resetAndDestroy();
  } else if (fault.kind === FaultKind.Truncate) {
    const length = String(Buffer.byteLength(text));
    const type = { "content-type": "application/json", "content-length": length };
    response.writeHead(reply.status, { ...type, ...headers });
    response.write(half, () => message.socket.destroy());
  } else if (fault.kind === FaultKind.ContentType) {
    const type = fault.value ?? "application/json; charset=utf-8";
    send(response, request, { ...reply, headers: { ...headers, "content-type": type } });
  } else if (fault.kind === FaultKind.BrokenJson) {
    send(response, request, { ...reply, headers }, half);
  } else {
    send(response, request, { ...reply, headers });
  }
}
