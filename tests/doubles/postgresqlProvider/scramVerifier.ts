import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

const iterations = 4096;

function isHashed(password: string): boolean {
  return /^SCRAM-SHA-256\$\d+:/.test(password) || /^md5[0-9a-f]{32}$/.test(password);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/**
 * The text Postgres stores for a password (RFC 5803), so that the password itself never reaches the
 * server's log. A value that is such a text already, or an md5 one, is returned as it is.
 *
 * @throws For characters outside ASCII: Postgres would normalise them first, this does not.
 */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  if (isHashed(password)) return password;
  if (!/^[\x20-\x7e]*$/.test(password)) {
    throw new Error("the postgresql double takes passwords of printable ASCII characters only");
  }
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
  const serverKey = hmac(salted, "Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
