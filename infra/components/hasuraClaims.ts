import { buildHasuraClaims } from "../clerk/template/buildHasuraClaims";
import type { HasuraClaimsArgs } from "../clerk/template/hasuraClaimsArgs";
import { ProblemList, type Result } from "../validation/problems";
import { rejectProblems } from "../validation/rejectProblems";

/**
 * Builds the claims of a Clerk JWT template for Hasura: the roles, the user's id, if wanted the organization, and
 * variables of your own. Throws one error that lists every problem. Sources: Clerk's page "JWT templates" for
 * shortcodes, Hasura's page "JWT" and JWT.hs for the claims.
 */
export function hasuraClaims(args: HasuraClaimsArgs): Record<string, unknown> {
  const { value = {}, problems = [] } = buildHasuraClaims(args);
  rejectProblems("The template's claims", problems);
  return value;
}

/**
 * Writes values as the text of a Postgres array, the only form in which Hasura takes a list as a session variable:
 * `["a", "b c"]` becomes `{a,"b c"}`. Quotes as the Postgres manual says (section 8.15.6, array output). Throws when
 * a value holds a NUL, which no Postgres text can, or `{{` or `}}`, which Clerk would read as a shortcode.
 */
export function postgresArray(values: string[]): string {
  const { value = "", problems = [] } = buildPostgresArray(values);
  rejectProblems("The Postgres array", problems);
  return value;
}

/** The text that postgresArray returns, or every value that cannot be written. */
export function buildPostgresArray(values: readonly string[]): Result<string> {
  const problems = new ProblemList();
  values.forEach((value, index) => {
    const reason = valueProblem(value);
    if (reason !== undefined) problems.add(`values[${index}]`, reason);
  });
  if (problems.size > 0) return { problems: problems.list() };
  return { value: `{${values.map(element).join(",")}}` };
}

function valueProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return `is of type ${typeof value}; text is required`;
  if (value.includes("\0")) return "holds a NUL character, which no Postgres text can; remove it";
  if (/\{\{|\}\}/.test(value)) {
    return "holds {{ or }}; the value of a shortcode could break out of its quotes, so list fixed texts";
  }
  return undefined;
}

function element(value: string): string {
  const plain = /^[^\s"\\{},\p{Cc}]+$/u.test(value) && value.toLowerCase() !== "null";
  return plain ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
}
