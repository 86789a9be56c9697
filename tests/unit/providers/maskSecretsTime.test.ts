import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect } from "chai";
import { maskSecrets } from "../../../infra/secrecy/maskSecrets";

const LONG = "Zx81".repeat(50);
const TAIL = "; see the documentation. ".repeat(200);

const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ELLIPTIC = generateKeyPairSync("ec", { namedCurve: "P-256" });

function pem({ privateKey }: { privateKey: KeyObject }): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Every beginning of a secret, as an answer shows it that cuts it or lacks its last line break. */
function properPrefixes(secret: string): string[] {
  return Array.from({ length: secret.length - 1 }, (_, index) => secret.slice(0, index + 1));
}

/** Where one of them took a time that doubles with each character, mocha's limit would end the test. */
describe("maskSecrets where a long match fails late", () => {
  it("ends for a private key without its last line break", () => {
    const key = pem(RSA);
    const masked = maskSecrets(`key ${key.trimEnd()}${TAIL}`, [key]);
    expect(masked).to.equal(
      `key -----BEGIN PRIVATE KEY-----\n${"***\n".repeat(key.split("\n").length - 3)}-----END PRIVATE KEY-----${TAIL}`,
    );
  });

  it("ends for every beginning of a private key", () => {
    const key = pem(ELLIPTIC);
    for (const part of properPrefixes(key)) {
      expect(maskSecrets(part + TAIL, [key])).to.contain(TAIL);
    }
  });

  it("ends for every beginning of a long secret, and leaves it", () => {
    for (const part of properPrefixes(LONG)) {
      expect(maskSecrets(part + TAIL, [LONG])).to.equal(part + TAIL);
    }
  });

  /** A character whose encoding begins with itself or with another character of the secret. */
  const rows: readonly [what: string, secret: string, text: string][] = [
    ["control characters", "\u001f".repeat(60), "\\u001f".repeat(59)],
    ["backslashes", `${"\\".repeat(60)}x`, "\\".repeat(90)],
    ["backslashes before quotes", `${'\\"'.repeat(60)}x`, '\\\\"'.repeat(60)],
    ["backslashes before slashes", `${"\\/".repeat(60)}x`, "\\\\/".repeat(60)],
    ["percent signs", `${"%25".repeat(60)}x`, `%${"25".repeat(200)}`.repeat(60)],
  ];
  for (const [what, secret, text] of rows) {
    it(`ends for ${what}, and leaves the beginning of the secret`, () => {
      expect(maskSecrets(text + TAIL, [secret])).to.equal(text + TAIL);
      expect(maskSecrets(`<${secret}>`, [secret])).to.equal("<***>");
      expect(maskSecrets(`<${JSON.stringify(secret).slice(1, -1)}>`, [secret])).to.equal("<***>");
    });
  }
});
