import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { SignJWT } from "jose";
import { parseJwtSecret } from "./jwtSecret";
import type { VerificationKey } from "./verificationKey";
import { verifyToken } from "./verifyToken";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const config = parseJwtSecret(JSON.stringify({ type: "HS256", key: "k".repeat(32) }));

const verify = (token: string, key: VerificationKey) => verifyToken(token, [key], config);

describe("Hasura double: algorithms of tokens", () => {
  for (const alg of ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]) {
    it(`verifies ${alg} with an RSA key, and with no other`, async () => {
      const token = await new SignJWT({ sub: "a" })
        .setProtectedHeader({ alg })
        .sign(rsa.privateKey);
      expect(await verify(token, { public: rsa.publicKey })).to.deep.equal({ sub: "a" });
      const { publicKey: other } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      for (const key of [other, ec.publicKey]) {
        const error = await verify(token, { public: key }).catch((reason: unknown) => reason);
        expect(error).to.have.property("message").that.contains("JWSError JWSInvalidSignature");
      }
    });
  }

  const unverified: [alg: string, text: string][] = [
    ["none", "JWSError JWSNoSignatures"],
    ["ES256K", "JWSError JWSInvalidSignature"],
    ["Ed25519", "JWSError (JSONDecodeError "],
    ["NONE", "JWSError (JSONDecodeError "],
  ];
  for (const [alg, text] of unverified) {
    it(`does not verify ${alg}`, async () => {
      const header = Buffer.from(JSON.stringify({ alg })).toString("base64url");
      const token = `${header}.e30.`;
      const error = await verify(token, { public: rsa.publicKey }).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.have.property("message").that.contains(text);
    });
  }
});
