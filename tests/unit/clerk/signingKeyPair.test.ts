import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { checkSigningKey } from "../../../infra/clerk/signingKey";
import { derivePublicKey } from "../../../infra/clerk/signingKeyPair";
import { itRefuses } from "../refusals";
import {
  ec256Certificate,
  ecPair,
  ed448Pair,
  ed25519Pair,
  rsaPair,
  rsaPssPair,
} from "./keyMaterial";

type Given = readonly [algorithm: string, privateKey: string];

const rsa = rsaPair();
const p256 = ecPair("prime256v1");
const check = ([algorithm, privateKey]: Given) => derivePublicKey({ algorithm, privateKey });

function traditional(pem: string, type: "pkcs1" | "sec1"): string {
  return createPrivateKey(pem).export({ type, format: "pem" }).toString();
}

function encrypted(pem: string, type: "pkcs8" | "pkcs1"): string {
  const lock = { cipher: "aes-256-cbc", passphrase: "open" };
  return createPrivateKey(pem)
    .export({ type, format: "pem", ...lock })
    .toString();
}

describe("derivePublicKey", () => {
  const pairs: [string, { publicKey: string; privateKey: string }][] = [
    ["RS256", rsa],
    ["RS384", rsa],
    ["RS512", rsaPair(3072)],
    ["ES256", p256],
    ["ES384", ecPair("secp384r1")],
    ["ES512", ecPair("secp521r1")],
    ["Ed25519", ed25519Pair()],
  ];
  for (const [algorithm, { publicKey, privateKey }] of pairs) {
    it(`derives the public half for ${algorithm}, which the engine's check takes`, () => {
      const { value } = check([algorithm, privateKey]);
      expect(value).to.deep.equal({ publicKey });
      const verifier = checkSigningKey({ algorithm, key: value?.publicKey ?? "" });
      expect(verifier.value).to.deep.equal({ type: algorithm, key: publicKey });
    });
  }

  it("reads the older PEM forms and Windows line ends", () => {
    const windows = rsa.privateKey.replace(/\n/g, "\r\n");
    for (const pem of [traditional(rsa.privateKey, "pkcs1"), windows, `\n${rsa.privateKey}`]) {
      expect(check(["RS256", pem]).value).to.deep.equal({ publicKey: rsa.publicKey });
    }
    const sec1 = traditional(p256.privateKey, "sec1");
    expect(check(["ES256", sec1]).value).to.deep.equal({ publicKey: p256.publicKey });
  });

  it("answers a shared key itself", () => {
    const key = "k".repeat(64);
    for (const algorithm of ["HS256", "HS384", "HS512"]) {
      expect(check([algorithm, key]).value).to.deep.equal({ publicKey: key });
    }
  });

  itRefuses<Given>(check, "algorithm", [
    [
      "an algorithm of another name",
      ["EdDSA", rsa.privateKey],
      "is called Ed25519 by the engine; write Ed25519",
    ],
  ]);

  const OTHER = "PRIVATE KEY, RSA PRIVATE KEY, EC PRIVATE KEY";
  const PUBLIC =
    "is a public key or certificate, which cannot sign; give the private key that belongs to it";
  const ENCRYPTED =
    "is encrypted, and Clerk has no place for the passphrase; decrypt it with `openssl pkey -in FILE` and keep it as a secret of the stack";
  const EMPTY =
    "is empty; give the shared key or the private key as PEM, or leave it out to generate one";
  itRefuses<Given>(check, "privateKey", [
    ["nothing", ["RS256", ""], EMPTY],
    ["white space", ["HS256", " \n"], EMPTY],
    ["a public key", ["RS256", rsa.publicKey], PUBLIC],
    ["a certificate", ["ES256", ec256Certificate], PUBLIC],
    ["an encrypted key", ["RS256", encrypted(rsa.privateKey, "pkcs8")], ENCRYPTED],
    ["an encrypted older key", ["RS256", encrypted(rsa.privateKey, "pkcs1")], ENCRYPTED],
    [
      "a key in OpenSSH form",
      ["Ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"],
      "is in OpenSSH form; convert a copy with `ssh-keygen -p -m PKCS8 -f COPY`, which leaves a key of Ed25519 as it is: make a new one with `openssl genpkey -algorithm ed25519 -out FILE`",
    ],
    [
      "a public key in OpenSSH form",
      ["RS256", "ssh-rsa AAAAB3NzaC1yc2E me@host"],
      "is a public key in OpenSSH form, which cannot sign; give the private key as PEM",
    ],
    [
      "line breaks as two characters",
      ["RS256", rsa.privateKey.replace(/\n/g, "\\n")],
      "holds \\n as two characters; use real line breaks",
    ],
    [
      "a shared key for RS256",
      ["RS256", "k".repeat(64)],
      "is not a PEM block; give the private key as PEM (-----BEGIN PRIVATE KEY-----)",
    ],
    [
      "both halves",
      ["RS256", rsa.privateKey + rsa.publicKey],
      "holds 2 PEM blocks; give the private key alone, from `openssl pkey -in FILE`",
    ],
    [
      "a block of another kind",
      ["RS256", "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n"],
      `is a PEM block of another kind; allowed: ${OTHER}`,
    ],
    [
      "a damaged key",
      ["RS256", rsa.privateKey.replace(/\n[^\n]+\n/, "\n")],
      "is damaged: no private key can be read from the PEM block; export it again",
    ],
    [
      "an EC key for RS256",
      ["RS256", p256.privateKey],
      "is of kind ec, and RS256 needs rsa; correct the algorithm or the key",
    ],
    [
      "an RSA-PSS key",
      ["RS256", rsaPssPair().privateKey],
      "is of kind rsa-pss, and RS256 needs rsa; correct the algorithm or the key",
    ],
    [
      "an Ed448 key",
      ["Ed25519", ed448Pair().privateKey],
      "is of kind ed448, and Ed25519 needs ed25519; correct the algorithm or the key",
    ],
    [
      "another curve",
      ["ES384", p256.privateKey],
      "is on the curve P-256, and ES384 needs P-384; correct the algorithm or the key",
    ],
    [
      "a short RSA key",
      ["RS256", rsaPair(1024).privateKey],
      "is an RSA key of 1024 bits; 2048 or more are required. Generate a longer one",
    ],
    [
      "a private key as shared key",
      ["HS256", rsa.privateKey],
      "is a PEM block, and HS256 needs a shared key; give one from `openssl rand -base64 64`, or choose RS, ES or Ed25519",
    ],
    [
      "a short shared key",
      ["HS384", "k".repeat(47)],
      "has 47 bytes; HS384 needs 48 or more in UTF-8. Make one with `openssl rand -base64 48`",
    ],
    [
      "Clerk's secret key",
      ["HS256", `sk_test_${"x".repeat(40)}`],
      "is Clerk's secret key (not shown), which signs no tokens; give a key of your own, or leave it out to generate one",
    ],
    [
      "a publishable key",
      ["HS256", `pk_test_${"x".repeat(40)}`],
      "is a publishable key, which signs no tokens; give a key of your own, or leave it out",
    ],
    [
      "a JWK",
      ["RS256", `{"kty":"RSA","d":"${"x".repeat(40)}"}`],
      "is JSON such as a JWK; give the shared key itself, or the private key as PEM",
    ],
  ]);

  it("stands below the path that it is given", () => {
    const at = (algorithm: string) =>
      derivePublicKey({ algorithm, privateKey: "" }, "template.signingKey").problems?.[0]?.path;
    expect(at("RS256")).to.equal("template.signingKey.key");
    expect(at("none")).to.equal("template.signingKey.algorithm");
  });

  it("never shows any of a key that it refuses", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const body = pem.split("\n")[1] ?? "";
    const wrong = ["ES256", "RS256", "HS256", "Ed25519", "none"].map((algorithm) =>
      check([algorithm, pem]),
    );
    for (const { problems } of wrong) {
      expect(problems).to.have.lengthOf(1);
      expect(JSON.stringify(problems)).not.to.contain(body.slice(0, 12));
    }
  });
});

