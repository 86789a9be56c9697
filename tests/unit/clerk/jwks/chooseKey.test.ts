import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { parseJwkSet } from "../../../../airgap/doubles/hasura/jwkSet";
import { chooseKey, readJwkSet } from "../../../../infra/clerk/jwks/jwkSet";
import { digestOf, ec256Certificate, hexadecimalDigest, jwkOf, shortKey } from "../keyMaterial";

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

const rsa = jwkOf("rsa");
const certified = new X509Certificate(ec256Certificate);
const certificateText = certified.raw.toString("base64");
const ec = certified.publicKey.export({ format: "jwk" });

const plainBase64 = Buffer.from(rsa.n ?? "", "base64url").toString("base64");

const setOf = (...keys: unknown[]) => JSON.stringify({ keys });

describe("readJwkSet beside the engine's double", () => {
  const material = [rsa, ec, jwkOf("P-384"), jwkOf("ed25519")];
  const damage = fc.record(
    {
      use: fc.constantFrom("sig", "enc", "tls", "", 5),
      kid: fc.constantFrom("a", "", 5),
      alg: fc.constantFrom(
        "RS256",
        "ES256",
        "EdDSA",
        "ES256K",
        "none",
        "dir",
        "Ed25519",
        "?",
        5,
        null,
      ),
      key_ops: fc.constantFrom(["verify"], [], ["?"], [1], "verify", null),
      x5u: fc.constantFrom("https://x.test/", "urn:x", "x", "https://x.test/%", 5),
      x5t: fc.constantFrom(digestOf(20), digestOf(32), hexadecimalDigest, "", 5),
      "x5t#S256": fc.constantFrom(digestOf(32), digestOf(20), `${digestOf(32)}=`, null),
      kty: fc.constantFrom("RSA", "EC", "OKP", "XYZ", ""),
      n: fc.constantFrom(rsa.n, `AAAA${rsa.n}`, "", 1, `${rsa.n}=`, plainBase64, "+/+/", "AAAA"),
      e: fc.constantFrom("AQAB", "AAEAAQ", "AQAB=", "AQ=AB", "Ax", null),
      x: fc.constantFrom(ec.x, shortKey.x, digestOf(33), "", 1),
      crv: fc.constantFrom("P-256", "Ed25519", "P-1"),
      x5c: fc.constantFrom([certificateText], ["AAAA"], [], "AAAA"),
    },
    { requiredKeys: [] },
  );
  /** At most two members of it, since a key with a damage to each is refused for any. */
  const change = fc.tuple(damage, fc.nat(), fc.nat()).map(([members, ...picks]) => {
    const all = Object.entries(members);
    return Object.fromEntries(
      all.length === 0 ? [] : picks.map((at) => all[at % all.length] ?? []),
    );
  });
  const key = fc
    .tuple(fc.constantFrom(...material, shortKey), fc.option(change, { nil: {}, freq: 3 }))
    .map(([jwk, changed]) => ({ ...jwk, ...changed }));

  it("takes and refuses the same sets, and reads the same keys", () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 3 }), (keys) => {
        const expected = parseJwkSet(setOf(...keys))?.map((one) =>
          "public" in one ? one.public.export({ type: "spki", format: "pem" }) : undefined,
        );
        const found = readJwkSet(setOf(...keys)).value?.keys.map(({ pem }) => pem);
        expect(found).to.deep.equal(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws, whatever the JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), (document, keys) => {
        for (const body of [JSON.stringify(document), setOf(...keys)]) {
          const { value, problems } = readJwkSet(body);
          expect(value === undefined).to.equal(problems !== undefined);
        }
      }),
    );
  });
});
