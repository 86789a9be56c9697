import { randomBytes } from "node:crypto";
import { expect } from "chai";
import {
  describeRefresh,
  type JwksRefresh,
  LOOK_SECONDS,
} from "../../infra/clerk/jwks/jwksRefresh";
import { delay, waitFor } from "../support/waiting";
import { startClerk } from "./support/clerk";
import { INVALID_SIGNATURE } from "./support/clerkTokenSuite";
import { docker } from "./support/docker";
import { type EngineClient, refusalOf } from "./support/engineClient";
import type { TestClerk } from "./support/testClerk";
import { TestStack } from "./support/testStack";
import { bearer } from "./support/tokens";

interface HeaderCase {
  name: string;
  /** Headers of the key set, made when they are needed: Expires is a time of day. */
  headers: () => Record<string, string>;
  /** When the engine is to fetch it again. */
  refresh: JwksRefresh;
}

const everyLook: JwksRefresh = { kind: "everyLook" };
const never: JwksRefresh = { kind: "never" };
const lasting = (seconds: number): JwksRefresh => ({ kind: "after", seconds });

function cacheControl(value: string, refresh: JwksRefresh): HeaderCase {
  return { name: value, headers: () => ({ "cache-control": value }), refresh };
}

/** Enough for the doctor to see it ahead, also on a busy machine. */
const EXPIRES_SECONDS = 40;
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();

const CASES: HeaderCase[] = [
  cacheControl("public, max-age=2", lasting(2)),
  cacheControl("max-age=3600", lasting(3600)),
  cacheControl("s-maxage=2", lasting(2)),
  cacheControl("must-revalidate, max-age=2", lasting(2)),
  cacheControl('no-cache="Set-Cookie", max-age=2', lasting(2)),
  cacheControl("no-cache", everyLook),
  cacheControl("no-cache, max-age=3600", everyLook),
  cacheControl("no-store", everyLook),
  cacheControl("must-revalidate", everyLook),
  cacheControl("max-age=0, must-revalidate", everyLook),
  {
    name: `Expires in ${EXPIRES_SECONDS} s`,
    headers: () => ({ expires: inSeconds(EXPIRES_SECONDS) }),
    refresh: lasting(EXPIRES_SECONDS),
  },
  { name: "no header", headers: () => ({}), refresh: never },
  { name: "Expires: nonsense", headers: () => ({ expires: "nonsense" }), refresh: never },
];

/** A minute of the engine is two seconds of its double, which is told so by a variable that the engine passes over. */
const ON_DOUBLE = (process.env.CLERK_HASURA_ENGINE_IMAGE ?? "").startsWith("clerk-hasura.local/");
const LOOK_MS = (ON_DOUBLE ? 2 : LOOK_SECONDS) * 1000;
const SLACK_MS = 20_000;

/** Until what has expired is fetched again; the first fetch after a start may fail, and is made again at the next look. */
function longestWait(refresh: JwksRefresh): number {
  const age = "seconds" in refresh ? refresh.seconds * 1000 : 0;
  return age + LOOK_MS + SLACK_MS;
}

/** What is not fetched in this time is not fetched at the looks in it. */
const WATCHED_MS = 2 * LOOK_MS + 2000;

/** How many seconds an Expires is still ahead depends on the machine. */
const withoutSeconds = (finding: string) => finding.replace(/\d+(?: to \d+)? s\b/g, "… s");

