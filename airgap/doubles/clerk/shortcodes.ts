/** Whose token it is; names are Clerk's, in snake_case. Without an active organization org and org_membership are null. */
export interface ShortcodeContext {
  user: object;
  org: object | null;
  org_membership: object | null;
  /** Its actor is null unless somebody else impersonates the user. */
  session: object;
}

/** What templates may see of each object; everything else (private metadata, passwords) is unknown to them. */
const VISIBLE: Record<keyof ShortcodeContext, string[]> = {
  user: [
    "id",
    "external_id",
    "first_name",
    "last_name",
    "full_name",
    "username",
    "image_url",
    "created_at",
    "updated_at",
    "primary_email_address",
    "primary_phone_number",
    "email_verified",
    "primary_email_address_verified",
    "phone_number_verified",
    "two_factor_enabled",
    "public_metadata",
    "unsafe_metadata",
    "organizations",
  ],
  org: ["id", "slug", "name", "role", "public_metadata"],
  org_membership: ["permissions", "public_metadata"],
  session: ["actor"],
};

/** A quote that another one follows is always a literal's: read in two ways, many would take for ever. */
const SHORTCODE = /\{\{((?:'[^']*'|(?!\}\}|\{\{|'[^']*')[\s\S])*)\}\}/g;
/** A || that an even number of quotes follows. */
const OUTSIDE_QUOTES = /\|\|(?=(?:[^']*'[^']*')*[^']*$)/;

/**
 * Evaluates the claims of a JWT template by the rules of Clerk's page "JWT templates": a text that is one shortcode
 * becomes its value with its type; shortcodes within text become text, null the word null; unknown ones become null.
 * Not on that page, and chosen here: objects within text become JSON, malformed braces stay as they are, names of
 * claims are left alone, white space around a shortcode counts as text.
 */
export function evaluateClaims(claims: unknown, context: ShortcodeContext): unknown {
  if (typeof claims === "string") return evaluateText(claims, context);
  if (Array.isArray(claims)) return claims.map((item) => evaluateClaims(item, context));
  if (typeof claims !== "object" || claims === null) return claims;
  const entries = Object.entries(claims);
  return Object.fromEntries(entries.map(([name, value]) => [name, evaluateClaims(value, context)]));
}

function evaluateText(text: string, context: ShortcodeContext): unknown {
  const matches = [...text.matchAll(SHORTCODE)];
  const [only] = matches;
  if (matches.length === 1 && only !== undefined && only[0] === text) {
    return evaluateExpression(only[1] ?? "", context);
  }
  return text.replace(SHORTCODE, (_, inner: string) => {
    const value = evaluateExpression(inner, context);
    return typeof value === "string" ? value : JSON.stringify(value);
  });
}

/** The first operand that is neither null nor false, otherwise the last, whatever it is. */
function evaluateExpression(inner: string, context: ShortcodeContext): unknown {
  const operands = inner.split(OUTSIDE_QUOTES);
  let value: unknown = null;
  for (const operand of operands) {
    value = evaluateOperand(operand.trim(), context);
    if (value !== null && value !== false) return value;
  }
  return value;
}

function evaluateOperand(operand: string, context: ShortcodeContext): unknown {
  if (operand.length > 1 && operand.startsWith("'") && operand.endsWith("'")) {
    return operand.slice(1, -1);
  }
  if (operand === "true") return true;
  if (operand === "false") return false;
  if (/^-?[0-9]+(\.[0-9]+)?$/.test(operand)) return Number.parseFloat(operand);
  return lookUp(operand.split("."), context);
}

function lookUp([root = "", field = "", ...rest]: string[], context: ShortcodeContext): unknown {
  if (!isRoot(root) || !VISIBLE[root].includes(field)) return null;
  if (rest.length > 0 && !field.endsWith("_metadata")) return null;
  let value: unknown = context[root];
  for (const name of [field, ...rest]) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    if (!Object.hasOwn(value, name)) return null;
    value = (value as Record<string, unknown>)[name];
  }
  return value ?? null;
}

function isRoot(name: string): name is keyof ShortcodeContext {
  return Object.hasOwn(VISIBLE, name);
}
