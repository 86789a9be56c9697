import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { fetchJwks } from "../../../infra/http/fetchJwks";
import { checkRemoteUrl } from "../../../infra/http/remoteUrl";
import { sendRequest } from "../../../infra/http/sendRequest";
import { serverCertificate } from "../../e2e/support/certificates";
import { ec256Certificate, jwkOf } from "../clerk/keyMaterial";
import { errorOf, shortRetries } from "../providers/remoteTest";
import { answers, ScriptedServer, type Step, truncates } from "../providers/scriptedServer";
import { itRefuses } from "../refusals";

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

describe("sendRequest over TLS", () => {
  const { authority, certificate, privateKey } = serverCertificate("localhost");
  let requests = 0;
  const server = createServer({ cert: certificate, key: privateKey }, (_, response) => {
    requests += 1;
    response.end('{"secure":true}');
  });

  before((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  after((done) => {
    server.close(done);
  });
  beforeEach(() => {
    requests = 0;
  });

  function send(scheme: string, host: string, caCertificates: string[] = []) {
    const { port } = server.address() as AddressInfo;
    const url = `${scheme}://${host}:${port}/`;
    const what = "the test's service";
    return sendRequest({ what, method: "POST", url, body: {}, caCertificates });
  }

  it("trusts a given authority, among others", async () => {
    const authorities = [ec256Certificate, authority];
    expect((await send("https", "localhost", authorities)).json).to.deep.equal({ secure: true });
  });

  it("sends nothing to a certificate that nobody vouches for, and tries once", async () => {
    await errorOf(send("https", "localhost", [ec256Certificate]));
    const error = await errorOf(send("https", "localhost"));
    expect(error.message).to.match(
      /failed at the first try: the secure connection failed \((SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+)\); if a proxy here signs its own certificates, name its CA file in NODE_EXTRA_CA_CERTS/,
    );
    expect([requests, error.outcomeUnknown]).to.deep.equal([0, false]);
  });

  it("sends nothing to a certificate of another host", async () => {
    const error = await errorOf(send("https", "127.0.0.1", [authority]));
    expect(error.message).to.contain("the secure connection failed (ERR_TLS_CERT_ALTNAME_INVALID)");
    expect(requests).to.equal(0);
  });
});

const USER = "holds user info (not shown), which logs would show; remove it";
const QUERY = "has a query (not shown); write the base URL only, up to the ?";
const NO_SCHEME = "has no scheme; write the whole URL from https:// on";
const OTHER_SCHEME = "has another scheme than https; write an https URL";
const INVALID = "is not a valid URL; write one such as https://api.example.com";

function clear(host: string): string {
  return `"${host}" over http would send the secret key in plain text; use https (http is for 127.0.0.1, ::1 and localhost only)`;
}

describe("checkRemoteUrl", () => {
  it("accepts https, and http on this machine", () => {
    for (const url of [
      "https://api.clerk.com",
      "https://api.clerk.com/",
      "https://proxy.example.com:8443/clerk",
      "http://127.0.0.1:4000",
      "http://[::1]:4000",
      "http://localhost:4000/x",
    ]) {
      expect(checkRemoteUrl(url, "apiUrl")).to.deep.equal([]);
    }
  });

  itRefuses((url: string) => ({ problems: checkRemoteUrl(url, "apiUrl") }), "apiUrl", [
    ["nothing", "", "is empty; write the service's https URL, or leave it out for the default"],
    [
      "a secret key",
      "sk_test_x",
      "holds Clerk's secret key (sk_…, not shown), which does not belong here; set identity.publishableKey to the publishable key (pk_…), and rotate the secret key if it was saved anywhere",
    ],
    ["white space", "https://a.example/ x", "holds white space or a line break; remove it"],
    ["a bare host", "api.clerk.com", NO_SCHEME],
    ["a bare host with a port", "localhost:4000", NO_SCHEME],
    ["not a host", "https://", INVALID],
    ["a port that is none", "https://a.example:x", INVALID],
    ["user info", "https://u:hunter2@a.example", USER],
    ["an empty user info", "https://@a.example", USER],
    ["a query", "https://a.example?token=hunter2", QUERY],
    ["an empty query", "https://a.example?", QUERY],
    ["a fragment", "https://a.example/#x", "has a fragment; remove everything from # on"],
    ["ftp", "ftp://a.example", OTHER_SCHEME],
    ["a web socket", "wss://a.example", OTHER_SCHEME],
    ["http", "http://api.clerk.com", clear("api.clerk.com")],
    ["http to another loopback address", "http://127.0.0.2", clear("127.0.0.2")],
    ["http to all addresses", "http://0.0.0.0:1", clear("0.0.0.0:1")],
    [
      "http to a name that begins like one",
      "http://localhost.a.example",
      clear("localhost.a.example"),
    ],
  ]);
});
