import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { JsonObject } from "../hasura/json";
import { newId } from "./ids";

/** An RSA-2048 key of the instance, named as Clerk names them. */
export interface InstanceKey {
  kid: string;
  privateKey: KeyObject;
  /** As the key set shows it: use, kty, kid, alg, n, e. */
  jwk: JsonObject;
  /** The public half as PEM: `jwtKey` of Clerk's client. */
  pem: string;
}

const generate = promisify(generateKeyPair);

export async function newInstanceKey(): Promise<InstanceKey> {
  const { publicKey, privateKey } = await generate("rsa", { modulusLength: 2048 });
  const kid = newId("ins");
  const { n, e } = publicKey.export({ format: "jwk" });
  const jwk = { use: "sig", kty: "RSA", kid, alg: "RS256", n: n ?? "", e: e ?? "" };
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { kid, privateKey, jwk, pem };
}
