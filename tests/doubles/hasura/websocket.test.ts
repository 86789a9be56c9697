import { expect } from "chai";
import { WebSocket } from "ws";
import { delay, eventually } from "../../support/waiting";
import type { JsonObject } from "./json";
import {
  ADMIN_SECRET,
  hs256Secret,
  startTestEngine,
  type TestEngine,
  trackNotes,
  userToken,
} from "./testEngine";

/** A client that keeps what it receives. */
class Client {
  readonly messages: JsonObject[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly opened: Promise<void>;
  private readonly socket: WebSocket;

  constructor(port: number, protocol = "graphql-transport-ws", origin?: string) {
    const url = `ws://127.0.0.1:${port}/v1/graphql`;
    const options = origin === undefined ? {} : { origin };
    this.socket = new WebSocket(url, protocol, options);
    this.socket.on("message", (data) => this.messages.push(JSON.parse(String(data))));
    this.opened = new Promise((resolve, reject) => {
      this.socket.on("open", resolve);
      this.socket.on("error", reject);
    });
    this.opened.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  async send(message: JsonObject): Promise<void> {
    await this.opened;
    this.socket.send(JSON.stringify(message));
  }

  /** Waits until so many messages have come. */
  async until(count: number): Promise<JsonObject[]> {
    await eventually(`${count} messages`, async () =>
      expect(this.messages.length, JSON.stringify(this.messages)).to.be.at.least(count),
    );
    return this.messages;
  }

  async init(headers: JsonObject): Promise<void> {
    await this.send({ type: "connection_init", payload: { headers } });
  }

  end(): void {
    this.socket.terminate();
  }
}

describe("Hasura double: graphql-transport-ws", () => {
  let engine: TestEngine;
  let client: Client;

  before(async () => {
    engine = await startTestEngine({
      HASURA_GRAPHQL_JWT_SECRET: hs256Secret(),
      HASURA_GRAPHQL_CORS_DOMAIN: "https://*.app.example, http://localhost:3000",
    });
    await trackNotes(engine);
  });
  after(() => engine?.stop());
  beforeEach(() => {
    client = new Client(engine.engine.port);
  });
  afterEach(() => client.end());

  const subscribe = (id: string, query: string) =>
    client.send({ id, type: "subscribe", payload: { query } });
  const authorization = async (claims: JsonObject = {}) => ({
    Authorization: `Bearer ${await userToken(claims)}`,
  });

  it("acknowledges, answers ping, and runs a query to its end", async () => {
    await client.init(await authorization());
    await client.send({ type: "ping" });
    await client.until(2);
    await subscribe("1", "{ notes(order_by: {id: asc}) { body } }");
    expect(await client.until(4)).to.deep.equal([
      { type: "connection_ack" },
      { type: "pong" },
      { id: "1", type: "next", payload: { data: { notes: [{ body: "one" }, { body: "two" }] } } },
      { id: "1", type: "complete" },
    ]);
  });

  it("sends a live query again when its answer changes, until it is completed", async () => {
    await client.init({ "x-hasura-admin-secret": ADMIN_SECRET });
    await client.until(1);
    await subscribe("live", "subscription { notes_aggregate { aggregate { count } } }");
    await client.until(2);
    const insert = (body: string) =>
      engine.graphql(`mutation { insert_notes_one(object: {owner: "z", body: "${body}"}) { id } }`);
    await insert("live one");
    await client.until(3);
    const counts = client.messages.slice(1).map((message) => JSON.stringify(message.payload));
    expect(counts).to.deep.equal(
      [3, 4].map((count) => `{"data":{"notes_aggregate":{"aggregate":{"count":${count}}}}}`),
    );
    await client.send({ id: "live", type: "complete" });
    // Messages are taken in their order: what answers this one has read the one before.
    await client.send({ type: "ping" });
    await client.until(4);
    await insert("live two");
    await delay(200);
    expect(client.messages).to.have.lengthOf(4);
  });

  it("reports a bad operation on its own id", async () => {
    await client.init(await authorization());
    await client.until(1);
    await subscribe("bad", "{ nope }");
    const [, error] = await client.until(2);
    expect(error).to.include({ id: "bad", type: "error" });
    expect(error).to.have.nested.property(
      "payload[0].message",
      "field 'nope' not found in type: 'query_root'",
    );
  });

  it("closes on a bad token, an early subscribe, and an unknown message", async () => {
    await client.init(await authorization({ exp: 1 }));
    const { code, reason } = await client.closed;
    expect(code).to.equal(4400);
    expect(reason).to.contain("4400: Could not verify JWT: JWTExpired");
    const early = new Client(engine.engine.port);
    await early.send({ id: "1", type: "subscribe", payload: { query: "{ __typename }" } });
    expect((await early.closed).code).to.equal(4401);
    const unknown = new Client(engine.engine.port);
    await unknown.send({ type: "start" });
    expect((await unknown.closed).code).to.equal(4400);
  });

  it("closes the socket when its token expires", async () => {
    const exp = Math.floor(Date.now() / 1000) + 2;
    await client.init(await authorization({ exp }));
    await client.until(1);
    const { code } = await client.closed;
    expect(code).to.equal(1000);
    expect(Math.ceil(Date.now() / 1000)).to.be.at.least(exp);
  });

  it("refuses other protocols and other origins", async () => {
    const refused = async (other: Client) => {
      expect((await other.closed).code).to.equal(1006);
    };
    await refused(new Client(engine.engine.port, "graphql-ws"));
    await refused(new Client(engine.engine.port, undefined, "https://evil.example"));
    await refused(new Client(engine.engine.port, undefined, "https://a.b.app.example"));
    const allowed = new Client(engine.engine.port, undefined, "https://a.app.example");
    await allowed.init(await authorization());
    await allowed.until(1);
    allowed.end();
  });

  it("answers CORS for the configured origins only", async () => {
    const ask = async (origin: string) => {
      const url = `http://127.0.0.1:${engine.engine.port}/v1/graphql`;
      const response = await fetch(url, { method: "OPTIONS", headers: { origin } });
      return [response.status, response.headers.get("access-control-allow-origin")];
    };
    expect(await ask("http://localhost:3000")).to.deep.equal([204, "http://localhost:3000"]);
    expect(await ask("https://evil.example")).to.deep.equal([204, null]);
  });
});
