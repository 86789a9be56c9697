import { isObject } from "../../validation/isObject";
import { ProblemList, type Result } from "../../validation/problems";
import { checkSigningKey } from "../signingKey";
import { type IgnoredJwk, type JwkReading, readJwk } from "./jwk";

/** A set that the engine can read. */
export interface JwkSetReading {
  /** In the order of the set. Without any, the engine starts and refuses every token. */
  keys: JwkReading[];
  ignored: IgnoredJwk[];
}

/**
 * Reads a key set (RFC 7517) by the engine's rules: one bad key spoils the whole set, unless it is for another use. It is stricter in one thing: keys
 * that must not be published, shared or private ones, are refused although the engine would take them.
 */
export function readJwkSet(body: string): Result<JwkSetReading> {
  const problems = new ProblemList();
  const reading: JwkSetReading = { keys: [], ignored: [] };
  const entries = problems.valueOrCollect(readEntries(body)) ?? [];
  for (const [index, entry] of entries.entries()) {
    const found = readJwk(entry, `keys[${index}]`, problems);
    if (found === undefined) continue;
    if ("reason" in found) reading.ignored.push(found);
    else reading.keys.push(found);
  }
  return problems.toResult(reading);
}

function readEntries(body: string): Result<readonly unknown[]> {
  const document = parseJson(body);
  if (document === undefined) return { problems: [{ path: "body", reason: notJson(body) }] };
  const keys = isObject(document) ? document.keys : undefined;
  if (Array.isArray(keys)) return { value: keys };
  const reason =
    isObject(document) && "jwks_uri" in document
      ? "is missing, because this is a discovery document; use the URL in its jwks_uri"
      : 'is missing or not a list; a key set is {"keys": [...]}, so check the JWKS URL';
  return { problems: [{ path: "keys", reason }] };
}

function notJson(body: string): string {
  if (body.trim() === "") return "is empty; a JSON key set is required, so check the JWKS URL";
  if (/^\s*</.test(body)) {
    return "is a web page and not a JSON key set; check the JWKS URL, and whether a login page or a proxy responds instead";
  }
  return "is not JSON; a JSON key set is required, so check the JWKS URL";
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The key to pin, or why none can be chosen; `none` is true for a set without any signature key. */
export type ChosenKey = { key: JwkReading } | { reason: string; none: boolean };

/** Chooses the one signature key of a set, or the one whose kid is `keyId`; the reason names the kids and the remedy. */
export function chooseKey(set: JwkSetReading, keyId?: string): ChosenKey {
  const candidates = set.keys.filter(({ use }) => use !== "enc");
  const list = candidates.map(shownKid).join(", ");
  if (candidates.length === 0) {
    const reason =
      "holds no signature key for an algorithm of the engine; let the issuer publish one";
    return { reason, none: true };
  }
  const found =
    keyId === undefined ? candidates : candidates.filter((candidate) => candidate.kid === keyId);
  const [key] = found;
  if (key === undefined) {
    const reason = `holds no signature key ${shown(keyId ?? "")}; its keys: ${list}. Correct identity.pinnedKeyId`;
    return { reason, none: false };
  }
  if (found.length > 1) {
    const reason =
      keyId === undefined
        ? `holds ${found.length} signature keys (${list}), and one can be pinned; set identity.pinnedKeyId to the kid of the key that signs`
        : `holds ${found.length} signature keys ${shown(keyId)}; let the issuer give each key a kid of its own`;
    return { reason, none: false };
  }
  return judged(key);
}

function judged(key: JwkReading): ChosenKey {
  const { problems } = checkSigningKey({ algorithm: key.algorithm, key: key.pem });
  if (problems === undefined) return { key };
  const [first] = problems;
  return { reason: `holds a key (${shownKid(key)}) that ${first?.reason}`, none: false };
}

function shownKid({ kid }: JwkReading): string {
  return kid === undefined ? "one without kid" : shown(kid);
}

/** A kid is public and often longer than what the quoting of settings shows. */
function shown(kid: string): string {
  return JSON.stringify(kid.length > 100 ? `${kid.slice(0, 100)}…` : kid);
}
