import { MARKED } from "./secretPlaces";

const MASK = "***";
/** Shorter texts are no secrets, and masking them would eat ordinary words. */
const MIN_SECRET = 4;
const MIN_LINE = 12;
const MIN_BASE64 = 6;
// Without a word boundary: what stands before it may be the n of an escaped line break.
const KNOWN_SECRET = new RegExp(MARKED, "g");

/**
 * Masks every secret in a text: as it is, percent-, JSON- or base64-encoded, whole or one of its lines; and keys and tokens
 * that are known by their beginning.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .flatMap((secret) => [secret, ...secret.split(/\r?\n/).filter(isTelling)])
    .filter((form) => form.trim().length >= MIN_SECRET)
    .sort((left, right) => right.length - left.length);
  let masked = text;
  for (const form of forms) {
    masked = maskPlain(masked, form);
    for (const encoded of base64Forms(form)) masked = masked.replaceAll(encoded, MASK);
  }
  return masked.replace(KNOWN_SECRET, MASK);
}

function isTelling(line: string): boolean {
  return line.length >= MIN_LINE && !line.startsWith("-----");
}

function maskPlain(text: string, secret: string): string {
  const steps = stepsOf(secret);
  const first = new RegExp(`(?:${steps[0]?.map(({ source }) => source).join("|")})`, "g");
  let masked = "";
  let done = 0;
  for (let found = first.exec(text); found !== null; found = first.exec(text)) {
    const end = endOf(text, found.index, steps);
    first.lastIndex = end ?? found.index + 1;
    if (end === undefined) continue;
    masked += text.slice(done, found.index) + MASK;
    done = end;
  }
  return masked + text.slice(done);
}

/**
 * Where the longest spelling of a secret that begins here ends; undefined where none does. Ends are kept as a set, because
 * a search that tries one spelling after the other takes twice as long with each character that has two.
 */
function endOf(text: string, start: number, steps: readonly RegExp[][]): number | undefined {
  let ends = new Set([start]);
  for (const forms of steps) {
    const next = new Set<number>();
    for (const form of forms) {
      for (const end of ends) {
        form.lastIndex = end;
        if (form.test(text)) next.add(form.lastIndex);
      }
    }
    if (next.size === 0) return undefined;
    ends = next;
  }
  return Math.max(...ends);
}

/** The spellings of a secret, piece by piece: of a piece with a single pattern, no text has two that begin alike. */
function stepsOf(secret: string): RegExp[][] {
  return (secret.match(/[\\%]|[^\\%]+/g) ?? []).map((piece) => {
    const forms = AMBIGUOUS.get(piece) ?? [[...piece].map(encodedCharacter).join("")];
    return forms.map((form) => new RegExp(form, "y"));
  });
}

/** The two characters with which encodings begin; one of them may be the beginning of its own encoding. */
const AMBIGUOUS: ReadonlyMap<string, readonly string[]> = new Map([
  ["\\", ["\\\\", "\\\\\\\\", "%(?:25)*5[cC]", "\\\\u005[cC]"]],
  ["%", ["%", "%25", "%2525", "%(?:25){3,}", "\\\\u0025"]],
]);

function encodedCharacter(character: string): string {
  const percent = [...Buffer.from(character, "utf8")].map((byte) => `%(?:25)*${hex(byte, 2)}`);
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const forms = [
    percent.join(""),
    units.map((unit) => `\\\\u${hex(unit, 4)}`).join(""),
    ...shortEscapes(character),
    ...(character === " " ? ["\\+"] : []),
    escaped(character),
  ];
  return `(?:${forms.join("|")})`;
}

/** What JSON may write beside `\\u…`, which stands for any character. */
function shortEscapes(character: string): string[] {
  if (character === "/") return ["\\\\/"];
  const json = JSON.stringify(character).slice(1, -1);
  return json === character || json.startsWith("\\u") ? [] : [escaped(json)];
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
