import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { parseJwkSet } from "../../../../airgap/doubles/hasura/jwkSet";
import { readJwkSet } from "../../../../infra/clerk/jwks/jwkSet";
import { ec256Certificate } from "../certificate";
import { digestOf, hexadecimalDigest, jwkOf, shortKey } from "./jwks";

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
