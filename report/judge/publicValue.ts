import { hasSecretMark, mayBeSecret } from "../../infra/secrecy/credentials";
import { isSecret, SECRET } from "../read/preview";
import { Kind } from "../read/resourceKind";

/** What stands for a value that only the update will know, by its type (sdk/go/common/resource/plugin/rpc.go). */
const UNKNOWN = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export const NOT_SHOWN = "not shown";
export const NOT_KNOWN = "known after the update";
export const NOT_SET = "not set";
const EMPTY = "empty";

/** Words that stand for a value, so that they are not taken for one. */
export const PLACEHOLDERS: ReadonlySet<string> = new Set([
  SECRET,
  NOT_SHOWN,
  NOT_KNOWN,
  NOT_SET,
  EMPTY,
]);

const CONTAINER = [
  "cpus",
  "destroyGraceSeconds",
  "image",
  "maxRetryCount",
  "memory",
  "memoryReservation",
  "memorySwap",
  "mustRun",
  "name",
  "networkMode",
  "restart",
  "shmSize",
  "stopTimeout",
  "user",
];
const TEMPLATE = ["allowedSkewSeconds", "apiUrl", "lifetimeSeconds", "name", "signingAlgorithm"];

/** Properties whose values are public; every other value stays out of a report. */
const PUBLIC: Partial<Record<Kind, readonly string[]>> = {
  [Kind.Engine]: CONTAINER,
  [Kind.Server]: CONTAINER,
  [Kind.Container]: ["image", "memory", "memorySwap", "name", "restart"],
  [Kind.DataVolume]: ["driver", "name"],
  [Kind.Volume]: ["driver", "name"],
  [Kind.Network]: ["driver", "internal", "name"],
  [Kind.Image]: ["keepLocally", "name"],
  [Kind.Database]: ["encoding", "lcCollate", "lcCtype", "name", "owner", "template"],
  [Kind.Role]: ["login", "name", "superuser"],
  [Kind.Extension]: ["database", "name", "schema"],
  [Kind.Grant]: ["database", "objectType", "role", "schema"],
  [Kind.Password]: ["length", "special"],
  [Kind.RandomId]: ["byteLength"],
  [Kind.JwtTemplate]: TEMPLATE,
  [Kind.PinnedJwks]: ["fingerprint", "jwksUrl", "keyId"],
  [Kind.KeyPair]: ["algorithm"],
  [Kind.CloudEnvironment]: ["apiUrl", "overwrite", "projectId"],
  [Kind.HasuraSchema]: ["image", "path"],
  [Kind.Probe]: ["endpoint", "issuer", "jwksUrl", "unauthorizedRole"],
};

/** Properties whose values may be shown. */
export function publicPropertiesOf(kind: Kind): readonly string[] {
  return PUBLIC[kind] ?? [];
}

/** Whether a value is known by the update alone. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && UNKNOWN.has(value);
}

/** A value as text if it is public by its place; what looks like a credential is not shown even there. */
export function publicValue(value: unknown): string {
  if (value === undefined || value === null) return NOT_SET;
  if (isSecret(value)) return SECRET;
  if (isUnknown(value)) return NOT_KNOWN;
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  if (typeof value !== "string") return NOT_SHOWN;
  return value === "" ? EMPTY : publicText(value);
}

/** The digest of an image is long without being secret. */
const DIGEST = /sha256:([0-9a-f]{12})[0-9a-f]{52}(?![0-9a-f])/g;

function publicText(value: string): string {
  const text = withoutCredentials(value.slice(0, 1000).replace(DIGEST, "sha256:$1"));
  return mayBeSecret(text.replace(/[-_/]/g, " ")) || hasSecretMark(text) ? NOT_SHOWN : text;
}

/** Masks user info, query and fragment of a URL. */
export function withoutCredentials(text: string): string {
  return text
    .replace(/\/\/[^\s]*@/g, "//***@")
    .replace(/[?#].*$/s, (rest) => (rest.length > 1 ? `${rest[0]}***` : rest));
}

/** The name of a property; a key of a map may be anything. */
export function publicName(name: string): string {
  return hasSecretMark(name) ? NOT_SHOWN : name;
}
