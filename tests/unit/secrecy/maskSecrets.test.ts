import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { maskSecrets } from "../../../infra/secrecy/maskSecrets";
import { maskPlaces, secretPlaces } from "../../../infra/secrecy/secretPlaces";

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
    expect(maskSecrets("line\\nsk_test_abc, whsec_a", [])).to.equal("line\\n***, ***");
    expect(maskSecrets("token eyJhbGci.eyJzdWIi.c2ln.", [])).to.equal("token ***.");
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

const VALUE = "tuna7fish";

const ROWS: [form: string, text: string, name: string | undefined][] = [
  ["user info", `dial postgres://app:${VALUE}@db/app`, undefined],
  ["address", `dial app:${VALUE}@tcp(db)/app`, undefined],
  ["query", `GET https://a.example/?token=${VALUE}`, "token"],
  ["PEM", `-----BEGIN PRIVATE KEY-----\n${VALUE}`, undefined],
  ["marked", `got whsec_${VALUE}`, undefined],
  ["header", `Authorization: Bearer ${VALUE}`, "Authorization"],
  ["header", `a bearer ${VALUE}`, undefined],
  ["pair", `x-hasura-admin-secret: ${VALUE}`, "x-hasura-admin-secret"],
  ["pair", `DB_PASS=${VALUE} psql`, "DB_PASS"],
  ["SQL", `ALTER ROLE app PASSWORD '${VALUE}'`, "PASSWORD"],
  ["SQL", `ALTER ROLE app PASSWORD E'${VALUE}'`, "PASSWORD"],
  ["JWT key", `{"key":"${VALUE}"}`, undefined],
  ["flag", `redis-server --requirepass ${VALUE}`, "requirepass"],
];

describe("secretPlaces", () => {
  for (const [form, text, name] of ROWS) {
    it(`finds ${form} in ${JSON.stringify(text)}, and the mask hides it`, () => {
      const found = secretPlaces(text).filter((it) => it.form === form);
      expect(found.map((it) => it.name)).to.deep.equal([name]);
      expect(found[0]?.value).to.include(VALUE);
      expect(maskPlaces(text, "***")).to.include("***").and.not.include(VALUE);
    });
  }

  it("tells what stands around each value", () => {
    const texts = fc.oneof(fc.string(), fc.constantFrom(...ROWS.map(([, text]) => text)));
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 4 }), (parts) => {
        const text = parts.join(" ");
        for (const { before, value, after } of secretPlaces(text)) {
          expect(before + value + after).to.equal(text);
        }
      }),
    );
  });
});
