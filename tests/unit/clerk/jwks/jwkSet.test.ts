import { createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { expect } from "chai";
import { readJwkSet } from "../../../../infra/clerk/jwks/jwkSet";
import { digestOf, ec256Certificate, hexadecimalDigest, jwkOf, shortKey } from "../keyMaterial";

const rsa = jwkOf("rsa");
const other = jwkOf("rsa");
const certified = new X509Certificate(ec256Certificate);
const certificateText = certified.raw.toString("base64");
const ec = certified.publicKey.export({ format: "jwk" });

const setOf = (...keys: unknown[]) => JSON.stringify({ keys });
const problemsOf = (body: string) => readJwkSet(body).problems ?? [];

describe("readJwkSet", () => {
  it("reads a key of Clerk's kind", () => {
    const { value } = readJwkSet(setOf({ ...rsa, kid: "ins_1", use: "sig", alg: "RS256" }));
    const [key] = value?.keys ?? [];
    expect(key).to.include({ kid: "ins_1", use: "sig", algorithm: "RS256", bits: 2048 });
    expect(key?.pem).to.match(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+-----END PUBLIC KEY-----\n$/);
    expect(key?.pem).not.to.contain("\r");
    expect(createPublicKey(key?.pem ?? "").export({ format: "jwk" })).to.deep.equal(rsa);
  });

  const algorithms: [string, object, string][] = [
    ["RSA without alg", rsa, "RS256"],
    ["RSA with alg RS512", { ...rsa, alg: "RS512" }, "RS512"],
    ["RSA whose alg belongs to another family", { ...rsa, alg: "ES256" }, "RS256"],
    ["RSA whose alg is a shared one", { ...rsa, alg: "HS256" }, "RS256"],
    ["P-256", jwkOf("P-256"), "ES256"],
    ["P-384 with the alg of another curve", { ...jwkOf("P-384"), alg: "ES256" }, "ES384"],
    ["P-521", jwkOf("P-521"), "ES512"],
    ["Ed25519 with alg EdDSA", { ...jwkOf("ed25519"), alg: "EdDSA" }, "Ed25519"],
  ];
  for (const [name, jwk, algorithm] of algorithms) {
    it(`names the algorithm of ${name}: ${algorithm}`, () => {
      expect(readJwkSet(setOf(jwk)).value?.keys[0]?.algorithm).to.equal(algorithm);
    });
  }

  it("leaves out what is not there, and keeps the order", () => {
    const { value } = readJwkSet(setOf(jwkOf("P-256"), { ...rsa, kid: "b", use: "enc" }));
    expect(value?.keys.map(({ kid, use, bits }) => ({ kid, use, bits }))).to.deep.equal([
      { kid: undefined, use: undefined, bits: undefined },
      { kid: "b", use: "enc", bits: 2048 },
    ]);
    expect(value?.keys[0]).to.have.all.keys("algorithm", "pem");
  });

  it("reads an empty set as one without keys", () => {
    expect(readJwkSet(setOf()).value).to.deep.equal({ keys: [], ignored: [] });
  });

  it("passes over curves that no algorithm of the engine uses", () => {
    const { value } = readJwkSet(setOf(rsa, { ...jwkOf("ed448"), kid: "e" }, jwkOf("secp256k1")));
    expect(value?.keys).to.have.lengthOf(1);
    expect(value?.ignored).to.deep.equal([
      { kid: "e", reason: "is on the curve Ed448, which no signing algorithm of the engine uses" },
      { reason: "is on the curve secp256k1, which no signing algorithm of the engine uses" },
    ]);
  });

  it("leaves out keys of another use unread, as the engine does, and says so", () => {
    const saml = { ...other, kid: "s", use: "saml_response_sig" };
    const strange = { kty: "?", use: "", d: "private" };
    const { value } = readJwkSet(setOf(saml, rsa, strange));
    expect(value?.keys).to.have.lengthOf(1);
    expect(value?.ignored).to.deep.equal([
      { kid: "s", reason: 'is for use "saml_response_sig", so the engine ignores it' },
      { reason: 'is for use "", so the engine ignores it' },
    ]);
  });

  const plainBase64 = (value?: string) => Buffer.from(value ?? "", "base64url").toString("base64");
  const repaired: [string, object][] = [
    ["plain base64 with padding", { n: plainBase64(rsa.n), e: plainBase64(rsa.e) }],
    ["padding alone", { n: `${rsa.n}==`, e: `${rsa.e}=` }],
    ["leading zero bytes", { n: `AAAA${rsa.n}`, e: "AAEAAQ" }],
  ];
  for (const [name, numbers] of repaired) {
    it(`repairs ${name} of n and e, and gives the same PEM as without`, () => {
      const [canonical] = readJwkSet(setOf(rsa)).value?.keys ?? [];
      const found = readJwkSet(setOf({ ...rsa, ...numbers })).value?.keys;
      expect(found).to.deep.equal([canonical]);
    });
  }

  it("takes a null as an absent member, and a certificate that fits", () => {
    const jwk = { ...ec, use: null, kid: null, x5c: [certificateText] };
    expect(readJwkSet(setOf(jwk, { ...rsa, x5c: null })).value?.keys).to.have.lengthOf(2);
  });

  it("takes whatever the engine's library knows", () => {
    const full = {
      ...{ use: "enc", alg: "RSA-OAEP-256", key_ops: ["verify", "wrapKey"] },
      ...{ x5u: "https://x.test/certs", x5t: digestOf(20), "x5t#S256": digestOf(32) },
    };
    const absent = { alg: null, key_ops: null, x5u: null, x5t: null, "x5t#S256": null };
    const whole = {
      ...shortKey,
      x: "AOW2lHXgd0dliGhkGiZdzoIpCCNVqEiczy7THA0cs-M",
      key_ops: [],
      d: null,
    };
    const set = setOf({ ...rsa, ...full }, { ...rsa, ...absent }, ec, whole);
    expect(readJwkSet(set).value?.keys).to.have.lengthOf(4);
  });

  const spoiling: [name: string, key: object, member: string, value: unknown, words: RegExp][] = [
    ["use 1", rsa, "use", 1, /^is not a string, so the engine refuses/],
    ["an n of zeros", rsa, "n", "AAAA", /^is not a number in base64/],
    ["a line end in e", rsa, "e", "AQAB\n", /^is not a number in base64/],
    ["padding of EC", ec, "x", `${ec.x}=`, /base64url text without padding/],
    ["a kid that is a number", rsa, "kid", 7, /must be one, so write/],
    ["no n", rsa, "n", undefined, /^is missing; a key of kty RSA/],
    ["no e", rsa, "e", undefined, /^is missing/],
    ["no y", ec, "y", undefined, /^is missing; a key of kty EC/],
    ["an unknown curve", ec, "crv", "P-257", /known: P-256, P-384/],
    ["the curve of another kty", ec, "crv", "Ed25519", /^is "Ed25519"; known/],
    ["no kty", rsa, "kty", undefined, /^is missing or not a string; allowed: RSA/],
    ["an unknown kty", rsa, "kty", "XYZ", /^is "XYZ"; allowed: RSA, EC, OKP/],
    ["x5c of another key", rsa, "x5c", [certificateText], /another key/],
    ["x5c that is a text", ec, "x5c", certificateText, /not a list of cert/],
    ["x5c without entries", ec, "x5c", [], /not a list of certificates/],
    ["x5c with rubbish", ec, "x5c", ["AAAA"], /no certificate .* \[0\]/],
    ["rubbish later", ec, "x5c", [certificateText, 1], /at \[1\]/],
    ["alg of RFC 9864", rsa, "alg", "Ed25519", /^is "Ed25519", which the engine.* may/],
    ["alg RSA-OAEP-512", rsa, "alg", "RSA-OAEP-512", /^is "RSA-OAEP-512", which/],
    ["alg in lower case", rsa, "alg", "rs256", /^is "rs256", which/],
    ["an alg that is a number", rsa, "alg", 256, /^is not a string, which/],
    ["key_ops that is a text", rsa, "key_ops", "verify", /^is not a list of/],
    ["unknown key_ops", rsa, "key_ops", ["verify", "x"], /^is not a list of/],
    ["a null in key_ops", rsa, "key_ops", [null], /^is not a list of/],
    ["a relative x5u", rsa, "x5u", "/certs", /^is not an absolute URI/],
    ["an x5u with a blank", rsa, "x5u", "https://x.test/a b", /^is not an absolute/],
    ["an x5u that is a list", rsa, "x5u", [], /^is not an absolute URI/],
    ["an x5t in hexadecimal", rsa, "x5t", hexadecimalDigest, /^is not .* 20 bytes/],
    ["an x5t with padding", rsa, "x5t", `${digestOf(20)}=`, /^is not .* 20 bytes/],
    ["an x5t that is a number", rsa, "x5t", 20, /^is not .* 20 bytes/],
    ["a SHA-1 as x5t#S256", rsa, "x5t#S256", digestOf(20), /32 bytes/],
    ["a long coordinate", ec, "y", digestOf(33), /^is not 32 bytes long/],
    ["bits left over", rsa, "e", "Ax", /^is not a number in base64/],
    ["a null as d of RSA", rsa, "d", null, /^is null; leave it out/],
  ];
  const refused: [name: string, jwk: unknown, path: string, words: RegExp][] = [
    ...spoiling.map(([name, key, member, value, words]): [string, unknown, string, RegExp] => [
      name,
      { ...key, [member]: value },
      `keys[0].${member}`,
      words,
    ]),
    ["a point off the curve", { ...ec, y: ec.x }, "keys[0]", /do not form a public key/],
    ["a kty of every object", { kty: "toString" }, "keys[0].kty", /^is "toString"; allowed/],
    ["a text as key", "x", "keys[0]", /^is not a JSON object/],
    ["a null as key", null, "keys[0]", /^is not a JSON object/],
    ["a coordinate without its leading zero", shortKey, "keys[0].x", /^is not 32 bytes long/],
    ["a shared key", { kty: "oct", k: "A".repeat(43) }, "keys[0]", /shared key \(not shown\)/],
  ];
  for (const [name, jwk, path, words] of refused) {
    it(`refuses ${name}, which spoils the set`, () => {
      const problems = problemsOf(setOf(jwk, other));
      expect(problems.map((problem) => problem.path)).to.deep.equal([path]);
      expect(problems[0]?.reason).to.match(words);
      expect(problems[0]?.reason).not.to.match(/[\r\n]/);
    });
  }

  it("never shows a shared or a private key", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const whole = privateKey.export({ format: "jwk" });
    const secret = "c2VjcmV0LXRoYXQtbXVzdC1ub3QtYXBwZWFy";
    const problems = problemsOf(setOf(whole, { kty: "oct", k: secret }));
    expect(problems.map(({ path }) => path)).to.deep.equal(["keys[0]", "keys[1]"]);
    const text = JSON.stringify(problems);
    expect(text).to.contain("private part").and.not.to.contain(secret);
    expect(text).not.to.contain(String(whole.d).slice(0, 12));
  });

  it("reports the problems of all keys at once", () => {
    const problems = problemsOf(setOf({ ...rsa, use: 1, kid: 1 }, rsa, { kty: "?" }));
    expect(problems.map(({ path }) => path)).to.deep.equal([
      "keys[0].use",
      "keys[0].kid",
      "keys[2].kty",
    ]);
  });

  const bodies: [string, string, string, RegExp][] = [
    ["nothing", " ", "body", /^is empty/],
    ["a web page", "<!doctype html>", "body", /^is a web page/],
    ["a cut body", '{"keys":[', "body", /^is not JSON/],
    ["a list", "[]", "keys", /^is missing or not a list/],
    ["no keys", "{}", "keys", /^is missing or not a list/],
    ["keys that are an object", '{"keys":{}}', "keys", /^is missing or not a list/],
    ["a discovery document", '{"jwks_uri":"https://x"}', "keys", /^is missing, because .*jwks_uri/],
  ];
  for (const [name, body, path, words] of bodies) {
    it(`refuses ${name} in place of a set`, () => {
      const problems = problemsOf(body);
      expect(problems).to.have.lengthOf(1);
      expect(problems[0]?.path).to.equal(path);
      expect(problems[0]?.reason).to.match(words);
    });
  }
});
