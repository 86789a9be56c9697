import { ecPair, ed25519Pair, rsaPair } from "../../clerk/keyMaterial";
import { KEY, type TokenCase } from "./tokenCase";

const [RSA, EC, ED25519] = [rsaPair(), ecPair("prime256v1"), ed25519Pair()];

/** A token of which nothing but the algorithm is right. */
function withAlgorithm(alg: string): string {
  return `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.e30.AAAA`;
}

export const SIGNATURE_CASES: readonly TokenCase[] = [
  { what: "a good token", line: "token.verdict", outcome: "ok", finding: /nothing in it/ },
  {
    what: "another shared key",
    line: "token.signature",
    outcome: "failed",
    finding: /does not match the stack's HS256 key.*JWSInvalidSignature/,
    signer: { algorithm: "HS256", key: "x".repeat(64) },
  },
  {
    what: "HS512 with the stack's key",
    line: "token.signature",
    outcome: "ok",
    finding: /is valid/,
    signer: { algorithm: "HS512", key: KEY },
  },
  {
    what: "alg none",
    line: "token.alg",
    outcome: "failed",
    finding: /JWSNoSignatures/,
    pasted: `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`,
  },
  {
    what: "alg PS256 where a key is shared",
    line: "token.alg",
    outcome: "failed",
    finding: /is PS256, but this stack verifies with a shared key/,
    pasted: withAlgorithm("PS256"),
  },
  {
    what: "alg ES256K",
    line: "token.alg",
    outcome: "failed",
    finding: /"ES256K", which the engine cannot verify.*JWSInvalidSignature/,
    pasted: withAlgorithm("ES256K"),
  },
  ...["Ed25519", "XY256", "NONE"].map(
    (algorithm): TokenCase => ({
      what: `alg ${algorithm}`,
      line: "token.alg",
      outcome: "failed",
      finding: /which the engine cannot verify.*JSONDecodeError/,
      pasted: withAlgorithm(algorithm),
    }),
  ),
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map(
    (algorithm): TokenCase => ({
      what: `${algorithm} by the stack's RSA key`,
      line: "token.signature",
      outcome: "ok",
      finding: /is valid/,
      secret: { type: "RS256", key: RSA.publicKey },
      signer: { algorithm, key: RSA.privateKey },
    }),
  ),
  {
    what: "PS256 by another RSA key",
    line: "token.signature",
    outcome: "failed",
    finding: /does not match the stack's RS256 key.*JWSInvalidSignature/,
    secret: { type: "RS256", key: rsaPair().publicKey },
    signer: { algorithm: "PS256", key: RSA.privateKey },
  },
  {
    what: "PS256 where the stack has a key of P-256",
    line: "token.signature",
    outcome: "failed",
    finding: /does not match the stack's ES256 key.*JWSInvalidSignature/,
    secret: { type: "ES256", key: EC.publicKey },
    signer: { algorithm: "PS256", key: RSA.privateKey },
  },
  {
    what: "ES256 by the stack's key of P-256",
    line: "token.signature",
    outcome: "ok",
    finding: /is valid/,
    secret: { type: "ES256", key: EC.publicKey },
    signer: { algorithm: "ES256", key: EC.privateKey },
  },
  {
    what: "EdDSA by the stack's key",
    line: "token.signature",
    outcome: "ok",
    finding: /is valid/,
    secret: { type: "Ed25519", key: ED25519.publicKey },
    signer: { algorithm: "EdDSA", key: ED25519.privateKey },
  },
  {
    what: "no alg",
    line: "token.alg",
    outcome: "failed",
    finding: /missing from the header/,
    pasted: "e30.e30.x",
  },
  {
    what: "RS256 where a key is shared",
    line: "token.alg",
    outcome: "failed",
    finding: /verifies with a shared key/,
    pasted: withAlgorithm("RS256"),
  },
  {
    what: "HS256 where a public key is required",
    line: "token.alg",
    outcome: "failed",
    finding: /public key \(RS256\)/,
    secret: { type: "RS256", key: rsaPair().publicKey },
  },
  {
    what: "HS256 made with the public key",
    line: "token.alg",
    outcome: "failed",
    finding: /JWSInvalidSignature/,
    secret: { type: "ES256", key: ecPair("prime256v1").publicKey },
  },
];
