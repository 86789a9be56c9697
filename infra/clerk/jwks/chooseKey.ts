import { checkSigningKey } from "../signingKey";
import type { JwkReading, JwkSetReading } from "./jwkSet";

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
