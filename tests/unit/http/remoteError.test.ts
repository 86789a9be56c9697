import { expect } from "chai";
import { describeFailure, type RemoteError } from "../../../infra/http/remoteError";
import { type RemoteRequest, sendRequest } from "../../../infra/http/sendRequest";
import { errorOf } from "../providers/remoteTest";
import { answers, ScriptedServer } from "../providers/scriptedServer";

const SECRET = "hunter/2 with+signs&more=";
describe("sendRequest", () => {
  const server = new ScriptedServer();

  before(() => server.start());
  after(() => server.stop());

  async function failure(request: Partial<RemoteRequest>): Promise<RemoteError> {
    const whole = { what: "the test's service", method: "GET", url: `${server.url}/v1/x` };
    return errorOf(sendRequest({ ...whole, ...request }));
  }

  describe("error texts", () => {
    function echoing(text: string): Promise<RemoteError> {
      server.plays(answers(500, text));
      return failure({ attempts: 1, secrets: [SECRET], explain: (answer) => answer.text });
    }

    it("puts the caller's explanation in, on one line and bounded", async () => {
      const error = await echoing(`first\r\n\tsecond\u0007 ${"x".repeat(5000)}`);
      expect(error.message).to.contain("status 500, first second x");
      expect(error.message.length).to.be.below(2002);
      expect(error.message).not.to.match(/[\r\n\t]|\p{Cc}/u);
    });

    it("masks the secret in every encoding an answer may echo", async () => {
      const encodings = [
        SECRET,
        encodeURIComponent(SECRET),
        encodeURIComponent(SECRET).toLowerCase(),
        new URLSearchParams({ s: SECRET }).toString(),
        Buffer.from(SECRET).toString("base64"),
        Buffer.from(`u:${SECRET}`).toString("base64"),
        Buffer.from(`us:${SECRET}:x`).toString("base64url"),
      ];
      const telling = /hunter|with|signs|more|aHVudGVy|odW50ZX|h1bnRlc|c2lnbn|NpZ25z|zaWdu/;
      for (const encoded of encodings) {
        expect(encoded).to.match(telling);
        const error = await echoing(`said ${encoded} end`);
        expect(error.message).to.contain("***").and.not.to.match(telling);
      }
    });

    it("leaves user info, query and fragment of the address out", async () => {
      server.plays(answers(500));
      const error = await failure({ attempts: 1, url: `${server.url}/v1?token=abc#def` });
      expect(error.message).to.contain(`${server.url}/v1 failed`);
      expect(error.message).not.to.match(/abc|def/);
    });

    it("has no stack, so that the plugin host prints one line", async () => {
      const error = await echoing("x");
      expect([error.stack, String(error)]).to.deep.equal(["", error.message]);
    });
  });
});

const failing = (code: string) => describeFailure(Object.assign(new Error("failed"), { code }));

describe("describing a failure of the connection", () => {
  const neverSent: [string, string][] = [
    ["ECONNREFUSED", "the connection was refused"],
    ["ENOTFOUND", "the host name could not be resolved"],
    ["EAI_AGAIN", "the host name could not be resolved"],
    ["EHOSTUNREACH", "the host cannot be reached"],
    ["ENETUNREACH", "the network cannot be reached"],
  ];
  for (const [code, words] of neverSent) {
    it(`says of ${code} that nothing was sent, so that even a POST may be repeated`, () => {
      const failure = failing(code);
      expect(failure).to.deep.include({
        text: `${words} (${code})`,
        maybeDone: false,
        final: false,
      });
      expect(failure.remedy).to.match(/check the network.*the URL is right/);
    });
  }

  it("does not know of a broken connection whether the request had its effect", () => {
    expect(failing("ECONNRESET")).to.deep.include({
      text: "the connection broke off before a response came (ECONNRESET)",
      maybeDone: true,
    });
  });

  it("does not try again where a certificate is not trusted", () => {
    expect(failing("SELF_SIGNED_CERT_IN_CHAIN")).to.include({ maybeDone: false, final: true });
  });
});
