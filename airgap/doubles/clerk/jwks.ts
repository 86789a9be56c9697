import type { Json } from "../hasura/json";
import type { Reply } from "./apiError";
import { type InstanceKey, newInstanceKey } from "./instanceKeys";

/** What the key set answers beside the instance's keys. */
export interface JwksSettings {
  /** Headers of the response; Clerk's own are not established, so none by default. */
  headers: Record<string, string>;
  /** Any JSON put into the set after the good keys, such as a bad key. */
  extraKeys: Json[];
  /** Answers an empty set. */
  empty: boolean;
}

/** A key that no parser takes: RSA without a modulus. */
export const BAD_KEY = { use: "sig", kty: "RSA", kid: "ins_bad", alg: "RS256", e: "AQAB" };

/** The instance's keys: the first signs, all are published. */
export class Jwks {
  readonly settings: JwksSettings = { headers: {}, extraKeys: [], empty: false };
  readonly hits = { backend: 0, frontend: 0 };
  private published: InstanceKey[] = [];
  private signing: InstanceKey | undefined;

  /** Signs with the given key at first, or with a new one. */
  async start(key?: InstanceKey): Promise<void> {
    if (this.signing) return;
    this.signing = key ?? (await newInstanceKey());
    this.published = [this.signing];
  }

  get current(): InstanceKey {
    if (this.signing) return this.signing;
    throw new Error("the double has no key before it is started");
  }

  /** Signs with a new key from now on; the old ones stay published when asked for. */
  async rotate(keepOld: boolean): Promise<InstanceKey> {
    const key = await newInstanceKey();
    this.published = keepOld ? [key, ...this.published] : [key];
    this.signing = key;
    return key;
  }

  set(changes: Partial<JwksSettings>): void {
    Object.assign(this.settings, changes);
  }

  answer(api: "backend" | "frontend"): Reply {
    this.hits[api] += 1;
    const { empty, extraKeys, headers } = this.settings;
    const keys = empty ? [] : [...this.published.map(({ jwk }) => jwk), ...extraKeys];
    return { status: 200, body: { keys }, headers };
  }
}
