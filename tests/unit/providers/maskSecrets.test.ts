import { expect } from "chai";
import fc from "fast-check";
import { maskSecrets } from "../../../infra/secrecy/maskSecrets";

const PEM =
  "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n9w0BAQEFAASC/BKc+wgg\n-----END PRIVATE KEY-----\n";

describe("maskSecrets", () => {
  it("masks a key of several lines as a whole, as JSON, and each of its lines", () => {
    expect(maskSecrets(`a ${PEM} b`, [PEM])).to.equal("a *** b");
    expect(maskSecrets(JSON.stringify({ key: PEM }), [PEM])).to.equal('{"key":"***"}');
    expect(maskSecrets("line 2: MIIEvQIBADANBgkqhkiG", [PEM])).to.equal("line 2: ***");
    expect(maskSecrets("BEGIN PRIVATE KEY", [PEM])).to.equal("BEGIN PRIVATE KEY");
  });

  it("masks Clerk's keys that nobody named", () => {
    expect(maskSecrets("key sk_live_abc.", [])).to.equal("key ***.");
  });

  it("leaves other text, and texts too short to be secrets", () => {
    expect(maskSecrets("a plain text", ["", " ", "a", "pla"])).to.equal("a plain text");
  });

  it("masks the longer of two secrets whole", () => {
    expect(maskSecrets("secret-and-more", ["secret", "secret-and-more"])).to.equal("***");
  });

  it("leaves nothing over of an encoding that begins with the character itself", () => {
    expect(maskSecrets("<secret%25>", ["secret%"])).to.equal("<***>");
    expect(maskSecrets("<secret\\\\>", ["secret\\"])).to.equal("<***>");
  });

  it("masks any secret, however it is encoded, at any place", () => {
    const secret = fc.string({ unit: "grapheme", minLength: 6, maxLength: 40 });
    const encodings = [
      (text: string) => text,
      (text: string) => encodeURIComponent(text),
      (text: string) => JSON.stringify(text).slice(1, -1),
    ];
    fc.assert(
      fc.property(secret, fc.constantFrom(...encodings), (text, encode) => {
        fc.pre(text.trim().length >= 6);
        expect(maskSecrets(`<${encode(text)}>`, [text])).to.equal("<***>");
      }),
    );
  });

  it("masks any secret inside a longer base64 text", () => {
    const secret = fc.string({ minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
        fc.pre(text.trim().length >= 8);
        const masked = maskSecrets(Buffer.from(before + text + after).toString("base64"), [text]);
        expect(masked).to.contain("***");
      }),
    );
  });
});
