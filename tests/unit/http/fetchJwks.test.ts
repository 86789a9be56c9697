import { expect } from "chai";
import { fetchJwks } from "../../../infra/http/fetchJwks";
import { jwkOf } from "../clerk/jwks/jwks";
import { errorOf, shortRetries } from "../providers/remoteTest";
import { answers, ScriptedServer, type Step, truncates } from "../providers/scriptedServer";

const KEYS = { keys: [{ ...jwkOf("rsa"), kid: "a" }] };

async function failure(promise: Promise<unknown>): Promise<string> {
  const { message } = await errorOf(promise);
  expect(message).not.to.match(/[\r\n]/);
  return message;
}

describe("fetchJwks", () => {
  shortRetries();
  const server = new ScriptedServer();
  before(() => server.start());
  after(() => server.stop());

  const url = () => `${server.url}/jwks.json?tenant=hidden`;
  const get = () => fetchJwks(url());

  it("returns the keys", async () => {
    server.plays(answers(200, KEYS));
    expect((await get()).keys.map(({ kid }) => kid)).to.deep.equal(["a"]);
  });

  it("takes an empty set, with which the engine starts", async () => {
    server.plays(answers(200, { keys: [] }));
    expect((await get()).keys).to.deep.equal([]);
  });

  it("comes through a passing failure", async () => {
    server.plays(truncates, answers(503), answers(200, KEYS));
    expect((await get()).keys).to.have.lengthOf(1);
    expect(server.seen).to.have.lengthOf(3);
  });

  const refused: [name: string, step: Step, words: RegExp][] = [
    ["404", answers(404), /returned status 404 instead of 2xx; check/],
    ["a redirect", answers(302, "", { location: "https://elsewhere.test/" }), /302, a redirect/],
    ["5xx", answers(500), /failed after 3 tries: status 500/],
    ["a web page", answers(200, "<html>"), /the engine refuses: body is a web page/],
    [
      "one bad key",
      answers(200, { keys: [...KEYS.keys, {}] }),
      /refuses: keys\[1\]\.kty is missing/,
    ],
    ["a body without end", answers(200, "x".repeat(1_100_000)), /larger than 1048576 bytes/],
  ];
  for (const [name, step, words] of refused) {
    it(`refuses ${name} on one line without the query`, async () => {
      server.plays(step);
      const text = await failure(get());
      expect(text).to.match(words).and.contain(`${server.url}/jwks.json`).and.not.contain("hidden");
    });
  }

  it("refuses what is no URL", async () => {
    const words = /not a valid URL\) failed at the first try: the request could not be built/;
    expect(await failure(fetchJwks("no url"))).to.match(words);
  });
});
