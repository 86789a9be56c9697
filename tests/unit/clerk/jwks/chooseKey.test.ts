import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { chooseKey, readJwkSet } from "../../../../infra/clerk/jwks/jwkSet";
import { jwkOf } from "./jwks";

const [a, b] = [
  { ...jwkOf("rsa"), kid: "a", use: "sig" },
  { ...jwkOf("P-256"), kid: "b" },
];

function choose(keys: unknown[], keyId?: string) {
  const { value } = readJwkSet(JSON.stringify({ keys }));
  if (value === undefined) throw new Error("the set of the test cannot be read");
  return chooseKey(value, keyId);
}

describe("chooseKey", () => {
  const chosen: [name: string, keys: unknown[], keyId: string | undefined, algorithm: string][] = [
    ["the only key", [a], undefined, "RS256"],
    ["the only key, which says no use", [b], undefined, "ES256"],
    [
      "the only signature key beside one for encryption",
      [{ ...a, use: "enc" }, b],
      undefined,
      "ES256",
    ],
    ["the named key", [a, b], "b", "ES256"],
    ["the named key, although it is the only one", [a], "a", "RS256"],
    ["a key beside one of an unused curve", [jwkOf("ed448"), a], undefined, "RS256"],
  ];
  for (const [name, keys, keyId, algorithm] of chosen) {
    it(`chooses ${name}`, () => {
      expect(choose(keys, keyId)).to.have.nested.property("key.algorithm", algorithm);
    });
  }

  const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
  const none = "holds no signature key for an algorithm of the engine; let the issuer publish one";
  const refused: [string, unknown[], string | undefined, string, boolean][] = [
    ["an empty set", [], undefined, none, true],
    ["keys for encryption only", [{ ...a, use: "enc" }], "a", none, true],
    ["keys of unused curves only", [jwkOf("ed448")], undefined, none, true],
    [
      "several keys without a choice",
      [a, b, jwkOf("ed25519")],
      undefined,
      'holds 3 signature keys ("a", "b", one without kid), and one can be pinned; set identity.pinnedKeyId to the kid of the key that signs',
      false,
    ],
    [
      "a kid that is not there",
      [a, b],
      "c",
      'holds no signature key "c"; its keys: "a", "b". Correct identity.pinnedKeyId',
      false,
    ],
    [
      "a kid that is there twice",
      [a, { ...b, kid: "a" }],
      "a",
      'holds 2 signature keys "a"; let the issuer give each key a kid of its own',
      false,
    ],
    [
      "an RSA key that is too short to be handed to the engine",
      [{ ...short.export({ format: "jwk" }), kid: "s" }],
      undefined,
      'holds a key ("s") that is an RSA key of 1024 bits; 2048 or more are required. Generate a longer one',
      false,
    ],
  ];
  for (const [name, keys, keyId, reason, isNone] of refused) {
    it(`refuses ${name}`, () => {
      expect(choose(keys, keyId)).to.deep.equal({ reason, none: isNone });
    });
  }

  it("keeps a kid of any length and kind on one line", () => {
    const found = choose([{ ...a, kid: `x\n${"y".repeat(300)}` }, b]);
    expect("reason" in found && found.reason).to.match(
      /^holds 2 signature keys \("x\\ny{98}…", "b"\)/,
    );
  });
});
