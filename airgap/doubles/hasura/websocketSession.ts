import type { WebSocket } from "ws";
import { explainBadJson } from "./aesonText";
import type { EngineContext } from "./engineContext";
import { asEngineError, type EngineError, graphqlErrorBody, showsInternal } from "./engineError";
import { type GraphqlRequest, readGraphqlRequest, validateRequest } from "./graphqlRequest";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json";
import type { Headers, Session } from "./session";
import { DIALECTS, type Dialect } from "./websocketDialects";

const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A close frame holds 125 bytes, two of them for the code. */
const LONGEST_REASON = 123;

/**
 * One conversation: its token is checked at connection_init, and at the token's expiry the
 * connection is dropped without a word. A close before the first acknowledgement is held back until
 * the time for the initialization is over.
 */
export class WebsocketSession {
  private session: Session | undefined;
  private readonly dialect: Dialect;
  private readonly operations = new Map<string, NodeJS.Timeout | undefined>();
  private readonly initTimer: NodeJS.Timeout;
  private readonly keepaliveTimer: NodeJS.Timeout;
  private expiryTimer: NodeJS.Timeout | undefined;
  private ending: { code: number; reason: string } | undefined;
  private disposed = false;
  private queue: Promise<void> = Promise.resolve();

  private readonly socket: WebSocket;
  private readonly headers: Headers;
  private readonly context: EngineContext;

  constructor(
    socket: WebSocket,
    headers: Headers,
    context: EngineContext,
    dialect: keyof typeof DIALECTS,
  ) {
    this.socket = socket;
    this.headers = headers;
    this.context = context;
    this.dialect = DIALECTS[dialect];
    const { initTimeout, keepalive } = context.config;
    this.initTimer = setTimeout(() => this.endInitialization(), initTimeout);
    this.keepaliveTimer = setInterval(() => this.send(this.dialect.keepalive), keepalive);
    this.send(this.dialect.keepalive);
  }

  receive(text: string): void {
    if (this.ending !== undefined) return;
    const message = parseJson(text);
    if (message === undefined) {
      this.refuseMessage(explainBadJson(text));
      return;
    }
    // One after another, as the engine handles the messages of a connection.
    this.queue = this.queue
      .then(() => this.handle(isJsonObject(message) ? message : {}))
      .catch(() => this.close(1011, "internal error"));
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.initTimer);
    clearInterval(this.keepaliveTimer);
    clearTimeout(this.expiryTimer);
    for (const timer of this.operations.values()) clearTimeout(timer);
    this.operations.clear();
  }

  private async handle({ type, id, payload }: JsonObject): Promise<void> {
    if (this.ending !== undefined) return undefined;
    if (type === "connection_init") return this.initialize(payload);
    const { ping, start, stop } = this.dialect;
    if (type === ping) return this.send({ type: "pong", payload: { message: null } });
    if (type === "pong" && ping !== undefined) return undefined;
    if (type === "connection_terminate" && ping === undefined) return this.socket.close(1000);
    if (type === start && typeof id === "string") return this.subscribe(id, payload);
    if (type === stop && typeof id === "string") return this.stop(id);
    const known = type === start || type === stop;
    const reason = known ? 'key "id" not found' : `unexpected type for ClientMessage: ${type}`;
    return this.refuseMessage(`Error in $: ${reason}`);
  }

  private refuseMessage(reason: string): void {
    const text = `Parsing client message failed: parsing ClientMessage failed: ${reason}`;
    this.close(4400, wrapped(4400, text));
  }

  /** A second initialization is acknowledged like the first. */
  private async initialize(payload: Json | undefined): Promise<void> {
    const sent = isJsonObject(payload) && isJsonObject(payload.headers) ? payload.headers : {};
    const headers = new Map(this.headers);
    for (const [name, value] of Object.entries(sent)) {
      if (typeof value === "string") headers.set(name.toLowerCase(), [value]);
    }
    try {
      this.session = await this.context.authenticator.authenticate(headers);
    } catch (error) {
      this.refuseInitialization(asEngineError(error));
      return;
    }
    clearTimeout(this.initTimer);
    this.dropAtExpiry(this.session.expiresAt);
    this.send({ type: "connection_ack" });
    this.send(this.dialect.keepalive);
  }

  private refuseInitialization({ message }: EngineError): void {
    this.context.log("websocket-log", "error", { event: { type: "conn_err", detail: message } });
    if (this.dialect.namesCause) {
      this.send({ type: "connection_error", payload: message });
      this.close(4400, wrapped(4400, `Connection initialization failed: ${message}`));
    } else {
      this.close(4403, wrapped(4403, "Forbidden"));
    }
  }

  /** Nobody has been let in: what has been held back is said, or that it took too long. */
  private endInitialization(): void {
    const { code, reason } = this.ending ?? {
      code: 4408,
      reason: "Connection initialisation timed out",
    };
    this.socket.close(code, reason);
  }

  private dropAtExpiry(expiresAt: number | undefined): void {
    clearTimeout(this.expiryTimer);
    if (expiresAt === undefined || this.disposed) return;
    const remaining = expiresAt * 1000 - Date.now();
    this.expiryTimer =
      remaining > LONGEST_TIMER_MS
        ? setTimeout(() => this.dropAtExpiry(expiresAt), LONGEST_TIMER_MS)
        : setTimeout(() => this.socket.terminate(), Math.max(remaining, 0));
  }

  private async subscribe(id: string, payload: Json | undefined): Promise<void> {
    const { session } = this;
    const refusal =
      session === undefined
        ? "start received before the connection is initialised"
        : `an operation already exists with this id: ${id}`;
    if (session === undefined || this.operations.has(id)) {
      this.send({ id, type: "error", payload: refusal });
      return this.close(1000, wrapped(4400, refusal));
    }
    this.operations.set(id, undefined);
    try {
      const request = readGraphqlRequest(payload);
      const { executor } = this.context.metadata;
      validateRequest(executor.schemaFor(session), request);
      if (request.operation.operation === "subscription") {
        // Not awaited: the next message is handled while Postgres is asked.
        void this.poll(id, request, session, undefined);
        return;
      }
      this.send({ id, type: this.dialect.data, payload: await this.result(request, session) });
    } catch (error) {
      const body = this.errorBody(asEngineError(error), session);
      const errors = isJsonObject(body) ? (body.errors ?? []) : [];
      this.send({ id, type: "error", payload: errors });
    }
    if (this.operations.delete(id)) this.send({ id, type: "complete" });
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
    if (now !== before) this.send({ id, type: this.dialect.data, payload });
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
    return graphqlErrorBody(error, showsInternal(this.context.config, session));
  }

  private stop(id: string): void {
    clearTimeout(this.operations.get(id));
    this.operations.delete(id);
  }

  private send(message: Json): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private close(code: number, reason: string): void {
    this.ending = { code, reason };
    if (this.session !== undefined) this.socket.close(code, reason);
  }
}

/** The engine packs its reason as JSON, cut where a close frame ends. */
function wrapped(code: number, reason: string): string {
  const text = JSON.stringify({ server_error_msg: `${code}: ${reason}` });
  return Buffer.from(text).subarray(0, LONGEST_REASON).toString("latin1");
}
