import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { escapeHtml, escapeMarkdown } from "../../../report/write/escape";
import { canariesIn, canaryValue, leaksIn } from "../../e2e/support/canaries";
import { environmentsBelow, SHOWS_ENVIRONMENTS, startProcess } from "../../e2e/support/runProcess";
import { Encoding } from "../../support/encodings";
import { readable } from "../../support/secrecy/recordSecrets";
import { secretMarks } from "../../support/secrecy/secretMarks";

describe("secretMarks", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "clerk-hasura-marks-"));
    mkdirSync(join(root, "infra", "deep"), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const without = (code: string) => {
    writeFileSync(join(root, "infra", "deep", "file.ts"), code);
    return secretMarks(root).map(({ mutated }) => mutated);
  };

  const ROWS: [string, string, string][] = [
    ["a secret", "a = pulumi.secret(b);", "a = pulumi.output(b);"],
    ["a secret of an imported function", "a = secret(b);", "a = (b);"],
    ["a setting", 'a = config.requireSecret("b");', 'a = config.require("b");'],
    ["a setting's object", 'a = config.getSecretObject("b");', 'a = config.getObject("b");'],
    ["a marker of our own", "markSecrets(all);", "(all);"],
    [
      "outputs that are listed",
      'a = { additionalSecretOutputs: ["b"] };',
      "a = { additionalSecretOutputs: [] };",
    ],
  ];
  for (const [what, code, expected] of ROWS) {
    it(`finds ${what} and takes only the mark away`, () => {
      expect(without(code)).to.deep.equal([expected]);
    });
  }

  it("finds each of several, one at a time", () => {
    expect(without("a = pulumi.secret(pulumi.secret(b));")).to.deep.equal([
      "a = pulumi.output(pulumi.secret(b));",
      "a = pulumi.secret(pulumi.output(b));",
    ]);
  });

  it("takes nothing else for a mark", () => {
    const code =
      "// pulumi.secret(a)\nconst b = pulumi.unsecret(a); readStackSecret(b); mayBeSecret(a);\nfunction secret() {}";
    expect(without(code)).to.deep.equal([]);
  });
});

describe("readable", () => {
  const MARK = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value: { deep: ["hidden"] },
  };
  it("tells what is marked from what anyone may read", () => {
    const { open, marked } = readable({ name: "shown", list: [{ secret: MARK }] });
    expect(open).to.contain("shown").and.not.contain("hidden");
    expect(marked).to.contain("hidden").and.not.contain("shown");
  });

  it("takes no other special value for a secret", () => {
    const asset = {
      ...MARK,
      "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
    };
    expect(readable(asset).open).to.contain("hidden");
  });
});

describe("environmentsBelow", () => {
  it("reads what a process hands to those that it starts, however deep", async function () {
    if (!SHOWS_ENVIRONMENTS) this.skip();
    const inner = "HANDED=deep sh -c 'sleep 1; true'; true";
    const running = startProcess("/bin/sh", ["-c", `HANDED=on sh -c "${inner}"; true`]);
    const seen = await environmentsBelow(running);
    expect(seen).to.contain("HANDED=on").and.contain("HANDED=deep");
    expect((await running.finished).code).to.equal(0);
  });
});

const length = { minLength: 12, maxLength: 60 };
// Out of all characters hardly one is of ASCII, whose punctuation is what encodings treat in their own ways.
const secret = fc.oneof(
  fc.string({ unit: "binary", ...length }),
  fc.string({ unit: "grapheme-ascii", ...length }),
);
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
  [Encoding.Percent, "as a whole address", (text) => encodeURI(text)],
  [Encoding.Percent, "in an address's path, by Go", goPath],
  [Encoding.Hex, "as hex", (text) => Buffer.from(text).toString("hex")],
  [Encoding.Hex, "as large hex", (text) => Buffer.from(text).toString("hex").toUpperCase()],
];

