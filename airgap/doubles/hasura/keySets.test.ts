import { generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { SignJWT } from "jose";
import { eventually } from "../../../tests/support/waiting";
import {
  answers,
  ScriptedServer,
  type Step,
  staysSilent,
} from "../../../tests/unit/providers/scriptedServer";
import { startTestPostgres, type TestPostgres } from "../testPostgres";
import { EngineError } from "./engineError";
import type { Json, JsonObject } from "./json";
import { fetchJwks, JwksCache, type JwksClock, type JwksLog } from "./jwksClient";
import { parseJwtSecret } from "./jwtSecret";
import { bearer, engineOn, NAMESPACE, USER_CLAIMS } from "./testEngine";
import { verifyToken } from "./verifyToken";

type Headers = Record<string, string[]>;
interface Recorded {
  name: string;
  headers: Headers;
  /** Seconds after the engine was started; the first fetch is that of the start. */
  fetchedAt: number[];
}
interface Refresh extends Recorded {
  /** Seconds from the engine's start to the time in Expires. */
  expiresIn?: number;
  emptySet?: boolean;
  /** Whether tokens of the old and the new key are accepted two minutes after a rotation. */
  afterRotation?: { old: boolean; new: boolean };
}
interface Faults extends Recorded {
  /** One answer for each fetch; the last is repeated. */
  served: { keys?: Name[]; status?: number; body?: string }[];
  /** What a token of key a met, by seconds after the start. */
  answers: [number, string][];
}
interface KeySet {
  name: string;
  keys?: { base?: "rsa" | "ec"; with?: JsonObject; without?: string[]; n?: string }[];
  body?: string;
  status?: number;
  redirects?: boolean;
  refusals?: number;
  silent?: boolean;
  fetches: number;
  fatal?: string;
  answer?: Json;
}
type Name = "a" | "b";

/** What a real engine did; `sets` were all asked with a token of RSA key a. */
const RECORDED: { refresh: Refresh[]; sets: KeySet[]; faults: Faults[] } = JSON.parse(
  readFileSync(join(__dirname, "recordings", "keySets.json"), "utf8"),
);

const LOOK_MS = 60_000;
const rsaPair = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const PAIRS = { a: rsaPair(), b: rsaPair() };
const JWKS = { a: jwkOf(PAIRS.a.publicKey, "a"), b: jwkOf(PAIRS.b.publicKey, "b") };
const EC = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });

function jwkOf(key: KeyObject, kid: string): JsonWebKey {
  return { ...key.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
}

function tokenOf(name: Name): Promise<string> {
  const header = { alg: "RS256", kid: name };
  const claims = { [NAMESPACE]: USER_CLAIMS };
  return new SignJWT(claims).setProtectedHeader(header).sign(PAIRS[name].privateKey);
}

/** A clock that stands still until the test lets the next look come. */
class TestClock implements JwksClock {
  time = Date.now();
  waits = 0;
  private go = () => {};

  now(): number {
    return this.time;
  }

  untilNextLook(): Promise<void> {
    this.waits += 1;
    return new Promise((resolve) => {
      this.go = resolve;
    });
  }

  async looked(times: number): Promise<void> {
    await eventually("the look is over", async () => expect(this.waits).to.equal(times));
  }

  /** Lets a minute pass, and the look after it. */
  async next(): Promise<void> {
    this.time += LOOK_MS + 20;
    const { waits } = this;
    this.go();
    await this.looked(waits + 1);
  }
}

describe("Hasura double: key sets as a real engine was recorded with them", () => {
  const server = new ScriptedServer();
  const config = parseJwtSecret(JSON.stringify({ jwk_url: "http://127.0.0.1/" }));
  let running: JwksCache | undefined;

  before(() => server.start());
  afterEach(() => running?.stop());
  after(() => server.stop());

  /** The fetch of the start, then the cache with its first look done. */
  async function start(clock: TestClock, log: JwksLog = () => undefined): Promise<JwksCache> {
    await fetchJwks(server.url, [], log);
    const cache = new JwksCache(server.url, [], clock, log);
    running = cache;
    void cache.run();
    await clock.looked(1);
    return cache;
  }

  async function meets(cache: JwksCache, name: Name): Promise<string> {
    try {
      await verifyToken(await tokenOf(name), cache.keys, config);
      return "accepted";
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return error.message.replace("Could not verify JWT: JWSError ", "");
    }
  }

  /** How many looks after the first background fetch a recorded time lies. */
  const lookOf = (seconds: number, { fetchedAt }: Recorded) =>
    Math.floor((seconds - (fetchedAt[1] ?? 0)) / 60 + 0.01);

  for (const row of RECORDED.refresh) {
    it(`fetches as often with ${row.name}`, async () => {
      const clock = new TestClock();
      const expires = clock.time + ((row.expiresIn ?? 0) - (row.fetchedAt[1] ?? 0)) * 1000;
      const dated: Headers =
        row.expiresIn === undefined ? {} : { expires: [new Date(expires).toUTCString()] };
      const serve = (...keys: unknown[]) => answers(200, { keys }, { ...row.headers, ...dated });
      const [old, next] = row.emptySet ? [serve(), serve()] : [serve(JWKS.a), serve(JWKS.b)];
      server.plays(old, old, row.afterRotation === undefined ? old : next);
      const cache = await start(clock);
      const fetched = [0];
      for (const look of [1, 2]) {
        const before = server.seen.length;
        await clock.next();
        if (server.seen.length > before) fetched.push(look);
      }
      expect(fetched).to.deep.equal(row.fetchedAt.slice(1).map((at) => lookOf(at, row)));
      if (row.afterRotation === undefined) return;
      const accepted = { old: await meets(cache, "a"), new: await meets(cache, "b") };
      for (const which of ["old", "new"] as const) {
        expect(accepted[which] === "accepted", which).to.equal(row.afterRotation[which]);
      }
    });
  }

  for (const row of RECORDED.faults) {
    it(`has the same keys, and says as much, after ${row.name}`, async () => {
      const clock = new TestClock();
      const levels: string[] = [];
      const log: JwksLog = (level, { message }) => {
        if (level === "critical" || /^Refreshing/.test(String(message))) levels.push(level);
      };
      const steps = row.served.map(({ keys = [], status = 200, body }) =>
        answers(status, body ?? { keys: keys.map((name) => JWKS[name]) }, row.headers),
      );
      server.plays(...steps);
      const cache = await start(clock, log);
      let look = 0;
      for (const [at, expected] of row.answers) {
        for (; look < lookOf(at, row); look++) await clock.next();
        expect(await meets(cache, "a"), `look ${look}`).to.equal(expected);
      }
      for (; look < lookOf(row.fetchedAt.at(-1) ?? 0, row); look++) await clock.next();
      expect(server.seen).to.have.length(row.fetchedAt.length);
      const said = row.fetchedAt.flatMap((_, at) => {
        const { status = 200, body } = row.served[Math.min(at, row.served.length - 1)] ?? {};
        return status === 200 && body === undefined ? ["info"] : ["info", "critical"];
      });
      expect(levels).to.deep.equal(said);
    });
  }

  describe("at the start", () => {
    let postgres: TestPostgres;
    before(async () => {
      postgres = await startTestPostgres();
    });
    after(() => postgres?.stop());

    for (const row of RECORDED.sets) {
      it(`does the same with: ${row.name}`, async () => {
        server.plays(...stepsOf(row));
        const url = `${server.url}/jwks.json`;
        if (row.silent) {
          const error = await fetchJwks(url, [], () => undefined, 200).catch((it: unknown) => it);
          expect(error).to.be.an("error").with.property("message", row.fatal);
          return;
        }
        const secret = { HASURA_GRAPHQL_JWT_SECRET: JSON.stringify({ jwk_url: url }) };
        const started = await engineOn(postgres, secret).catch((error: unknown) => error);
        if (row.fatal !== undefined) {
          const message = row.fatal.replace("URL", url);
          expect(started).to.be.an("error").with.property("message", message);
          expect(server.seen).to.have.length(row.fetches);
          return;
        }
        if (started instanceof Error || started === undefined) throw started;
        const engine = started as Awaited<ReturnType<typeof engineOn>>;
        try {
          const token = await tokenOf("a");
          await eventually("the answer is the recorded one", async () =>
            expect((await engine.graphql("{ __typename }", bearer(token))).body).to.deep.equal(
              row.answer,
            ),
          );
          expect(server.seen).to.have.length(row.fetches);
        } finally {
          await engine.engine.stop();
        }
      });
    }
  });
});

function stepsOf({ keys, body, status = 200, redirects, refusals = 0, silent }: KeySet): Step[] {
  if (silent) return [staysSilent];
  const good = answers(status, body ?? { keys: (keys ?? []).map(keyOf) });
  const moved = answers(302, "", { location: "/other" });
  const refused = Array.from({ length: refusals }, () => answers(503, "no"));
  return redirects ? [moved, good, moved, good] : [...refused, good];
}

function keyOf({ base, with: changes = {}, without = [], n }: NonNullable<KeySet["keys"]>[number]) {
  const jwk: Record<string, unknown> = {
    ...(base === "rsa" ? JWKS.a : base === "ec" ? EC : {}),
    ...changes,
  };
  const bytes = Buffer.from(String(JWKS.a.n), "base64url");
  if (n === "zeroFirst") jwk.n = Buffer.concat([Buffer.alloc(1), bytes]).toString("base64url");
  if (n === "plainBase64") jwk.n = bytes.toString("base64");
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !without.includes(name)));
}
