import { expect } from "chai";
import { keySetRequest } from "../../../infra/hasura/keySetScript";
import { runProcess } from "../../e2e/support/runProcess";
import { answers, resets, ScriptedServer } from "../providers/scriptedServer";

const KEY = { kty: "RSA", n: "AQAB", e: "AQAB", kid: "a" };

describe("the key set, tried before the engine is replaced", () => {
  const server = new ScriptedServer();
  before(() => server.start());
  after(() => server.stop());

  const tried = (url: string, environment: Record<string, string> = {}) =>
    runProcess("/bin/bash", ["-s"], { input: keySetRequest({ url, environment }) });

  it("is taken with a key in it", async () => {
    server.plays(answers(200, { keys: [KEY] }));
    expect(await tried(server.url)).to.include({ code: 0, stdout: "fetched\n" });
  });

  it("is taken from where it moved", async () => {
    server.plays(answers(302, {}, { location: "/keys" }), answers(200, { keys: [KEY] }));
    expect(await tried(`${server.url}/old`)).to.include({ code: 0, stdout: "fetched\n" });
  });

  const refusals: [string, unknown, number, RegExp][] = [
    ["a status", {}, 404, /^the response has status 404; check the JWKS/],
    ["a web page", "<html>keys</html>", 200, /^the response is not a key set/],
    ["a text that is not JSON", '"keys": [', 200, /^the response is not a key set/],
    [
      "a discovery document",
      { jwks_uri: "https://i.example.com" },
      200,
      /^the response is not a key set/,
    ],
    ["nothing", "", 200, /^the response is (empty|not a key set)/],
    ["an empty set", { keys: [] }, 200, /^the set holds no key/],
    [
      "a key of an unknown kind",
      { keys: [KEY, { kty: "AKP" }] },
      200,
      /unknown kind \("kty":"AKP"\)/,
    ],
  ];
  for (const [name, body, status, text] of refusals) {
    it(`is refused for ${name}, in one line with a remedy`, async () => {
      server.plays(answers(status, body));
      const { code, stdout } = await tried(server.url);
      expect(code).to.equal(3);
      expect(stdout)
        .to.match(text)
        .and.match(/; \S.*\n$/);
      expect(stdout.trim().split("\n")).to.have.length(1);
    });
  }

  it("gets a second chance where it has just stumbled", async () => {
    server.plays(answers(503, {}), resets, answers(200, { keys: [KEY] }));
    expect(await tried(server.url)).to.include({ code: 0, stdout: "fetched\n" });
  });

  it("is refused where nothing listens", async () => {
    const { code, stdout } = await tried("http://127.0.0.1:1/jwks");
    expect(code).to.equal(3);
    expect(stdout).to.contain("the connection is refused; start what serves the set");
  });

  it("is refused where its name is unknown, naming the settings that make one known", async () => {
    const { stdout } = await tried("http://keys.invalid/jwks");
    expect(stdout).to.contain("hasura.extraHosts").and.contain("hasura.networks");
  });

  it("is asked for through the engine's proxy, by whichever case it is named", () => {
    const environment = { HTTPS_PROXY: "http://it's.example.com:3128", no_proxy: "a", OTHER: "b" };
    const lines = keySetRequest({ url: "https://i.example.com", environment }).split("\n");
    expect(lines.filter((line) => line.startsWith("export "))).to.deep.equal([
      `export https_proxy='http://it'\\''s.example.com:3128'`,
      "export no_proxy='a'",
    ]);
  });
});
