import { ecPair, rsaPair } from "../../clerk/keyMaterial";
import { KEY, type TokenCase } from "./tokenCase";

export const SIGNATURE_CASES: readonly TokenCase[] = [
  { what: "a good token", line: "token.verdict", outcome: "ok", finding: /nothing in it/ },
  {
    what: "another shared key",
    line: "token.signature",
    outcome: "failed",
    finding: /does not fit the stack's HS256 key.*JWSInvalidSignature/,
    signer: { algorithm: "HS256", key: "x".repeat(64) },
  },
  {
    what: "HS512 with the stack's key",
    line: "token.signature",
    outcome: "ok",
    finding: /is right/,
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
    what: "alg PS256",
    line: "token.alg",
    outcome: "failed",
    finding: /"PS256", which the engine cannot verify/,
    pasted: `${Buffer.from('{"alg":"PS256"}').toString("base64url")}.e30.x`,
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
    pasted: `${Buffer.from('{"alg":"RS256"}').toString("base64url")}.e30.AAAA`,
  },
  {
    what: "HS256 where a public key is wanted",
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
