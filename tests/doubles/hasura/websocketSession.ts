import type { WebSocket } from "ws";
import type { EngineContext } from "./engineContext";
import { asEngineError, type EngineError, graphqlErrorBody } from "./engineError";
import { type GraphqlRequest, readGraphqlRequest, validateRequest } from "./graphqlRequest";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json";
import type { Headers, Session } from "./session";

const INIT_TIMEOUT_MS = 30_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One graphql-transport-ws conversation: token checked at connection_init, closed at its expiry. */
export class WebsocketSession {
  private session: Session | undefined;
  private initialising = false;
  private readonly operations = new Map<string, NodeJS.Timeout | undefined>();
  private readonly initTimer: NodeJS.Timeout;
  private expiryTimer: NodeJS.Timeout | undefined;
  private disposed = false;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: WebSocket,
    private readonly headers: Headers,
    private readonly context: EngineContext,
  ) {
    const late = () => this.close(4408, "Connection initialisation timed out");
    this.initTimer = setTimeout(late, INIT_TIMEOUT_MS);
  }

  receive(text: string): void {
    const message = parseJson(text);
    if (!isJsonObject(message)) {
      this.close(4400, "parsing ClientMessage failed");
      return;
    }
    // one after another, as the engine handles the messages of a connection
    this.queue = this.queue
      .then(() => this.handle(message))
      .catch(() => this.close(1011, "internal error"));
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.initTimer);
    clearTimeout(this.expiryTimer);
    for (const timer of this.operations.values()) clearTimeout(timer);
    this.operations.clear();
  }

  private async handle(message: JsonObject): Promise<void> {
    const { type, id, payload } = message;
    if (type === "connection_init") return this.initialise(payload);
    if (type === "ping") return this.send({ type: "pong" });
    if (type === "pong") return undefined;
    if (typeof id !== "string") return this.close(4400, "parsing ClientMessage failed");
    if (type === "complete") return this.stop(id);
    if (type === "subscribe") return this.subscribe(id, payload);
    return this.close(4400, "parsing ClientMessage failed");
  }

  private async initialise(payload: Json | undefined): Promise<void> {
    if (this.initialising) return this.close(4429, "Too many initialisation requests");
    this.initialising = true;
    clearTimeout(this.initTimer);
    const sent = isJsonObject(payload) && isJsonObject(payload.headers) ? payload.headers : {};
    const headers = new Map(this.headers);
    for (const [name, value] of Object.entries(sent)) {
      if (typeof value === "string") headers.set(name.toLowerCase(), value);
    }
    try {
      this.session = await this.context.authenticator.authenticate(headers);
    } catch (error) {
      this.close(4400, asEngineError(error).message);
      return;
    }
    this.closeAtExpiry(this.session.expiresAt);
    this.send({ type: "connection_ack" });
  }

  private closeAtExpiry(expiresAt: number | undefined): void {
    if (expiresAt === undefined || this.disposed) return;
    const remaining = expiresAt * 1000 - Date.now();
    this.expiryTimer =
      remaining > LONGEST_TIMER_MS
        ? setTimeout(() => this.closeAtExpiry(expiresAt), LONGEST_TIMER_MS)
        : setTimeout(() => this.socket.close(1000), Math.max(remaining, 0));
  }

  private async subscribe(id: string, payload: Json | undefined): Promise<void> {
    const { session } = this;
    if (session === undefined) return this.close(4401, "Unauthorized");
    if (this.operations.has(id)) return this.close(4409, `Subscriber for ${id} already exists`);
    this.operations.set(id, undefined);
    try {
      const request = readGraphqlRequest(payload);
      const { executor } = this.context.metadata;
      validateRequest(executor.schemaFor(session.role), request);
      if (request.operation.operation === "subscription") {
        await this.poll(id, request, session, undefined);
        return;
      }
      this.send({ id, type: "next", payload: await this.result(request, session) });
      if (this.operations.delete(id)) this.send({ id, type: "complete" });
    } catch (error) {
      this.operations.delete(id);
      const body = this.errorBody(asEngineError(error), session);
      this.send({ id, type: "error", payload: isJsonObject(body) ? (body.errors ?? []) : [] });
    }
  }

  /** A live query: asked again after each interval, sent on when the answer has changed. */
  private async poll(
    id: string,
    request: GraphqlRequest,
    session: Session,
    before: string | undefined,
  ): Promise<void> {
    const payload = await this.result(request, session);
    if (!this.operations.has(id)) return;
    const now = JSON.stringify(payload);
    if (now !== before) this.send({ id, type: "next", payload });
    const again = () => void this.poll(id, request, session, now);
    this.operations.set(id, setTimeout(again, this.context.config.liveQueryInterval));
  }

  private async result(request: GraphqlRequest, session: Session): Promise<Json> {
    try {
      const data = await this.context.metadata.executor.run(request, session);
      return { data: data as Json };
    } catch (error) {
      return this.errorBody(asEngineError(error), session);
    }
  }

  private errorBody(error: EngineError, session: Session): Json {
    const { devMode, adminInternalErrors } = this.context.config;
    return graphqlErrorBody(error, devMode || (session.isAdmin && adminInternalErrors));
  }

  private stop(id: string): void {
    clearTimeout(this.operations.get(id));
    this.operations.delete(id);
  }

  private send(message: Json): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** The engine packs its reason as JSON; a close reason holds 123 bytes at most. */
  private close(code: number, reason: string): void {
    const text = JSON.stringify({ server_error_msg: `${code}: ${reason}` });
    const fits = Buffer.byteLength(text) <= 123;
    this.socket.close(code, fits ? text : Buffer.from(text).subarray(0, 120).toString("latin1"));
  }
}
