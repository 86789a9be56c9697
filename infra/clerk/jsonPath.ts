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

/**
 * Parses a path by the grammar of Hasura's Data.Parser.JSONPath (`$`, `.name`, `[0]`, `["x"]`, `['x']`); answers the
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
        reason: `is no JSON path from character ${position} on; allowed: $ followed by .name, [0], ["x"] or ['x']`,
      };
    }
    steps.push(step.element);
    rest = rest.slice(step.length);
  }
  return { steps };
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

function nextStep(rest: string): { element: string | number; length: number } | undefined {
  const name = /^\.([A-Za-z_][\w-]*)/.exec(rest);
  if (name?.[1] !== undefined) return { element: name[1], length: name[0].length };
  const index = /^\[(\d{1,9})\]/.exec(rest);
  if (index?.[1] !== undefined) return { element: Number(index[1]), length: index[0].length };
  const quote = /^\[(?:"([^"\\\p{Cc}]+)"|'([^'\\\p{Cc}]+)')\]/u.exec(rest);
  const element = quote?.[1] ?? quote?.[2];
  return quote === null || element === undefined ? undefined : { element, length: quote[0].length };
}
