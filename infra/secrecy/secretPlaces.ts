/** What a credential looks like, or what stands before it. */
export const SecretForm = {
  /** `//user:password@`. */
  UserInfo: "user info",
  /** `user:password@` without a scheme. */
  Address: "address",
  /** `?name=value`. */
  Query: "query",
  Pem: "PEM",
  /** A key or token that is known by its own beginning. */
  Marked: "marked",
  /** `Bearer …` and `Basic …`; named where it stands in a header. */
  Header: "header",
  /** `password=…`, `"token": "…"`, `secret: …`. */
  Pair: "pair",
  /** `PASSWORD '…'`. */
  Sql: "SQL",
  /** The key of a JWT secret. */
  JwtKey: "JWT key",
  /** `--password …`. */
  Flag: "flag",
} as const;
export type SecretForm = (typeof SecretForm)[keyof typeof SecretForm];

/** A key or token that is known by its own beginning, as the source of a pattern. */
export const MARKED = String.raw`(?:(?:sk_(?:test|live)_|eyJ)[\w-]+(?:\.[\w-]+)*|whsec_[\w+/=-]+)`;

/** Words that begin a sentence about a setting, such as "password: is too short", and no value of it. */
const PROSE =
  "an?|are|authentication|bad|can|cannot|could|decrypting|does|error|expected|failed|has|have|holds|illegal|incorrect|invalid|is|it|malformed|may|missing|must|needs?|no|not|please|required|set|the|this|too|unable|unexpected|unknown|unsupported|value|was|were|wrong";
const WORDS =
  "password|passwd|passphrase|requirepass|masterauth|pwd|secret|token|(?:api|access|private)[_-]?key|credential|(?<![a-z])pass(?![a-z])";
const QUOTED = String.raw`"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|[{[][^\n]*`;
/** Also where JSON is quoted within JSON. */
const PAIR = new RegExp(
  [
    String.raw`(?<kept>\b(?<name>[\w-]{0,40}(?:${WORDS})[\w-]{0,40})\\*["']?`,
    String.raw`(?:\s*=\s*|\s*:(?=["'\S])|\s*:\s+(?!(?:${PROSE})\b)))`,
    String.raw`(?<value>${QUOTED}|[^\s,;]+)`,
  ].join(""),
  "gim",
);
const FLAG = new RegExp(
  String.raw`(?<kept>(?<=^|\s)--?(?<name>(?:[\w-]*-)?(?:${WORDS}))\s+)(?<value>(?!-)(?:${QUOTED}|\S+))`,
  "gi",
);

/** Groups of each pattern: `kept` stands before the value, `end` after it, `name` says what it is; all but the value may lack. */
const PLACES: readonly [form: SecretForm, place: RegExp][] = [
  // A password may hold "@" and "/", so that the last "@" ends it; bounded, because every "//" begins a search.
  [SecretForm.UserInfo, /(?<kept>\/\/)(?<value>[^\s"'`]{0,2400})(?<end>@)/g],
  [
    SecretForm.Address,
    /(?<![\w/.])(?<value>[\w.-]{1,64}:(?!\/\/)[^\s"'`@]{1,200})(?<end>@)(?!sha256:)(?=[\w[])/g,
  ],
  [SecretForm.Query, /(?<kept>[?&](?<name>[\w-]{1,60})=)(?<value>[^&\s"']+)/g],
  [SecretForm.Pem, /(?<value>-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$))/g],
  [SecretForm.Marked, new RegExp(String.raw`(?<value>\b${MARKED})`, "g")],
  [
    SecretForm.Header,
    /(?<kept>\b(?:(?<name>(?:proxy-)?authorization)\\*["']?\s*[:=]\s*\\*["']?)?(?:bearer|basic)\s+)(?<value>[A-Za-z0-9+/=._~-]{6,})/gi,
  ],
  [SecretForm.Pair, PAIR],
  [
    SecretForm.Sql,
    /(?<kept>\b(?<name>password|passwd|pwd|secret|token)\s+)(?<value>(?:E|U&)?'[^'\n]*'?|"[^"\n]*"?)/gi,
  ],
  [SecretForm.JwtKey, /(?<kept>["']key\\*["']\s*:\s*)(?<value>\\*"[^"\n]*"?|'[^'\n]*'?)/gi],
  [SecretForm.Flag, FLAG],
];

/** A place where a credential can stand. */
export interface SecretPlace {
  form: SecretForm;
  /** Everything before the value. */
  before: string;
  /** Everything after it, with what ends it. */
  after: string;
  /** What the text calls it. */
  name?: string;
  /** As it stands there, with its quotes. */
  value: string;
}

/** Every place of a text where a credential can stand; some overlap, and not everything there is one. */
export function secretPlaces(text: string): SecretPlace[] {
  return PLACES.flatMap(([form, pattern]) =>
    [...text.matchAll(pattern)].map(({ index, groups = {} }) => {
      const { kept = "", name, value = "" } = groups;
      const from = index + kept.length;
      const around = { before: text.slice(0, from), after: text.slice(from + value.length) };
      return { form, value, ...around, ...(name === undefined ? {} : { name }) };
    }),
  );
}

/** The text with a mask in every place where a credential can stand. */
export function maskPlaces(text: string, mask: string): string {
  return PLACES.reduce(
    (all, [, pattern]) =>
      all.replace(pattern, (...match) => {
        const { kept = "", end = "" } = match.at(-1) as Record<string, string | undefined>;
        return `${kept}${mask}${end}`;
      }),
    text,
  );
}
