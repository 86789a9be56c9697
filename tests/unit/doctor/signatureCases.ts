import { ecPair, ed25519Pair, rsaPair } from "../clerk/keyMaterial";
import { cases, KEY, type TokenCase } from "./tokenCases";

const [RSA, EC, ED25519] = [rsaPair(), ecPair("prime256v1"), ed25519Pair()];

/** A token of which nothing but the algorithm is right. */
function withAlgorithm(alg: string): string {
  return `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.e30.AAAA`;
}

export const SIGNATURE_CASES: readonly TokenCase[] = [
  ...cases("token.verdict", "ok", [["a good token", /nothing in it/]]),
  ...cases("token.signature", "failed", [
    [
      "another shared key",
      /does not match the stack's HS256 key.*JWSInvalidSignature/,
      { signer: { algorithm: "HS256", key: "x".repeat(64) } },
    ],
    [
      "PS256 by another RSA key",
      /does not match the stack's RS256 key.*JWSInvalidSignature/,
      {
        secret: { type: "RS256", key: rsaPair().publicKey },
        signer: { algorithm: "PS256", key: RSA.privateKey },
      },
    ],
    [
      "PS256 where the stack has a key of P-256",
      /does not match the stack's ES256 key.*JWSInvalidSignature/,
      {
        secret: { type: "ES256", key: EC.publicKey },
        signer: { algorithm: "PS256", key: RSA.privateKey },
      },
    ],
  ]),
  ...cases("token.signature", "ok", [
    ["HS512 with the stack's key", /is valid/, { signer: { algorithm: "HS512", key: KEY } }],
    [
      "ES256 by the stack's key of P-256",
      /is valid/,
      {
        secret: { type: "ES256", key: EC.publicKey },
        signer: { algorithm: "ES256", key: EC.privateKey },
      },
    ],
    [
      "EdDSA by the stack's key",
      /is valid/,
      {
        secret: { type: "Ed25519", key: ED25519.publicKey },
        signer: { algorithm: "EdDSA", key: ED25519.privateKey },
      },
    ],
  ]),
  ...cases("token.alg", "failed", [
    [
      "alg none",
      /JWSNoSignatures/,
      { pasted: `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.` },
    ],
    [
      "alg PS256 where a key is shared",
      /is PS256, but this stack verifies with a shared key/,
      { pasted: withAlgorithm("PS256") },
    ],
    [
      "alg ES256K",
      /"ES256K", which the engine cannot verify.*JWSInvalidSignature/,
      { pasted: withAlgorithm("ES256K") },
    ],
    ["no alg", /missing from the header/, { pasted: "e30.e30.x" }],
    [
      "RS256 where a key is shared",
      /verifies with a shared key/,
      { pasted: withAlgorithm("RS256") },
    ],
    [
      "HS256 where a public key is required",
      /public key \(RS256\)/,
      { secret: { type: "RS256", key: rsaPair().publicKey } },
    ],
    [
      "HS256 made with the public key",
      /JWSInvalidSignature/,
      { secret: { type: "ES256", key: ecPair("prime256v1").publicKey } },
    ],
  ]),
  ...["Ed25519", "XY256", "NONE"].flatMap((alg) =>
    cases("token.alg", "failed", [
      [
        `alg ${alg}`,
        /which the engine cannot verify.*JSONDecodeError/,
        { pasted: withAlgorithm(alg) },
      ],
    ]),
  ),
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].flatMap((algorithm) =>
    cases("token.signature", "ok", [
      [
        `${algorithm} by the stack's RSA key`,
        /is valid/,
        {
          secret: { type: "RS256", key: RSA.publicKey },
          signer: { algorithm, key: RSA.privateKey },
        },
      ],
    ]),
  ),
];

export const TIME_CASES: readonly TokenCase[] = [
  ...cases("token.exp", "failed", [
    [
      "an expired token",
      /expired 1\d* s ago.*JWTExpired|expired 17 min ago.*JWTExpired/,
      { claims: (now) => ({ exp: now - 1000, iat: now - 1060 }) },
    ],
    ["an expiry as text", /JWTClaimsSetDecodeError/, { claims: { exp: "soon" } }],
  ]),
  ...cases("token.exp", "ok", [
    [
      "an expiry within the forgiven time",
      /is tolerated up to 300 s/,
      { secret: { allowed_skew: 300 }, claims: (now) => ({ exp: now - 20 }) },
    ],
  ]),
  ...cases("token.exp", "warning", [
    ["no expiry", /accepts it forever/, { claims: { exp: undefined } }],
    ["a month of life", /is valid for 30 days/, { claims: (now) => ({ exp: now + 30 * 86_400 }) }],
  ]),
  ...cases("token.nbf", "failed", [
    ["a start in the future", /JWTNotYetValid/, { claims: (now) => ({ nbf: now + 600 }) }],
  ]),
  ...cases("token.iat", "failed", [
    ["an issue in the future", /JWTIssuedAtFuture/, { claims: (now) => ({ iat: now + 600 }) }],
  ]),
  ...cases("token.iat", "ok", [
    [
      "an issue in the future that is tolerated",
      /is tolerated/,
      { secret: { allowed_skew: 300 }, claims: (now) => ({ iat: now + 100 }) },
    ],
    ["no iat", /does not require/, { claims: { iat: undefined } }],
  ]),
];
