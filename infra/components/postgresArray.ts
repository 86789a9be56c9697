import { buildPostgresArray } from "../clerk/template/buildPostgresArray";
import { rejectProblems } from "../validation/rejectProblems";

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
