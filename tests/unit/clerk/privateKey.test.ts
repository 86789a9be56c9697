import { createPrivateKey } from "node:crypto";
import { checkSigningKey } from "../../../infra/clerk/signingKey";
import { ecPair, rsaPair } from "./keyMaterial";
import { itRefuses } from "./refusals";

type Given = [algorithm: string, key: string];
const check = ([algorithm, key]: Given) => checkSigningKey({ algorithm, key });
const rsa = rsaPair();
const p256 = ecPair("P-256");
const PRIVATE =
  "is a private key (not shown), which only the signer may hold; give its public half, from `openssl pkey -in FILE -pubout`";
const JWK = "is JSON such as a JWK; give the shared key itself, or the public key as PEM";
const FROM_OPENSSH =
  "`ssh-keygen -e -m PKCS8 -f FILE`; that converts no key of Ed25519, so make a new one with `openssl genpkey -algorithm ed25519 -out FILE`, of which `openssl pkey -in FILE -pubout` gives the public half";

// The engine prints such a key when it ends at its start.
describe("checkSigningKey: a private key", () => {
  const rsaForm = createPrivateKey(rsa.privateKey)
    .export({ type: "pkcs1", format: "pem" })
    .toString();
  const ecForm = createPrivateKey(p256.privateKey)
    .export({ type: "sec1", format: "pem" })
    .toString();
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
