import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { parseJwkSet } from "./jwkSet";

describe("Hasura double: key sets", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const good = { ...rsa.export({ format: "jwk" }), kid: "a", use: "sig", alg: "RS256" };
  const set = (...keys: unknown[]) => parseJwkSet(JSON.stringify({ keys }));

  it("takes RSA, EC, OKP and oct keys, and an empty set", () => {
    const ec = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({
      format: "jwk",
    });
    const ed = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
    expect(set(good, ec, ed, { kty: "oct", k: "AAAA" })).to.have.lengthOf(4);
    expect(set()).to.deep.equal([]);
  });

  const spoilers: [string, unknown][] = [
    ["another use", { ...good, use: "tls" }],
    ["a leading null byte in n", { ...good, n: `AA${String(good.n)}` }],
    ["an x5c that is no certificate", { ...good, x5c: ["AAAA"] }],
    ["an unknown kty", { kty: "XYZ" }],
    ["no n", { ...good, n: undefined }],
  ];
  for (const [name, key] of spoilers) {
    it(`is spoilt by one key with ${name}`, () => expect(set(good, key)).to.equal(undefined));
  }
});
