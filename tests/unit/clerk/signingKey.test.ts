import { createPrivateKey, createPublicKey } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { checkSigningKey, SigningAlgorithm } from "../../../infra/clerk/signingKey";
import { itRefuses } from "../refusals";
import {
  ec256Certificate,
  ecPair,
  ed448Pair,
  ed25519Pair,
  rsaPair,
  rsaPssPair,
} from "./keyMaterial";

const ALL = "HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512, Ed25519";
const SHORT = { HS256: 32, HS384: 48, HS512: 64 };
const rsa = rsaPair();
const p256 = ecPair("P-256");
const p384 = ecPair("P-384");
const p521 = ecPair("P-521");
const ed = ed25519Pair();
const pkcs1 = createPublicKey(rsa.publicKey).export({ type: "pkcs1", format: "pem" }).toString();
const PRIVATE =
  "is a private key (not shown), which only the signer may hold; give its public half, from `openssl pkey -in FILE -pubout`";
const FROM_OPENSSH =
  "`ssh-keygen -e -m PKCS8 -f FILE`; that converts no key of Ed25519, so make a new one with `openssl genpkey -algorithm ed25519 -out FILE`, of which `openssl pkey -in FILE -pubout` gives the public half";
const SPACE = "begins or ends with white space, which would be part of the key; remove it";

type Given = [algorithm: string, key: string];
const check = ([algorithm, key]: Given) => checkSigningKey({ algorithm, key });
const checkFor = (algorithm: string) => (key: string) => check([algorithm, key]);

