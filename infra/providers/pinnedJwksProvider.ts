import { createHash, createPublicKey } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import type { JwkReading } from "../clerk/jwks/jwk";
import { type ChosenKey, chooseKey, type JwkSetReading } from "../clerk/jwks/jwkSet";
import { fetchJwks } from "../http/fetchJwks";
import { RemoteError, remoteError } from "../http/remoteError";
import { shownUrl } from "../http/remoteUrl";

/** Which key to pin. */
export interface PinnedSource {
  /** Checked already; http only where the identity allows it. */
  jwksUrl: string;
  /** The kid of the key. Default: the only signature key of the set. */
  keyId?: string;
  /** PEM certificates of authorities that are trusted beside Node's own. Default: none. */
  caCertificates?: string[];
}

export interface PinnedInputs extends PinnedSource {
  /** False in previews, where nothing may be fetched. */
  fetch: boolean;
}

/** The pinned key; all of it is public. */
export interface PinnedKeyState extends PinnedSource {
  algorithm: string;
  /** SPKI PEM. */
  key: string;
  kid?: string;
  /** First 16 hex digits of the SHA-256 of the SPKI form. */
  fingerprint: string;
}

/**
 * Fetches a key set during an update and keeps one public key of it. Previews and a failed fetch keep the pinned key, so
 * that an outage of the key set stops neither.
 */
export const pinnedJwksProvider = {
  async create(inputs) {
    const source = sourceOf(inputs);
    // An id is never secret, and a query may hold a key.
    const [id = ""] = source.jwksUrl.split("?");
    return { id, outs: pin(source, await fetchSet(source)) };
  },

  async diff(_id, olds, news) {
    const source = sourceOf(news);
    if (source.jwksUrl !== olds.jwksUrl) return { changes: true, replaces: ["jwksUrl"] };
    if (fingerprintOf(source) !== fingerprintOf(sourceOf(olds))) return { changes: true };
    if (news.fetch !== true) return { changes: false };
    const set = await fetchOr(source, olds);
    if (set === undefined) return { changes: false };
    const chosen = chooseKey(set, source.keyId);
    if ("key" in chosen) {
      const { pem, algorithm } = chosen.key;
      return { changes: pem !== olds.key || algorithm !== olds.algorithm };
    }
    if (!chosen.none && !holds(set, olds)) throw refused(source, chosen.reason);
    warnKeyKept(olds, `the key set ${chosen.reason}`);
    return { changes: false };
  },

  async update(_id, _olds, news) {
    const source = sourceOf(news);
    return { outs: pin(source, await fetchSet(source)) };
  },

  async read(id, props) {
    if (props?.key === undefined) throw nothingPinned(id);
    const source = sourceOf(props);
    const set = await fetchOr(source, props);
    if (set === undefined) return { id, props };
    const chosen = chooseKey(set, source.keyId);
    if ("key" in chosen) return { id, props: stateOf(source, chosen.key) };
    warnKeyKept(props, `the key set ${chosen.reason}`);
    return { id, props };
  },

  async delete() {
    // Nothing was made anywhere.
  },
} satisfies dynamic.ResourceProvider<PinnedInputs, PinnedKeyState>;

/** The settings alone: absent ones may arrive as null, and an empty list means the same as none. */
function sourceOf({ jwksUrl, keyId, caCertificates }: PinnedSource): PinnedSource {
  const certificates = caCertificates ?? [];
  return {
    jwksUrl,
    ...(keyId === undefined || keyId === null ? {} : { keyId }),
    ...(certificates.length === 0 ? {} : { caCertificates: certificates }),
  };
}

function fingerprintOf(source: PinnedSource): string {
  return JSON.stringify([source.keyId, source.caCertificates]);
}

function fetchSet({ jwksUrl, caCertificates }: PinnedSource): Promise<JwkSetReading> {
  return fetchJwks(jwksUrl, caCertificates);
}

/** The set, or undefined after saying that the pinned key stays. */
async function fetchOr(
  source: PinnedSource,
  pinned: PinnedKeyState,
): Promise<JwkSetReading | undefined> {
  try {
    return await fetchSet(source);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    warnKeyKept(pinned, `the key set could not be read (${error.message})`);
    return undefined;
  }
}

/** Says on standard error that the pinned key stays, and why: Pulumi shows that, and a diff or a refresh can say nothing else. */
function warnKeyKept({ kid, fingerprint }: PinnedKeyState, why: string): void {
  const name = kid === undefined ? fingerprint : `${JSON.stringify(kid)} (${fingerprint})`;
  const line = `${why}; the pinned key ${name} stays`;
  process.stderr.write(`${line.replace(/\s+/g, " ")}\n`);
}

function holds(set: JwkSetReading, { key }: PinnedKeyState): boolean {
  return set.keys.some(({ pem }) => pem === key);
}

function pin(source: PinnedSource, set: JwkSetReading): PinnedKeyState {
  const chosen: ChosenKey = chooseKey(set, source.keyId);
  if ("reason" in chosen) throw refused(source, chosen.reason);
  return stateOf(source, chosen.key);
}

function stateOf(source: PinnedSource, { algorithm, pem, kid }: JwkReading): PinnedKeyState {
  const spki = createPublicKey(pem).export({ type: "spki", format: "der" });
  const fingerprint = createHash("sha256").update(spki).digest("hex").slice(0, 16);
  return { ...source, algorithm, key: pem, ...(kid === undefined ? {} : { kid }), fingerprint };
}

function refused({ jwksUrl }: PinnedSource, reason: string): RemoteError {
  return remoteError(
    `The key set at ${shownUrl(jwksUrl)} ${reason}; or leave identity.jwks at "fetched", which takes every key`,
  );
}

function nothingPinned(id: string): RemoteError {
  return remoteError(
    `The pinned key of ${id} cannot be imported; an update fetches and pins it anyway`,
  );
}
