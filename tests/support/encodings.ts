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

/**
 * Every spelling of a value in six encodings: plain also in a shell's quotes, base64 at any place of a longer text, JSON also
 * within JSON and as Go writes it.
 */
export function spellingsOf(value: string): Record<Encoding, string[]> {
  const bytes = Buffer.from(value);
  const json = inQuotes(value);
  const percent = encodeURIComponent(value);
  const strict = percent.replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16)}`);
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (it) => it.toLowerCase());
  const hex = bytes.toString("hex");
  return {
    [Encoding.Plain]: [value, value.replaceAll("'", `'\\''`)],
    [Encoding.Json]: [json, inQuotes(json), goEscaped(json), inQuotes(goEscaped(json))],
    [Encoding.Base64]: base64Cores(bytes, "base64"),
    [Encoding.Base64Url]: base64Cores(bytes, "base64url"),
    [Encoding.Percent]: [percent, strict, lower(percent), lower(strict)],
    [Encoding.Hex]: [hex, hex.toUpperCase()],
  };
}
