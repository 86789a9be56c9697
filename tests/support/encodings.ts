/** The ways in which a text is looked for. */
export const Encoding = {
  Plain: "plain",
  Json: "as JSON",
  Base64: "as base64",
  Base64Url: "as base64url",
  Percent: "percent-encoded",
  Hex: "as hex",
} as const;
export type Encoding = (typeof Encoding)[keyof typeof Encoding];

const inQuotes = (text: string) => JSON.stringify(text).slice(1, -1);

/** Go's encoder, which Pulumi's engine uses, also escapes what HTML would read. */
function goEscaped(json: string): string {
  return json.replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
}

/** What of a value is the same in every base64 text that holds it, for each place at which it may begin there. */
function base64Cores(bytes: Buffer, encoding: "base64" | "base64url"): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString(encoding);
    // A character of six bits that a neighbour shares is no part of it.
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(first, last);
  });
}

const upperHex = (character: string) => character.charCodeAt(0).toString(16).toUpperCase();

/**
 * Every spelling of a value in six encodings: plain also in a shell's quotes, base64 at any place of a longer text, JSON also
 * within JSON and as Go writes it, percent signs as for a query, a path and a whole address.
 */
export function spellingsOf(value: string): Record<Encoding, string[]> {
  const bytes = Buffer.from(value);
  const json = inQuotes(value);
  const percent = encodeURIComponent(value);
  const strict = percent.replace(/[!'()*]/g, (it) => `%${upperHex(it)}`);
  const goPath = strict.replace(/%(?:24|26|2B|3A|3D|40)/g, decodeURIComponent);
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (it) => it.toLowerCase());
  const hex = bytes.toString("hex");
  return {
    [Encoding.Plain]: [value, value.replaceAll("'", `'\\''`)],
    [Encoding.Json]: [json, inQuotes(json), goEscaped(json), inQuotes(goEscaped(json))],
    [Encoding.Base64]: base64Cores(bytes, "base64"),
    [Encoding.Base64Url]: base64Cores(bytes, "base64url"),
    [Encoding.Percent]: [percent, strict, encodeURI(value), goPath].flatMap((it) => [
      it,
      lower(it),
    ]),
    [Encoding.Hex]: [hex, hex.toUpperCase()],
  };
}

/** Letters and digits in a row that no two texts have by chance; shorter ones may be a word. */
const LONG_RUN = /[A-Za-z0-9]{24,}/g;

function longestRun(text: string): string[] {
  const [longest] = (text.match(LONG_RUN) ?? []).sort((a, b) => b.length - a.length);
  return longest === undefined ? [] : [longest];
}

/**
 * What of a value a sink leaves as it is, though it escapes, indents or cuts the rest: the longest run of letters and digits. Of a
 * private key each line, and a run of each line but the first, which every key of the kind begins with. A public key is left out.
 */
export function stretchesOf(value: string): string[] {
  if (!value.includes("-----BEGIN ")) return longestRun(value);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value)) return [];
  const lines = value.split(/\n|\\n/).filter((line) => /^[A-Za-z0-9+/=]{24,}$/.test(line));
  return [...lines, ...lines.slice(1).flatMap(longestRun)];
}
