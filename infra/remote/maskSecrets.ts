const MASK = "***";
/** Shorter texts are no secrets, and masking them would eat ordinary words. */
const MIN_SECRET = 4;
const MIN_LINE = 12;
const MIN_BASE64 = 6;
const CLERK_SECRET = /sk_(?:test|live)_[\w-]+/g;

/** Masks every secret in a text: as it is, percent-, JSON- or base64-encoded, whole or one of its lines. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .flatMap((secret) => [secret, ...secret.split(/\r?\n/).filter(isTelling)])
    .filter((form) => form.trim().length >= MIN_SECRET)
    .sort((left, right) => right.length - left.length);
  let masked = text;
  for (const form of forms) masked = masked.replace(encodedForms(form), MASK);
  return masked.replace(CLERK_SECRET, MASK);
}

function isTelling(line: string): boolean {
  return line.length >= MIN_LINE && !line.startsWith("-----");
}

function encodedForms(secret: string): RegExp {
  const plain = [...secret].map(encodedCharacter).join("");
  return new RegExp([plain, ...base64Forms(secret).map(escaped)].join("|"), "g");
}

function encodedCharacter(character: string): string {
  const percent = [...Buffer.from(character, "utf8")].map((byte) => `%(?:25)*${hex(byte, 2)}`);
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  // The character itself comes last: it may begin another form, whose rest would be left over.
  const forms = [
    percent.join(""),
    escaped(JSON.stringify(character).slice(1, -1)),
    units.map((unit) => `\\\\u${hex(unit, 4)}`).join(""),
    ...(character === " " ? ["\\+"] : []),
    ...(character === "/" ? ["\\\\/"] : []),
    escaped(character),
  ];
  return `(?:${forms.join("|")})`;
}

function hex(value: number, width: number): string {
  const digits = value.toString(16).padStart(width, "0");
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** A secret inside a longer base64 text (user:secret) lies at one of three offsets, each with its own letters. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const forms = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const firstOwn = Math.ceil((offset * 8) / 6);
    const lastOwn = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(firstOwn, lastOwn);
  });
  const urlSafe = forms.map((form) => form.replace(/\+/g, "-").replace(/\//g, "_"));
  return [...new Set([...forms, ...urlSafe])].filter((form) => form.length >= MIN_BASE64);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
