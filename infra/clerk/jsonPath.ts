import { quoted } from "../validation/problems";

/** A parsed JSON path: names and list positions from the root of the token. */
export type JsonPathSteps = (string | number)[];

/** Names that Hasura does not search below a namespace, because they are registered claims (RFC 7519). */
export const REGISTERED_CLAIMS: readonly string[] = [
  "iss",
  "sub",
  "aud",
  "exp",
  "nbf",
  "iat",
  "jti",
];

const NAME = /^[A-Za-z_][\w-]*/;
/** No issuer's claim is named so: begins with $, or has another step in it. */
const HOLDS_PATH = /^\$|^\.|^\[|\[(?:\d+|"[^"]*"|'[^']*')\]/;

/**
 * Parses a path by the grammar of Hasura's Data.Parser.JSONPath (`$`, `.name`, `[0]`, `["x"]`, `['x']`); returns the
 * steps, or the reason why it is none. Escapes within quotes are refused, because engines differ in them.
 */
export function parseJsonPath(text: string): { steps: JsonPathSteps } | { reason: string } {
  if (text === "") return { reason: "is empty; write a JSON path such as $.sub" };
  const hint = pathHint(text);
  if (hint !== undefined) return { reason: hint };
  const steps: JsonPathSteps = [];
  let rest = text.startsWith("$") ? text.slice(1) : text;
  if (!text.startsWith("$") && NAME.test(rest)) rest = `.${rest}`;
  while (rest !== "") {
    const step = nextStep(rest);
    if (step === undefined) {
      const position = text.length - rest.length + 1;
      return {
        reason: `is not a JSON path from character ${position} on; allowed: $ followed by .name, [0], ["x"] or ['x']`,
      };
    }
    steps.push(step.element);
    rest = rest.slice(step.length);
  }
  return { steps };
}

/** Parses a path that somebody writes, and refuses one that Hasura would read and that leads nowhere. */
export function checkJsonPath(text: string): { steps: JsonPathSteps } | { reason: string } {
  const parsed = parseJsonPath(text);
  if ("reason" in parsed) return parsed;
  const name = parsed.steps.find((step) => typeof step === "string" && HOLDS_PATH.test(step));
  return name === undefined ? parsed : { reason: pathInQuotes(`${name}`) };
}

function pathHint(text: string): string | undefined {
  if (/\s/.test(text) && !/\[/.test(text)) return "holds white space; remove it";
  if (/:\/\//.test(text) && !/[[]/.test(text)) {
    return 'names a claim with special characters; write it in brackets, as $["https://…"]';
  }
  if (/[*?]|\.\./.test(text) && !/["']/.test(text)) {
    return "holds a wildcard, filter or ..; a path to exactly one claim is allowed";
  }
  if (/\{\{/.test(text)) return "is a Clerk shortcode; write the path into the token, as $.sub";
  return undefined;
}

/** Hasura takes what is in quotes for the name of one claim, which no token has, and gives the default without a word. */
function pathInQuotes(name: string): string {
  const path = /^\$(?:[.[]|$)/.test(name)
    ? `; write ${quoted(name)} without brackets and quotes`
    : "";
  return `has a path within quotes, where it is the name of one claim, ${quoted(name)}${path}; a path makes no list of a text, so for a list of roles use literals, or let the issuer write a list`;
}

function nextStep(rest: string): { element: string | number; length: number } | undefined {
  const name = /^\.([A-Za-z_][\w-]*)/.exec(rest);
  if (name?.[1] !== undefined) return { element: name[1], length: name[0].length };
  const index = /^\[(\d{1,9})\]/.exec(rest);
  if (index?.[1] !== undefined) return { element: Number(index[1]), length: index[0].length };
  const quote = /^\[(?:"([^"\\\p{Cc}]+)"|'([^'\\\p{Cc}]+)')\]/u.exec(rest);
  const element = quote?.[1] ?? quote?.[2];
  return quote === null || element === undefined ? undefined : { element, length: quote[0].length };
}
