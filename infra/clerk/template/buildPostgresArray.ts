import { ProblemList, type Result } from "../../validation/problems";

/** The text that postgresArray answers, or every value that cannot be written. */
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