const PRIVATE =
  "is a private key (not shown), which only the signer may hold; give its public half, from `openssl pkey -in FILE -pubout`";
const JWK = "is JSON such as a JWK; give the shared key itself, or the public key as PEM";
const FROM_OPENSSH =
  "`ssh-keygen -e -m PKCS8 -f FILE`; that converts no key of Ed25519, so make a new one with `openssl genpkey -algorithm ed25519 -out FILE`, of which `openssl pkey -in FILE -pubout` gives the public half";

// The engine prints such a key when it ends at its start.
describe("checkSigningKey: a private key", () => {
  const rsaForm = traditional(rsa.privateKey, "pkcs1");
  const ecForm = traditional(p256.privateKey, "sec1");
  const check = ([algorithm, key]: Given) => checkSigningKey({ algorithm, key });
  itRefuses<Given>(check, "identity.signingKey.key", [
    ["a private key of RSA's own form", ["RS256", rsaForm], PRIVATE],
    ["a private key of EC's own form", ["ES256", ecForm], PRIVATE],
    ["a private key with CRLF", ["RS256", rsa.privateKey.replaceAll("\n", "\r\n")], PRIVATE],
    ["a private key without its last line break", ["ES256", p256.privateKey.trim()], PRIVATE],
    [
      "a private key in OpenSSH form",
      ["Ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----"],
      `is a private key in OpenSSH form (not shown), which only the signer may hold; give its public half, from ${FROM_OPENSSH}`,
    ],
    ["a private JWK", ["ES256", JSON.stringify({ kty: "EC", d: "x" })], JWK],
    ["a list of JWKs for HS256", ["HS256", JSON.stringify([{ kty: "RSA", d: "x" }])], JWK],
    [
      "PEM in base64",
      ["HS256", Buffer.from(p256.privateKey).toString("base64")],
      "is PEM in base64 (not shown), which the engine cannot read; decode it with `base64 -d`, and give the public key",
    ],
  ]);
});
