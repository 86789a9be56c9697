import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { describeRefresh, type JwksRefresh } from "../../infra/clerk/jwks/jwksRefresh";
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

/** Enough for the doctor to see it ahead. */
const EXPIRES_SECONDS = 15;
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

/** Longer than the shortest wait among the cases, by far; a set that is fetched later counts as not fetched. */
const WATCHED_MS = 6000;

/** How many seconds an Expires is still ahead depends on the machine. */
const withoutSeconds = (finding: string) => finding.replace(/\d+ s\b/g, "… s");

describe("a rotated key, by the cache headers of the key set", function () {
  this.timeout(300_000);
  let clerk: TestClerk;
  let stack: TestStack;
  let client: EngineClient;

  before(async () => {
    const host = `clerk.e2e-${randomBytes(4).toString("hex")}.test`;
    clerk = await startClerk(`chtest-e2e-rotation-${process.pid}`, host);
    await clerk.addUsers("user_1");
    stack = await TestStack.create(clerk.settings);
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
  const accepted = (token: string) =>
    waitFor("the token is accepted", async () => ((await isAccepted(token)) ? true : undefined));
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
        // Again, because the start may have taken longer than an Expires is ahead.
        await clerk.setJwksHeaders(headers());
        const [line] = (await diagnosis()).filter(({ id }) => id === "jwks.refresh");
        const shown = "expires" in headers() ? withoutSeconds : (text: string) => text;
        expect(shown(line?.finding ?? "")).to.equal(shown(describeRefresh(expected)));
      });

      if (soon) {
        it("is accepted once the set is fetched again, and the old one refused", async () => {
          const hits = await clerk.jwksHits();
          await clerk.rotate();
          await accepted(await clerk.token({ user: "user_1" }));
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

  async function diagnosis(): Promise<{ id: string; finding: string }[]> {
    const { stdout, text } = await stack.tool("doctor", "--json");
    expect(stdout, text).to.match(/^\{/);
    return (JSON.parse(stdout) as { checks: { id: string; finding: string }[] }).checks;
  }
});
