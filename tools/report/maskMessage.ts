import { maskSecrets } from "../../infra/remote/maskSecrets";
import { mayBeSecret } from "../../infra/validation/problems";
import { nameOf } from "./mergeSteps";

const LONGEST = 600;
const RUN = /[A-Za-z0-9+/=_-]{32,}/g;
const URN = /urn:pulumi:[^\s"'`]+/g;
const MASK = "***";

/** Words that begin a sentence about a setting, such as "password: is too short", and no value of it. */
const PROSE =
  "an?|are|authentication|bad|can|cannot|could|decrypting|does|error|expected|failed|has|have|holds|illegal|incorrect|invalid|is|it|malformed|may|missing|must|needs?|no|not|please|required|set|the|this|too|unable|unexpected|unknown|unsupported|value|was|were|wrong";
/** `password=…`, `"token": "…"`, `secret: …`, also where JSON is quoted within JSON. */
const NAMED = new RegExp(
  [
    String.raw`\b([\w-]{0,40}(?:password|passwd|pwd|secret|token|api_?key|private_?key|credential)[\w-]{0,40}\\*["']?)`,
    String.raw`(\s*=\s*|\s*:(?=["'\S])|\s*:\s+(?!(?:${PROSE})\b))`,
    String.raw`("(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|[{[][^\n]*|[^\s,;]+)`,
  ].join(""),
  "gim",
);

/** Where a credential can stand in a text, and what is put there; `$1` is what stays. */
const MASKED: readonly [place: RegExp, instead: string][] = [
  // User info: a password may hold "@" and "/", so that the last "@" ends it.
  [/\/\/[^\s"'`]*@/g, `//${MASK}@`],
  [/(?<![\w/.])[\w.-]{1,64}:(?!\/\/)[^\s"'`@]{1,200}@(?!sha256:)(?=[\w[])/g, `${MASK}@`],
  [/([?&][\w-]{1,60}=)[^&\s"']+/g, `$1${MASK}`],
  [/-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$)/g, MASK],
  [/\b(?:sk_(?:test|live)_|whsec_|eyJ)[\w.-]+/g, MASK],
  [/\b((?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{6,}/gi, `$1${MASK}`],
  [NAMED, `$1$2${MASK}`],
  // SQL (`PASSWORD '…'`), and the key of a JWT secret.
  [/\b((?:password|passwd|pwd|secret|token)\s+)(?:'[^'\n]*'?|"[^"\n]*"?)/gi, `$1${MASK}`],
  [/(["']key\\*["']\s*:\s*)(?:\\*"[^"\n]*"?|'[^'\n]*'?)/gi, `$1${MASK}`],
  [/(\s--?(?:[\w-]*-)?(?:password|passwd|pwd|secret|token)\s+)(?!-)\S+/gi, `$1${MASK}`],
];

/**
 * A message without what may be a secret: a provider's error text can hold a password that the engine does not know of.
 * Names of resources stay, however long they are. `secrets` are masked in every encoding, whatever stands around them.
 */
export function maskMessage(
  message: string,
  names: ReadonlySet<string>,
  secrets: readonly string[] = [],
): string {
  // Cut first, so that a message of megabytes costs no time.
  const plain = maskSecrets(message.slice(0, 4 * LONGEST), secrets)
    .replace(/^\s*(?:error|warning):\s*/i, "")
    .replace(URN, (urn) => nameOf(urn.replace(/[.,;:)]+$/, "")) || MASK);
  const text = MASKED.reduce((all, [place, instead]) => all.replace(place, instead), plain).replace(
    RUN,
    (run) => (names.has(run) || !mayBeSecret(run) ? run : MASK),
  );
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