/** Go's url.PathEscape, which leaves alone what JavaScript escapes, and the other way round. */
function goPath(text: string): string {
  const bytes = [...Buffer.from(text)];
  const percent = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  const kept = (byte: number) => /[A-Za-z0-9$&+:=@._~-]/.test(String.fromCharCode(byte));
  return bytes.map((byte) => (kept(byte) ? String.fromCharCode(byte) : percent(byte))).join("");
}

/** Writers that change, shorten or drop more than each character for itself; of a canary they leave its long run. */
const ROUGH_WRITERS: [string, (text: string) => string][] = [
  ["as Markdown", (text) => escapeMarkdown(text, 500)],
  ["as HTML", (text) => escapeHtml(text, 500)],
  ["by Go's query", (text) => encodeURIComponent(text).replaceAll("%20", "+")],
  ["cut short", (text) => `${text.slice(0, text.indexOf("+/%$x") + 2)}…`],
];

describe("a canary in the middle of a text", () => {
  for (const [how, write] of ROUGH_WRITERS) {
    it(`is found plain ${how}`, () => {
      fc.assert(
        fc.property(fc.string({ maxLength: 20 }), beside, (before, after) => {
          const value = `${canaryValue("It")}"`;
          const found = leaksIn(write(`${before} ${value}${after}`), [{ what: "it", value }]);
          expect(found).to.include("it plain");
        }),
      );
    });
  }

  const inner = { what: "the key", value: canaryValue("Key") };
  const outer = { what: "the JWT secret", value: JSON.stringify({ key: inner.value }) };

  it("is not taken for a longer one that holds it", () => {
    expect(canariesIn(`x ${inner.value} x`, [outer, inner])).to.deep.equal([inner]);
    expect(canariesIn(`x ${outer.value} x`, [outer, inner])).to.deep.equal([outer, inner]);
    const twice = [inner, { ...inner, what: "its other name" }];
    expect(canariesIn(escapeMarkdown(inner.value), twice)).to.deep.equal(twice);
  });
});

const pem = ({ privateKey, publicKey }: KeyPairKeyObjectResult) => ({
  privateKey: `${privateKey.export({ type: "pkcs8", format: "pem" })}`,
  publicKey: `${publicKey.export({ type: "spki", format: "pem" })}`,
});
const KEYS: [string, () => { privateKey: string; publicKey: string }][] = [
  ["ES256", () => pem(generateKeyPairSync("ec", { namedCurve: "P-256" }))],
  ["ES512", () => pem(generateKeyPairSync("ec", { namedCurve: "P-521" }))],
  ["RS256", () => pem(generateKeyPairSync("rsa", { modulusLength: 2048 }))],
  ["Ed25519", () => pem(generateKeyPairSync("ed25519"))],
];

describe("a private key in the middle of a text", () => {
  for (const [algorithm, make] of KEYS) {
    const { privateKey: value, publicKey } = make();
    const lines = value.trim().split("\n");
    const found = (text: string) => leaksIn(text, [{ what: "it", value }]);

    it(`is found plain where it is indented, or one line of it is left: ${algorithm}`, () => {
      expect(found(lines.map((line) => `    ${line}`).join("\n"))).to.include("it plain");
      expect(found(lines.slice(0, 2).join(" "))).to.include("it plain");
      expect(found(escapeHtml(value, 5000))).to.include("it plain");
    });

    it(`is not found in another key, nor in its own public half: ${algorithm}`, () => {
      for (let other = 0; other < 20; other += 1) {
        expect(found(make().privateKey)).to.deep.equal([]);
        expect(found(JSON.stringify(make().privateKey))).to.deep.equal([]);
        if (algorithm === "RS256") break;
      }
      expect(found(publicKey)).to.deep.equal([]);
      const shown = { what: "public", value: JSON.stringify({ key: publicKey }) };
      expect(leaksIn(make().publicKey, [shown])).to.deep.equal([]);
    });
  }
});

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
