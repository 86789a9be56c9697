import { expect } from "chai";
import { WebSocket } from "ws";
import { delay, eventually } from "../../../tests/support/waiting";
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
  /** Without the keepalive messages, which come when they like. */
  readonly messages: JsonObject[] = [];
  keepalives = 0;
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly opened: Promise<void>;
  private readonly socket: WebSocket;

  constructor(port: number, protocol = "graphql-transport-ws") {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/v1/graphql`, protocol);
    this.socket.on("message", (data) => {
      const message = JSON.parse(String(data));
      if (message.payload?.message === "keepalive") this.keepalives += 1;
      else this.messages.push(message);
    });
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

/** What the recordings do not hold; they hold the rest. */
describe("Hasura double: WebSocket", () => {
  let engine: TestEngine;
  let client: Client;

  before(async () => {
    engine = await startTestEngine({
      HASURA_GRAPHQL_JWT_SECRET: hs256Secret(),
      HASURA_GRAPHQL_WEBSOCKET_CONNECTION_INIT_TIMEOUT: "1",
      HASURA_GRAPHQL_WEBSOCKET_KEEPALIVE: "1",
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

  it("runs a query to its end", async () => {
    await client.init(await authorization());
    await client.until(1);
    await subscribe("1", "{ notes(order_by: {id: asc}) { body } }");
    const [, next, complete] = await client.until(3);
    const notes = [{ body: "one" }, { body: "two" }];
    expect(next).to.deep.equal({ id: "1", type: "next", payload: { data: { notes } } });
    expect(complete).to.deep.equal({ id: "1", type: "complete" });
  });

  it("stops a live query of the older protocol", async () => {
    const old = new Client(engine.engine.port, "graphql-ws");
    const talk = async (message: JsonObject) => {
      await old.send(message);
      return eventually("an answer", async () =>
        expect(old.messages.at(-1)?.type).to.equal("data"),
      );
    };
    const query = "subscription { notes { id } }";
    await old.init(await authorization());
    await talk({ id: "1", type: "start", payload: { query } });
    await old.send({ id: "1", type: "stop" });
    await old.send({ type: "connection_terminate" });
    expect((await old.closed).code).to.equal(1000);
  });

  it("waits for the initialization as long as it is told, and keeps alive as often", async () => {
    const begun = Date.now();
    expect((await client.closed).code).to.equal(4408);
    expect(Date.now() - begun).to.be.within(900, 2900);
    const kept = new Client(engine.engine.port);
    await kept.init(await authorization());
    // One at once, one after the acknowledgement, and one each second.
    await eventually("three keepalive messages", async () =>
      expect(kept.keepalives).to.be.at.least(3),
    );
    kept.end();
  });

  it("cuts a close reason where a close frame ends", async () => {
    await client.send({ type: `n${"o".repeat(200)}` });
    const { code, reason } = await client.closed;
    expect(code).to.equal(4400);
    expect(Buffer.byteLength(reason)).to.equal(123);
  });
});
