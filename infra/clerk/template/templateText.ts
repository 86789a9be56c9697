/** One operand of a shortcode expression: the path of a shortcode, or a literal. */
export type Operand =
  | { shortcode: string; literal?: undefined }
  | { shortcode?: undefined; literal: string | number | boolean };

/** A piece of a template: plain text, or what stands between {{ and }}. */
export type TemplatePart =
  | { text: string; operands?: undefined }
  | { text?: undefined; operands: Operand[] };

/** The pieces of a text, or every reason why it is no template. */
export type ParsedTemplate =
  | { parts: TemplatePart[]; reasons?: undefined }
  | { parts?: undefined; reasons: string[] };

const PATH = /^[A-Za-z_]\w*(?:\.[\w-]+)*$/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/**
 * Parses a claim's text as Clerk's page "JWT templates" describes it: text around `{{a || b || 'literal'}}`, where a
 * literal is a text in single quotes, true, false or a number. What the page leaves open (escapes, braces and || within
 * a literal, three braces in a row) is refused.
 */
export function parseTemplateText(text: string): ParsedTemplate {
  if (/\{\{\{|\}\}\}/.test(text)) return { reasons: [THREE_BRACES] };
  const parts: TemplatePart[] = [];
  const reasons: string[] = [];
  let rest = text;
  while (rest !== "") {
    const open = rest.indexOf("{{");
    const before = open < 0 ? rest : rest.slice(0, open);
    if (before.includes("}}")) return { reasons: [...reasons, NOT_OPENED] };
    if (before !== "") parts.push({ text: before });
    if (open < 0) break;
    const close = rest.indexOf("}}", open + 2);
    const inner = rest.slice(open + 2, close < 0 ? undefined : close);
    if (inner.includes("{{")) return { reasons: [...reasons, NESTED] };
    if (close < 0) return { reasons: [...reasons, NOT_CLOSED] };
    const expression = parseExpression(inner);
    if ("reason" in expression) reasons.push(expression.reason);
    else parts.push(expression);
    rest = rest.slice(close + 2);
  }
  return reasons.length === 0 ? { parts } : { reasons };
}

const THREE_BRACES =
  "has three braces in a row, and Clerk does not document which two count; put a space or a quote between";
const NOT_OPENED = "has }} without {{ before it; write {{shortcode}}";
const NOT_CLOSED = "has {{ without }} after it; write {{shortcode}}";
const NESTED = "has {{ within {{…}}; shortcodes cannot be nested, chain them as {{a || b}}";

function parseExpression(inner: string): { operands: Operand[] } | { reason: string } {
  const operands: Operand[] = [];
  for (const piece of splitOperands(inner)) {
    const text = piece.trim();
    const operand = parseOperand(text);
    if (operand === undefined) return { reason: operandProblem(text, inner) };
    operands.push(operand);
  }
  return { operands };
}

/** Splits at ||, but not within single quotes. */
function splitOperands(inner: string): string[] {
  const pieces = [""];
  let quote = false;
  for (let index = 0; index < inner.length; index += 1) {
    const here = inner.charAt(index);
    if (here === "'") quote = !quote;
    if (!quote && here === "|" && inner[index + 1] === "|") {
      pieces.push("");
      index += 1;
    } else pieces[pieces.length - 1] += here;
  }
  return pieces;
}

function parseOperand(text: string): Operand | undefined {
  if (text === "true" || text === "false") return { literal: text === "true" };
  if (NUMBER.test(text)) return { literal: Number(text) };
  const literal = /^'([^']*)'$/.exec(text)?.[1];
  if (literal !== undefined) return literalProblem(literal) ? undefined : { literal };
  return PATH.test(text) && text !== "null" ? { shortcode: text } : undefined;
}

/** Returns why a text cannot stand between single quotes in a shortcode, or undefined. */
export function literalProblem(text: string): string | undefined {
  if (/['\\]/.test(text)) return "holds a quote or a backslash, for which Clerk has no escape";
  if (/[{}]|\|\|/.test(text)) return "holds a brace or ||, which Clerk may read as its own";
  if (/\p{Cc}/u.test(text)) return "holds a control character";
  return undefined;
}

function operandProblem(operand: string, inner: string): string {
  if (inner.trim() === "")
    return "has {{}} with nothing in it; name a shortcode, such as {{user.id}}";
  if (operand === "") return "has nothing on one side of ||; name a shortcode or a literal there";
  if (/["“”‘’`]/.test(operand)) {
    return "has a literal in other quotes; Clerk takes straight single quotes, as {{a || 'b'}}";
  }
  if (operand === "null") return "has null as a literal; texts, numbers and booleans are allowed";
  if (/^'[^']*'$/.test(operand)) {
    return `has a literal that ${literalProblem(operand.slice(1, -1))}; use another text`;
  }
  if (/\||\?/.test(operand)) return "has an unknown operator; the only one is ||, as {{a || 'b'}}";
  if (operand.includes("'"))
    return "has an unbalanced or misplaced single quote; write {{a || 'b'}}";
  if (operand.includes("["))
    return "has a list position, which Clerk does not document; name a field";
  return "has something between {{ and }} that is neither a shortcode nor a literal; write {{user.id}} or {{a || 'b'}}";
}