describe("a rotated key, by the cache headers of the key set", function () {
  this.timeout(600_000);
  let clerk: TestClerk;
  let stack: TestStack;
  let client: EngineClient;

  before(async () => {
    const host = `clerk.e2e-${randomBytes(4).toString("hex")}.test`;
    clerk = await startClerk(`chtest-e2e-rotation-${process.pid}`, host);
    await clerk.addUsers("user_1");
    const env = JSON.stringify({
      CLERK_HASURA_DOUBLE_JWKS_SECONDS: `${LOOK_MS / 1000}`,
      // Nobody listens there, so that only an engine and a doctor that heed both come to the key set.
      HTTPS_PROXY: "http://127.0.0.1:1",
      NO_PROXY: host,
    });
    stack = await TestStack.create({ ...clerk.settings, secret: { "hasura.env": env } });
    await stack.up();
    client = await stack.client();
  });
  after(async () => {
    await stack?.cleanUp();
    await clerk?.stop();
  });

  const refusal = async (token: string) =>
    refusalOf(await client.graphql("{ __typename }", bearer(token)));
  const isAccepted = async (token: string) => (await refusal(token)).code === "none";
  const accepted = (token: string, timeoutMs = LOOK_MS + SLACK_MS) => {
    const ask = async () => ((await isAccepted(token)) ? true : undefined);
    return waitFor("the token is accepted", ask, timeoutMs);
  };
  const restart = async () => {
    await docker(["restart", stack.engineContainer], 120_000);
    await client.healthy();
  };

  for (const { name, headers, refresh: expected } of CASES) {
    describe(name, () => {
      const soon = expected.kind !== "never" && !("seconds" in expected && expected.seconds > 60);
      let old: string;

      before(async () => {
        await clerk.setJwksHeaders(headers());
        await restart();
        const exp = Math.floor(Date.now() / 1000) + 3600;
        old = await clerk.oddToken({ user: "user_1", claims: { exp } });
        await accepted(old);
      });

      it("is foretold by the doctor", async () => {
        const finding = await findingOf("jwks.refresh", headers);
        const shown = "expires" in headers() ? withoutSeconds : (text: string) => text;
        expect(shown(finding)).to.equal(shown(describeRefresh(expected)));
      });

      if (soon) {
        it("is accepted once the set is fetched again, and the old one refused", async () => {
          const hits = await clerk.jwksHits();
          await clerk.rotate();
          const exp = Math.floor(Date.now() / 1000) + 3600;
          const fresh = await clerk.oddToken({ user: "user_1", claims: { exp } });
          await accepted(fresh, longestWait(expected));
          expect(await clerk.jwksHits()).to.be.above(hits);
          expect(await refusal(old)).to.deep.equal(INVALID_SIGNATURE);
        });
      } else {
        it("is refused until the engine restarts; the old one is accepted", async () => {
          const hits = await clerk.jwksHits();
          await clerk.rotate();
          await delay(WATCHED_MS);
          const fresh = await clerk.token({ user: "user_1" });
          expect(await refusal(fresh)).to.deep.equal(INVALID_SIGNATURE);
          expect(await isAccepted(old)).to.equal(true);
          expect(await clerk.jwksHits()).to.equal(hits);
          await restart();
          await accepted(await clerk.token({ user: "user_1" }));
        });
      }
    });
  }

  it("is looked for by the doctor with the proxy settings that the engine alone has", async () => {
    const finding = await findingOf("jwks.reachable");
    // The double's image has no curl, and says that it went without them.
    const way = ON_DOUBLE ? "but without its proxy settings" : "with its proxy settings";
    expect(finding).to.include(`responds from where Hasura runs, ${way}`);
  });

  /** Asks again while Docker is too slow, since the set is then not asked for from where Hasura runs. */
  const findingOf = (id: string, headers: () => Record<string, string> = () => ({})) =>
    waitFor(
      "the doctor reaches the key set",
      async () => {
        // Anew each time, because an Expires may be over by then.
        await clerk.setJwksHeaders(headers());
        const checks = await diagnosis();
        const reached = checks.some((one) => /^responds from where Hasura runs/.test(one.finding));
        return reached ? checks.find((one) => one.id === id)?.finding : undefined;
      },
      180_000,
    );

  async function diagnosis(): Promise<{ id: string; finding: string }[]> {
    const { stdout, text } = await stack.tool("doctor", "--json");
    expect(stdout, text).to.match(/^\{/);
    return (JSON.parse(stdout) as { checks: { id: string; finding: string }[] }).checks;
  }
});
