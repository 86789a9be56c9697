import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** A certificate and the key that belongs to it, as PEM. */
export interface Certificate {
  certificate: string;
  privateKey: string;
}

/** An authority and a server certificate that it signed. */
export interface ServerCertificate extends Certificate {
  authority: string;
}

const SHA256_WITH_RSA = "2a864886f70d01010b";
const COMMON_NAME = "550403";
const BASIC_CONSTRAINTS = "551d13";
const KEY_USAGE = "551d0f";
const EXTENDED_KEY_USAGE = "551d25";
const SUBJECT_ALTERNATIVE_NAME = "551d11";
const SERVER_AUTHENTICATION = "2b06010505070301";
const DAY_MS = 86_400_000;

/** One DER element: tag, length, content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const NULL = der(0x05);
const TRUE = der(0x01, Buffer.from([0xff]));
const ALGORITHM = sequence(oid(SHA256_WITH_RSA), NULL);

function name(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(commonName)))));
}

/** UTCTime, as RFC 5280 wants it before 2050. */
function time(at: Date): Buffer {
  const text = at.toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${text}Z`));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [TRUE] : []), der(0x04, value));
}

/** Key usage: a bit string of one byte, whose last bits are not used. */
const usage = (bits: number, unused: number) => der(0x03, Buffer.from([unused, bits]));

const AUTHORITY_EXTENSIONS = [
  extension(BASIC_CONSTRAINTS, true, sequence(TRUE)),
  // keyCertSign and cRLSign.
  extension(KEY_USAGE, true, usage(0x06, 1)),
];

/** A DNS name, or an IPv4 address as four bytes. */
function alternativeName(host: string): Buffer {
  return isIPv4(host)
    ? der(0x87, Buffer.from(host.split(".").map(Number)))
    : der(0x82, Buffer.from(host));
}

function serverExtensions(hosts: string[]): Buffer[] {
  return [
    extension(BASIC_CONSTRAINTS, true, sequence()),
    // digitalSignature and keyEncipherment.
    extension(KEY_USAGE, true, usage(0xa0, 5)),
    extension(EXTENDED_KEY_USAGE, false, sequence(oid(SERVER_AUTHENTICATION))),
    extension(SUBJECT_ALTERNATIVE_NAME, false, sequence(...hosts.map(alternativeName))),
  ];
}

interface Request {
  issuer: string;
  subject: string;
  publicKey: KeyObject;
  signingKey: KeyObject;
  extensions: Buffer[];
}

function issue({ issuer, subject, publicKey, signingKey, extensions }: Request): string {
  const serial = randomBytes(16);
  // A serial number is positive and has no leading zero byte (RFC 5280 4.1.2.2).
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  const now = Date.now();
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ALGORITHM,
    name(issuer),
    sequence(time(new Date(now - DAY_MS)), time(new Date(now + 2 * DAY_MS))),
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", content, signingKey));
  const text = sequence(content, ALGORITHM, signature).toString("base64");
  const lines = text.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

/** Makes an authority of its own for a server; node makes keys but no certificates, and openssl may be missing. */
export function serverCertificate(host: string, ...otherHosts: string[]): ServerCertificate {
  const root = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const server = generateKeyPairSync("rsa", { modulusLength: 2048 });
  // Two authorities of one name would make a client say that a signature is wrong, not that it does not know the signer.
  const issuer = `clerk-hasura test authority ${randomBytes(4).toString("hex")}`;
  const signingKey = root.privateKey;
  return {
    authority: issue({
      issuer,
      subject: issuer,
      publicKey: root.publicKey,
      signingKey,
      extensions: AUTHORITY_EXTENSIONS,
    }),
    certificate: issue({
      issuer,
      subject: host,
      publicKey: server.publicKey,
      signingKey,
      extensions: serverExtensions([host, ...otherHosts]),
    }),
    privateKey: server.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
