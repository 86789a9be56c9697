import { expect } from "chai";
import fc from "fast-check";
import { leaksIn } from "../../e2e/support/canaries";
import { Encoding } from "../../support/encodings";

const secret = fc.string({ unit: "binary", minLength: 12, maxLength: 60 });
const beside = fc.string({ unit: "binary", maxLength: 20 });

/** How a text that holds the secret is written by somebody who does not know that it does. */
const WRITERS: [Encoding, string, (text: string) => string][] = [
  [Encoding.Plain, "as it is", (text) => text],
  [Encoding.Plain, "in a shell's quotes", (text) => `'${text.replaceAll("'", `'\\''`)}'`],
  [Encoding.Json, "as JSON", (text) => JSON.stringify({ text })],
  [Encoding.Json, "as JSON within JSON", (text) => JSON.stringify({ at: JSON.stringify([text]) })],
  [
    Encoding.Json,
    "as Go writes JSON",
    (text) => {
      const escaped = (one: string) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`;
      return JSON.stringify(text).replace(/[<>&]/g, escaped);
    },
  ],
  [Encoding.Base64, "as base64", (text) => Buffer.from(text).toString("base64")],
  [Encoding.Base64Url, "as base64url", (text) => Buffer.from(text).toString("base64url")],
  [Encoding.Percent, "in an address", (text) => `?a=${encodeURIComponent(text)}`],
  [Encoding.Hex, "as hex", (text) => Buffer.from(text).toString("hex")],
  [Encoding.Hex, "as large hex", (text) => Buffer.from(text).toString("hex").toUpperCase()],
];

describe("a secret in the middle of a text", () => {
  for (const [encoding, how, write] of WRITERS) {
    it(`is found ${how}, wherever it begins`, () => {
      fc.assert(
        fc.property(beside, secret, beside, (before, value, after) => {
          const found = leaksIn(write(before + value + after), [{ what: "it", value }]);
          expect(found).to.include(`it ${encoding}`);
        }),
      );
    });
  }

  it("is not found where it is not", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(leaksIn(text, [{ what: "it", value: "canary+/%$x of nobody else" }])).to.deep.equal(
          [],
        );
      }),
    );
  });
});
