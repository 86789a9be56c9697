import type { Problem } from "../../validation/problems";
import { rejectProblems } from "../../validation/rejectProblems";

/**
 * Writes values as the text of a Postgres array, the only form in which Hasura takes a list as a session variable:
 * `["a", "b c"]` becomes `{a,"b c"}`. Quotes as the Postgres manual says (section 8.15.6, array output). Throws when
 * a value holds a NUL, which no Postgres text can, or `{{` or `}}`, which Clerk would read as a shortcode.
 */
export function postgresArray(values: string[]): string {
  const problems = values.flatMap((value, index): Problem[] => {
    const reason = valueProblem(value);
    return reason === undefined ? [] : [{ path: `values[${index}]`, reason }];
  });
  rejectProblems("The Postgres array", problems);
  return `{${values.map(element).join(",")}}`;
}

function valueProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return `is of type ${typeof value}; text is wanted`;
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
