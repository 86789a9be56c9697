import { type ResolvedIdentity, readIdentity } from "../../../infra/clerk/identity";
import { ProblemList, type Result } from "../../../infra/validation/problems";

/** The identity that plain settings come to, or every problem with them. */
export function resolveIdentity(settings: unknown): Result<ResolvedIdentity> {
  const problems = new ProblemList();
  const { identity } = readIdentity(settings, problems);
  if (identity !== undefined) return problems.toResult(identity);
  if (problems.size === 0) throw new Error("an identity has neither a value nor problems");
  return { problems: problems.list() };
}