describe("checkSigningKey", () => {
  describe("algorithm", () => {
    const key = "k".repeat(64);
    itRefuses<Given>(check, "identity.signingKey.algorithm", [
      ["lower case", ["hs256", key], "is misspelled; write HS256"],
      ["a space", [" RS256", key], "is misspelled; write RS256"],
      ["ed25519 in lower case", ["ed25519", key], "is misspelled; write Ed25519"],
      ["EdDSA", ["EdDSA", key], "is called Ed25519 by the engine; write Ed25519"],
      [
        "PS256",
        ["PS256", key],
        "is RSA-PSS, which the engine cannot verify; use RS256, RS384 or RS512",
      ],
      ["none", ["none", key], `accepts unsigned tokens; allowed: ${ALL}`],
      ["nothing", ["", key], `is unknown; allowed: ${ALL}`],
      ["Ed448", ["Ed448", key], `is unknown; allowed: ${ALL}`],
      ["ES256K", ["ES256K", key], `is unknown; allowed: ${ALL}`],
      ["a key in its place", [key, key], `is unknown; allowed: ${ALL}`],
    ]);
  });

  describe("shared key", () => {
    itRefuses(checkFor("HS256"), "identity.signingKey.key", [
      ["nothing", "", "is empty; give the shared key, or the public key as PEM"],
      [
        "a Clerk secret key",
        `sk_test_${"x".repeat(40)}`,
        "is Clerk's secret key (not shown), which signs no tokens; give the signing key of the JWT template",
      ],
      [
        "a publishable key",
        `pk_test_${"x".repeat(40)}`,
        "is a publishable key, which everyone may read; move it to identity.publishableKey",
      ],
      [
        "a URL",
        "https://clerk.example.com/.well-known/jwks.json",
        "is a URL; move a JWKS URL to identity.jwksUrl",
      ],
      [
        "a JWK",
        `{"kty":"oct","k":"${"x".repeat(40)}"}`,
        "is JSON such as a JWK; give the shared key itself, or the public key as PEM",
      ],
      [
        "a public key",
        rsa.publicKey,
        "is a PEM block, and HS256 needs a shared key: anyone with the public key could sign; choose RS, ES or Ed25519",
      ],
      ["a line break at the end", `${"a".repeat(32)}\n`, SPACE],
    ]);
    itRefuses(checkFor("HS384"), "identity.signingKey.key", [
      ["a space at the start", ` ${"a".repeat(48)}`, SPACE],
    ]);
    for (const [algorithm, bytes] of Object.entries(SHORT)) {
      it(`counts bytes, not characters: ${algorithm} needs ${bytes}`, () => {
        const short = `${"é".repeat(bytes / 2 - 1)}a`;
        expect(check([algorithm, short]).problems?.[0]?.reason).to.equal(
          `has ${bytes - 1} bytes; ${algorithm} needs ${bytes} or more in UTF-8. Make one with \`openssl rand -base64 ${bytes}\``,
        );
        const enough = "é".repeat(bytes / 2);
        expect(check([algorithm, enough])).to.deep.equal({
          value: { type: algorithm, key: enough },
        });
        expect(check([algorithm, "a".repeat(bytes - 1)]).problems).to.have.length(1);
        expect(check([algorithm, "a".repeat(bytes)]).problems).to.equal(undefined);
      });
    }
  });

  describe("public key", () => {
    const kind = "correct the algorithm or the key";
    const encrypted = createPrivateKey(rsa.privateKey)
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
      .toString();
    itRefuses(checkFor("RS256"), "identity.signingKey.key", [
      ["a private key", rsa.privateKey, PRIVATE],
      ["an encrypted private key", encrypted, PRIVATE],
      [
        "an OpenSSH key",
        "ssh-rsa AAAA me@host",
        `is in OpenSSH form; convert it with ${FROM_OPENSSH}`,
      ],
      [
        "escaped line breaks",
        rsa.publicKey.replaceAll("\n", "\\n"),
        "holds \\n as two characters; use real line breaks",
      ],
      [
        "no PEM",
        "abc",
        "is not PEM, and RS256 needs a public key or certificate as PEM (-----BEGIN PUBLIC KEY-----)",
      ],
      [
        "two blocks",
        rsa.publicKey + rsa.publicKey,
        "holds 2 PEM blocks, and the engine reads the first only; give one",
      ],
      [
        "a certificate request",
        "-----BEGIN CERTIFICATE REQUEST-----\nx\n-----END CERTIFICATE REQUEST-----",
        "is a PEM block of another kind; allowed: PUBLIC KEY, RSA PUBLIC KEY, CERTIFICATE",
      ],
      [
        "a damaged block",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "is damaged: no public key can be read from the PEM block; export it again",
      ],
      [
        "a block without its end",
        rsa.publicKey.slice(0, -30),
        "is damaged: no public key can be read from the PEM block; export it again",
      ],
      ["EC for RS256", p256.publicKey, `is of kind ec, and RS256 needs rsa; ${kind}`],
      ["RSA-PSS", rsaPssPair().publicKey, `is of kind rsa-pss, and RS256 needs rsa; ${kind}`],
      [
        "1024 bits",
        rsaPair(1024).publicKey,
        "is an RSA key of 1024 bits; 2048 or more are required. Generate a longer one",
      ],
      [
        "an EC certificate for RS256",
        ec256Certificate,
        `is of kind ec, and RS256 needs rsa; ${kind}`,
      ],
    ]);
    itRefuses(checkFor("HS256"), "identity.signingKey.key", [
      ["a private key for HS256", rsa.privateKey, PRIVATE],
    ]);
    itRefuses(checkFor("ES256"), "identity.signingKey.key", [
      ["a private key after the public one", p256.publicKey + p256.privateKey, PRIVATE],
      ["RSA for ES256", rsa.publicKey, `is of kind rsa, and ES256 needs ec; ${kind}`],
      [
        "secp256k1",
        ecPair("secp256k1").publicKey,
        `is on the curve secp256k1, and ES256 needs P-256; ${kind}`,
      ],
      ["P-521 for ES256", p521.publicKey, `is on the curve P-521, and ES256 needs P-256; ${kind}`],
    ]);
    itRefuses(checkFor("Ed25519"), "identity.signingKey.key", [
      ["RSA for Ed25519", rsa.publicKey, `is of kind rsa, and Ed25519 needs ed25519; ${kind}`],
      ["Ed448", ed448Pair().publicKey, `is of kind ed448, and Ed25519 needs ed25519; ${kind}`],
    ]);
    itRefuses(checkFor("RS512"), "identity.signingKey.key", [
      ["Ed25519 for RS512", ed.publicKey, `is of kind ed25519, and RS512 needs rsa; ${kind}`],
    ]);
    itRefuses(checkFor("ES384"), "identity.signingKey.key", [
      ["P-256 for ES384", p256.publicKey, `is on the curve P-256, and ES384 needs P-384; ${kind}`],
    ]);
    itRefuses(checkFor("ES512"), "identity.signingKey.key", [
      ["P-384 for ES512", p384.publicKey, `is on the curve P-384, and ES512 needs P-521; ${kind}`],
    ]);

    const accepted: [string, string, string][] = [
      ["SPKI RSA", "RS256", rsa.publicKey],
      ["SPKI RSA", "RS384", rsa.publicKey],
      ["PKCS#1 RSA", "RS512", pkcs1],
      ["P-256", "ES256", p256.publicKey],
      ["P-384", "ES384", p384.publicKey],
      ["P-521", "ES512", p521.publicKey],
      ["Ed25519", "Ed25519", ed.publicKey],
      ["an X.509 certificate", "ES256", ec256Certificate],
    ];
    for (const [what, algorithm, key] of accepted) {
      it(`accepts ${what} for ${algorithm}`, () => {
        expect(check([algorithm, key])).to.deep.equal({ value: { type: algorithm, key } });
      });
    }

    it("writes one form for one key, whatever the line ends and the space around it", () => {
      const windows = `\r\n${rsa.publicKey.replaceAll("\n", "\r\n")}  `;
      expect(check(["RS256", windows]).value?.key).to.equal(rsa.publicKey);
      expect(check(["RS256", rsa.publicKey.trim()]).value?.key).to.equal(rsa.publicKey);
    });
  });

  it("reports algorithm and key together", () => {
    const paths = check(["XX", ""]).problems?.map(({ path }) => path);
    expect(paths).to.deep.equal(["identity.signingKey.algorithm", "identity.signingKey.key"]);
  });

  it("never echoes any of the key", () => {
    const algorithms = fc.constantFrom(...Object.values(SigningAlgorithm), "hs256", "none", "XX");
    const heads = fc.constantFrom(
      "",
      "sk_live_",
      "-----BEGIN PRIVATE KEY-----\n",
      "{",
      "https://",
      " ",
    );
    fc.assert(
      fc.property(
        algorithms,
        heads,
        fc.stringMatching(/^[A-Za-z0-9]{12,40}$/),
        (algorithm, head, key) => {
          const { problems } = checkSigningKey({ algorithm, key: head + key });
          expect(JSON.stringify(problems ?? [])).not.to.contain(key);
          const swapped = checkSigningKey({ algorithm: head + key, key: algorithm }).problems;
          expect(swapped?.length).to.be.greaterThan(0);
          expect(JSON.stringify(swapped)).not.to.contain(key);
        },
      ),
    );
  });
});
