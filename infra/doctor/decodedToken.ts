import { hasSecretMark } from "../secrecy/credentials";
import { quoted } from "../validation/problems";
import type { Advice } from "./checkResult";
import { parseObject } from "./subject";

/** A token taken apart, nothing of it verified. */
export interface DecodedToken {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
  /** What the signature covers. */
  signed: string;
  signature: Buffer;
}

const ASK = "ask for a token for each request: await getToken({ template }) of a signed-in user";
const WHOLE = "copy the whole token: three parts with a dot between them, in one line";

const NO_TOKENS: readonly [RegExp, string, string][] = [
  [/^$/, "is empty", ASK],
  [/^(?:null|undefined|\[object \w+\])$/, "is what code prints if there is no token", ASK],
  [
    /^sk_(?:test|live)_/,
    "is Clerk's secret key (not shown), not a token",
    `rotate the key if it was sent anywhere; ${ASK}`,
  ],
  [/^pk_(?:test|live)_/, "is a publishable key, not a token", ASK],
  [/^(?:sess|user|org|client)_\w+$/, "is a Clerk id, not a token", ASK],
  [/^-----BEGIN/, "is a key (not shown), not a token", ASK],
  [/^\{/, "is JSON, perhaps the content of a token", "give the token as it is sent, not decoded"],
];

/** Takes a token apart as it was pasted; white space around it, quotes and a leading `Bearer` are forgiven. */
export function decodeToken(pasted: string): DecodedToken | Advice {
  const token = bareToken(pasted);
  const known = NO_TOKENS.find(([form]) => form.test(token));
  if (known !== undefined) return { finding: known[1], remedy: known[2] };
  if (/\s/.test(token)) return { finding: "holds white space or a line break", remedy: WHOLE };
  const parts = token.split(".");
  const [head = "", body = "", signature = ""] = parts;
  if (parts.length === 5) {
    return {
      finding: "has five parts, so it is encrypted, which the engine cannot read",
      remedy: "ask the issuer for a signed token (JWS), as Clerk's are",
    };
  }
  if (parts.length !== 3) {
    const finding = `has ${parts.length} part${parts.length === 1 ? "" : "s"} instead of three; Hasura says "Could not verify JWT: JWSError (CompactDecodeError …)"`;
    return { finding, remedy: WHOLE };
  }
  const header = decodeJson(head);
  const payload = decodeJson(body);
  if (header === undefined || payload === undefined) {
    const part = header === undefined ? "first" : "second";
    return { finding: `has a ${part} part that is not a JSON object in base64url`, remedy: WHOLE };
  }
  return {
    header,
    payload,
    signed: `${head}.${body}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

/** The token itself, without what people paste along with it. */
export function bareToken(pasted: string): string {
  return pasted
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .replace(/^(?:Authorization:\s*)?Bearer\s+/i, "")
    .trim();
}

function decodeJson(part: string): Record<string, unknown> | undefined {
  if (!/^[\w-]+$/.test(part)) return undefined;
  return parseObject(Buffer.from(part, "base64url").toString("utf8"));
}

/** Quotes a key id, which may be long; only what cannot be one is treated as a possible secret. */
export function shownKeyId(kid: string): string {
  const isPlain = /^[\w.:=+/-]{1,64}$/.test(kid) && !hasSecretMark(kid);
  return isPlain ? JSON.stringify(kid) : quoted(kid);
}
