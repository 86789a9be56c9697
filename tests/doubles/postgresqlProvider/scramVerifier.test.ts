import { expect } from "chai";
import fc from "fast-check";
import { scramVerifier } from "./scramVerifier";

describe("scramVerifier", () => {
  it("makes the verifier of RFC 7677's example", () => {
    // RFC 7677, section 3: user "user", password "pencil", this salt and 4096 rounds.
    const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
    expect(scramVerifier("pencil", salt)).to.equal(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });

  it("never contains the password and differs each time", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{8,20}$/), (password) => {
        const verifier = scramVerifier(password);
        expect(verifier).not.to.contain(password);
        expect(scramVerifier(password)).not.to.equal(verifier);
      }),
      { numRuns: 20 },
    );
  });

  it("passes on what is a verifier already and refuses other characters than ASCII", () => {
    const verifier = scramVerifier("pencil");
    expect(scramVerifier(verifier)).to.equal(verifier);
    const md5 = `md5${"0".repeat(32)}`;
    expect(scramVerifier(md5)).to.equal(md5);
    expect(() => scramVerifier("pässwort"))
      .to.throw("ASCII")
      .and.not.match(/pässwort/);
  });
});
