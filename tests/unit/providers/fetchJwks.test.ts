import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { fetchJwks } from "../../../infra/http/fetchJwks";
import { RemoteError, sendRequest } from "../../../infra/http/request";
import { serverCertificate } from "../../e2e/support/certificates";
import { ec256Certificate } from "../clerk/certificate";
import { jwkOf } from "../clerk/jwks/jwks";
import { answers, ScriptedServer, type Step, truncates } from "./scriptedServer";
import { shortRetries } from "./shortRetries";

const KEYS = { keys: [{ ...jwkOf("rsa"), kid: "a" }] };

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RemoteError)) throw new Error("no RemoteError came", { cause: error });
  expect(error.message).not.to.match(/[\r\n]/);
  return error.message;
}

describe("fetchJwks", () => {
  shortRetries();
  const server = new ScriptedServer();
  before(() => server.start());
  after(() => server.stop());

  const url = () => `${server.url}/jwks.json?tenant=hidden`;
  const get = () => fetchJwks(url(), { allowHttp: true });

  it("answers the keys, the headers and the body", async () => {
    const headers = { "cache-control": "max-age=60", expires: "0", date: "then" };
    server.plays(answers(200, KEYS, headers));
    const fetched = await get();
    expect(fetched.reading.keys.map(({ kid }) => kid)).to.deep.equal(["a"]);
    expect(fetched.headers).to.deep.equal({
      cacheControl: "max-age=60",
      expires: "0",
      date: "then",
    });
    expect(fetched.body).to.equal(JSON.stringify(KEYS));
  });

  it("takes the first of several lines of a header, as the engine does", async () => {
    server.plays(answers(200, KEYS, { "cache-control": ["max-age=300", "no-cache"] }));
    expect((await get()).headers).to.include({ cacheControl: "max-age=300" });
  });

  it("leaves out the headers that do not come", async () => {
    server.plays((response) => {
      response.sendDate = false;
      response.end(JSON.stringify(KEYS));
    });
    expect((await get()).headers).to.deep.equal({});
  });

  it("takes an empty set, with which the engine starts", async () => {
    server.plays(answers(200, { keys: [] }));
    expect((await get()).reading.keys).to.deep.equal([]);
  });

  it("comes through a passing failure", async () => {
    server.plays(truncates, answers(503), answers(200, KEYS));
    expect((await get()).reading.keys).to.have.lengthOf(1);
    expect(server.seen).to.have.lengthOf(3);
  });

  const refused: [name: string, step: Step, words: RegExp][] = [
    ["404", answers(404), /answered status 404, and 2xx is wanted; check/],
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

  it("refuses http unless it is allowed, and what is no URL", async () => {
    server.plays(answers(200, KEYS));
    expect(await failure(fetchJwks(url()))).to.match(/is no https address/);
    expect(await failure(fetchJwks("no url", { allowHttp: true }))).to.match(
      /not a URL\) is no https/,
    );
    expect(server.seen).to.deep.equal([]);
  });
});

describe("fetchJwks with an authority of the user's own", () => {
  const { authority, certificate, privateKey } = serverCertificate("localhost");
  const other = serverCertificate("localhost").authority;
  let server: Server;
  let steps: [status: number, body: string][] = [];
  let seen = 0;
  const SILENT = 0;
  const CUT = 1;

  before(async () => {
    server = createServer({ cert: certificate, key: privateKey }, (_, response) => {
      const [status = 500, body = ""] = steps[Math.min(seen, steps.length - 1)] ?? [];
      seen += 1;
      if (status === SILENT) return;
      if (status === CUT) {
        response.write(body, () => response.socket?.destroy());
        return;
      }
      response.writeHead(status, { "cache-control": "no-cache" }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  function plays(...given: [number, string][]): void {
    steps = given;
    seen = 0;
  }
  const address = () => `https://localhost:${(server.address() as AddressInfo).port}/jwks.json`;
  const get = (...caCertificates: string[]) => fetchJwks(address(), { caCertificates });
  const direct = (limits: { timeoutMs?: number; attempts?: number } = {}) =>
    sendRequest(
      {
        what: "The key set",
        method: "GET",
        url: address(),
        caCertificates: [authority],
        timeoutMs: 10_000,
        attempts: 3,
        maxBytes: 1000,
        ...limits,
      },
      async () => undefined,
    );

  it("trusts it, among others", async () => {
    plays([200, JSON.stringify(KEYS)]);
    const fetched = await get(ec256Certificate, authority);
    expect(fetched.reading.keys).to.have.lengthOf(1);
    expect(fetched.headers.cacheControl).to.equal("no-cache");
  });

  it("refuses the server without it, or with another one alone", async () => {
    plays([200, JSON.stringify(KEYS)]);
    expect(await failure(get())).to.match(/the secure connection failed \(\w+\)/);
    expect(await failure(get(other))).to.match(
      /failed at the first try: the secure connection failed/,
    );
    expect(seen).to.equal(0);
  });

  it("judges status and body as it does without", async () => {
    plays([404, ""]);
    expect(await failure(get(authority))).to.contain("answered status 404");
    plays([302, ""]);
    expect(await failure(get(authority))).to.contain("status 302, a redirect");
    plays([200, "<html>"]);
    expect(await failure(get(authority))).to.contain("body is a web page");
  });

  it("tries again after 5xx, and gives up after the last try", async () => {
    plays([503, ""], [502, ""], [200, "x"]);
    expect((await direct()).text).to.equal("x");
    plays([503, ""]);
    expect(await failure(direct())).to.match(/failed after 3 tries: status 503; the fault is/);
    expect(seen).to.equal(3);
  });

  it("gives up on an answer that does not come, and on a cut one", async () => {
    plays([SILENT, ""]);
    const limits = { timeoutMs: 300, attempts: 1 };
    expect(await failure(direct(limits))).to.contain("no complete answer within 0.3 s");
    plays([CUT, '{"keys":[']);
    expect(await failure(direct())).to.match(/failed after 3 tries: .*\(ECONNRESET\)/);
  });

  it("reads no more than allowed", async () => {
    plays([200, "x".repeat(1001)]);
    expect(await failure(direct())).to.match(/at the first try: .*larger than 1000 bytes/);
  });
});
