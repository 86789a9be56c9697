import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { parseJwkSet } from "./jwkSet";

/** An x whose leading zero byte was left out; Node takes it all the same. */
const SHORT = "5baUdeB3R2WIaGQaJl3OgikII1WoSJzPLtMcDRyz4w";

describe("Hasura double: key sets", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const good = { ...rsa.export({ format: "jwk" }), kid: "a", use: "sig", alg: "RS256" };
  const bytes = (count: number) => Buffer.alloc(count, 7).toString("base64url");
  const set = (...keys: unknown[]) => parseJwkSet(JSON.stringify({ keys }));

  it("takes RSA, EC, OKP and oct keys, and an empty set", () => {
    const ec = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({
      format: "jwk",
    });
    const ed = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
    expect(set(good, ec, ed, { kty: "oct", k: "AAAA" })).to.have.lengthOf(4);
    expect(set()).to.deep.equal([]);
  });

  it("takes every member that its library knows, and nulls as absent", () => {
    const known = {
      ...{ use: "enc", alg: "RSA-OAEP-256", key_ops: ["verify", "wrapKey"] },
      ...{ x5u: "https://x.test/certs", x5t: bytes(20), "x5t#S256": bytes(32) },
    };
    const absent = { use: null, kid: null, alg: null, key_ops: null, x5u: null, x5t: null };
    expect(set({ ...good, ...known }, { ...good, ...absent, x5c: null })).to.have.lengthOf(2);
  });

  it("repairs n and e, and leaves out keys of another use, whatever else they are", () => {
    const n = Buffer.from(String(good.n), "base64url");
    const plain = Buffer.concat([Buffer.alloc(2), n]).toString("base64");
    const odd = [{ use: "tls" }, { use: "", kty: "?" }, { use: "saml", kid: 5 }];
    const [key, ...others] = set(...odd, { ...good, n: plain, e: "AAEAAQ==" }) ?? [];
    expect(others).to.deep.equal([]);
    expect(key && "public" in key && key.public.equals(rsa)).to.equal(true);
  });

  const spoilers: [string, unknown][] = [
    ["a use that is no text", { ...good, use: 5 }],
    ["an e of zeros", { ...good, e: "AAAA" }],
    ["an n with a line end", { ...good, n: `${String(good.n)}\n` }],
    ["an x5c that is no certificate", { ...good, x5c: ["AAAA"] }],
    ["an unknown kty", { kty: "XYZ" }],
    ["no n", { ...good, n: undefined }],
    ["an unknown alg", { ...good, alg: "Ed25519" }],
    ["an alg that is no text", { ...good, alg: 256 }],
    ["key_ops that is no list", { ...good, key_ops: "verify" }],
    ["unknown key_ops", { ...good, key_ops: ["verify", "x"] }],
    ["an x5u that is no URI", { ...good, x5u: "/certs" }],
    ["an x5t in hexadecimal", { ...good, x5t: bytes(40) }],
    ["an x5t that is no text", { ...good, x5t: 20 }],
    ["an x5t#S256 of SHA-1's length", { ...good, "x5t#S256": bytes(20) }],
    [
      "a coordinate cut short",
      { kty: "EC", crv: "P-256", x: SHORT, y: "KDKcswhEgDKjN_eCC6DpKI0U6AeIs29f5Ugx2B_eEO8" },
    ],
    ["a null as d of RSA", { ...good, d: null }],
  ];
  for (const [name, key] of spoilers) {
    it(`is spoilt by one key with ${name}`, () => expect(set(good, key)).to.equal(undefined));
  }
});
