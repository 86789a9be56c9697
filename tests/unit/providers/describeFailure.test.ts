import { expect } from "chai";
import { describeFailure } from "../../../infra/http/remoteError";

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
