import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { SignJWT } from "jose";
import { delay, eventually } from "../../../tests/support/waiting";
import { startTestPostgres, type TestPostgres } from "../testPostgres";
import type { JsonObject } from "./json";
import { bearer, engineOn, NAMESPACE, type TestEngine, USER_CLAIMS } from "./testEngine";

/** In place of the engine's minute. */
const LOOK_MS = 250;

type Signer = { privateKey: KeyObject; jwk: JsonObject };

function rsaSigner(kid: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    privateKey,
    jwk: { ...publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" } as JsonObject,
  };
}

function sign({ privateKey, jwk }: Signer): Promise<string> {
  const header = { alg: "RS256", kid: String(jwk.kid) };
  return new SignJWT({ [NAMESPACE]: USER_CLAIMS }).setProtectedHeader(header).sign(privateKey);
}

describe("Hasura double: life of the key set", () => {
  let postgres: TestPostgres;
  let server: Server;
  let url: string;
  let fetches = 0;
  let engine: TestEngine | undefined;
  const answer = { status: 200, headers: {} as Record<string, string>, body: "" };
  /** What every answer but the first waits for. */
  let gate = Promise.resolve();

  before(async () => {
    postgres = await startTestPostgres();
    server = createServer(async (_, response) => {
      fetches += 1;
      const { status, headers, body } = answer;
      if (fetches > 1) await gate;
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  });
  after(async () => {
    server?.close();
    await postgres?.stop();
  });
  afterEach(async () => {
    await engine?.engine.stop();
    engine = undefined;
  });

  function serve(body: unknown, headers: Record<string, string> = {}, status = 200): void {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    Object.assign(answer, { status, headers, body: text });
    gate = Promise.resolve();
    fetches = 0;
  }
  async function start(): Promise<TestEngine> {
    engine = await engineOn(postgres, {
      HASURA_GRAPHQL_JWT_SECRET: JSON.stringify({ jwk_url: url }),
      CLERK_HASURA_DOUBLE_JWKS_SECONDS: `${LOOK_MS / 1000}`,
    });
    return engine;
  }
  const accepts = (running: TestEngine, signer: Signer) =>
    eventually("the key is accepted", async () =>
      expect(await ask(running, signer)).to.contain("query_root"),
    );
  const ask = async (running: TestEngine, signer: Signer) =>
    (await running.graphql("{ __typename }", bearer(await sign(signer)))).text;

  const fatal: [string, () => void, RegExp][] = [
    ["non-2xx", () => serve("no", {}, 503), /^Non-2xx response on fetching JWK from: http/],
    ["no key set", () => serve("<html>"), /^Error parsing JWK from url: http/],
    ["one bad key", () => serve({ keys: [{ kty: "?" }] }), /^Error parsing JWK from url: http/],
  ];
  for (const [name, prepare, text] of fatal) {
    it(`does not start on ${name}`, async () => {
      prepare();
      const error = await start().catch((reason: unknown) => reason);
      expect(error).to.be.an("error").with.property("message").that.matches(text);
      expect(fetches).to.equal(1);
    });
  }

  it("does not start when nobody answers", async () => {
    const secret = {
      HASURA_GRAPHQL_JWT_SECRET: JSON.stringify({ jwk_url: "http://127.0.0.1:1/" }),
    };
    const error = await engineOn(postgres, secret).catch((reason: unknown) => reason);
    expect(error)
      .to.be.an("error")
      .with.property("message")
      .that.matches(/^Error fetching JWK: /);
  });

  it("throws the first answer away and has no usable key until the second", async () => {
    const signer = rsaSigner("a");
    serve({ keys: [signer.jwk] });
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const running = await start();
    expect(await ask(running, signer)).to.contain("Could not verify JWT: JWSError NoUsableKeys");
    open();
    await accepts(running, signer);
    expect(fetches).to.equal(2);
  });

  it("without a usable header never fetches again, not even for an unknown kid", async () => {
    const [old, next] = [rsaSigner("a"), rsaSigner("b")];
    serve({ keys: [old.jwk] });
    const running = await start();
    await accepts(running, old);
    answer.body = JSON.stringify({ keys: [next.jwk] });
    expect(await ask(running, next)).to.contain("JWSError JWSInvalidSignature");
    await delay(4 * LOOK_MS);
    expect(await ask(running, next)).to.contain("JWSError JWSInvalidSignature");
    expect(fetches).to.equal(2);
  });

  it("tries every key, whatever the token's kid says", async () => {
    const [one, two] = [rsaSigner("a"), rsaSigner("b")];
    serve({ keys: [one.jwk, two.jwk] });
    const running = await start();
    const misnamed = { privateKey: two.privateKey, jwk: { ...two.jwk, kid: "unknown" } };
    await accepts(running, misnamed);
  });

  it("with max-age takes a rotated key once it has passed, and keeps old keys on failure", async () => {
    const [old, next] = [rsaSigner("a"), rsaSigner("b")];
    serve({ keys: [old.jwk] }, { "cache-control": "max-age=1" });
    const running = await start();
    await accepts(running, old);
    answer.status = 500;
    const before = fetches;
    await eventually("two more fetches", async () => expect(fetches).to.be.least(before + 2));
    expect(await ask(running, old)).to.contain("query_root");
    Object.assign(answer, { status: 200, body: JSON.stringify({ keys: [next.jwk] }) });
    await accepts(running, next);
    expect(await ask(running, old)).to.contain("JWSError JWSInvalidSignature");
  });

  it("fetches at each look with no-cache, and starts with an empty set", async () => {
    serve({ keys: [] }, { "cache-control": "no-cache" });
    const started = Date.now();
    const running = await start();
    await eventually("four fetches", async () => expect(fetches).to.equal(4));
    // One checks the set before the start, and the first of the others follows at once.
    expect(Date.now() - started).to.be.at.least(2 * LOOK_MS);
    expect(await ask(running, rsaSigner("a"))).to.contain("JWSError NoUsableKeys");
  });
});
