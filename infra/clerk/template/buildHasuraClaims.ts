import { ProblemList, quoted, type Result } from "../../validation/problems";
import { isUri } from "../../validation/readUrl";
import { ALLOWED_ROLES, checkClaimsMap, DEFAULT_ROLE_NAME, shownName } from "../claimsMap";
import { REGISTERED_CLAIMS } from "../jsonPath";
import { reservedProblem } from "./checkTemplateClaims";
import { textValueProblem, userIdSourceProblem } from "./claimValues";
import { ClaimsNamespace, type HasuraClaimsArgs, shapeHasuraClaims } from "./hasuraClaimsArgs";
import { settleRoles, sourceProblem, withFallback } from "./roleClaims";
import { checkShortcodes, checkTemplateText } from "./shortcodes";
import { parseTemplateText } from "./templateText";

const ORGANIZATION = {
  "x-hasura-org-id": "org.id",
  "x-hasura-org-role": "org.role",
  "x-hasura-org-slug": "org.slug",
};
const USER_ID = "x-hasura-user-id";

/** The claims that hasuraClaims returns, or every problem; `path` stands before the path of each. */
export function buildHasuraClaims(
  args: HasuraClaimsArgs,
  path = "hasuraClaims",
): Result<Record<string, unknown>> {
  const problems = new ProblemList();
  const sound = shapeHasuraClaims(args, path, problems);
  const isWhole = problems.size === 0;
  const namespace = settleNamespace(sound, path, problems);
  const { defaultRole, allowedRoles } = settleRoles(sound, path, problems, isWhole);
  const claims = {
    [DEFAULT_ROLE_NAME]: defaultRole,
    [ALLOWED_ROLES]: allowedRoles,
    [USER_ID]: settleUserId(sound.userIdFrom ?? "user.id", `${path}.userIdFrom`, problems),
    ...(sound.organization === true ? organizationClaims() : {}),
    ...settleVariables(sound, `${path}.variables`, problems),
  };
  problems.addAll(checkShortcodes(sound.shortcodes ?? [], `${path}.shortcodes`));
  checkAudience(sound.audience, `${path}.audience`, problems);
  const audience = sound.audience === undefined ? {} : { aud: sound.audience };
  return problems.toResult({ ...audience, [namespace]: claims });
}

function organizationClaims(): Record<string, string> {
  const entries = Object.entries(ORGANIZATION);
  return Object.fromEntries(entries.map(([name, from]) => [name, withFallback(from, "")]));
}

function settleNamespace(args: HasuraClaimsArgs, path: string, problems: ProblemList): string {
  const { namespace, namespaceName } = args;
  if (namespace !== undefined && namespaceName !== undefined) {
    problems.add(`${path}.namespaceName`, "excludes namespace; set one of the two");
  }
  const known = Object.values(ClaimsNamespace);
  if (namespace !== undefined && !known.includes(namespace)) {
    const allowed = known.join(" and ");
    problems.add(
      `${path}.namespace`,
      `${quoted(namespace)} is unknown; allowed: ${allowed}; set namespaceName for another`,
    );
  }
  const reason = namespaceName === undefined ? undefined : namespaceProblem(namespaceName);
  if (reason !== undefined) problems.add(`${path}.namespaceName`, reason);
  return namespaceName ?? namespace ?? ClaimsNamespace.Hasura;
}

function namespaceProblem(name: string): string | undefined {
  if (name === "") return `is empty; leave it out for ${ClaimsNamespace.Hasura}, or name a claim`;
  if (/[\s{}\p{Cc}]/u.test(name)) return "holds white space or a brace; remove it";
  if (/^x-hasura-/i.test(name)) {
    return "is a session variable; name the claim that holds them all, and put this one into variables";
  }
  if (name.startsWith("$")) return "is a JSON path; write the name of a top-level claim";
  if (reservedProblem(name) !== undefined) return reservedProblem(name);
  return REGISTERED_CLAIMS.includes(name)
    ? `${name} is a registered claim, where Hasura does not look; name another claim`
    : undefined;
}

/**
 * Only `user.id` is never null. The fallback is the empty text, which equals no id; a number in metadata stays a
 * number, and Hasura refuses the token, because Clerk makes it text only where other text stands beside it.
 */
function settleUserId(from: string, at: string, problems: ProblemList): string {
  const reason = sourceProblem(from, userIdSourceProblem);
  if (reason !== undefined) problems.add(at, reason);
  return from === "user.id" ? "{{user.id}}" : withFallback(from, "");
}

function settleVariables(
  args: HasuraClaimsArgs,
  path: string,
  problems: ProblemList,
): Record<string, string> {
  const variables = args.variables ?? {};
  const names = Object.keys(variables);
  const free = names.filter((name) => {
    const setBy = setter(name, args.organization === true);
    const reason = `is already set by ${setBy}; remove one of the two`;
    if (setBy !== undefined) problems.add(`${path}[${shownName(name)}]`, reason);
    return setBy === undefined;
  });
  problems.valueOrCollect(
    checkClaimsMap(
      Object.fromEntries([
        ...free.map((name) => [name, { literal: "" }]),
        [ALLOWED_ROLES, { literals: ["user"] }],
        [DEFAULT_ROLE_NAME, { literal: "user" }],
      ]),
      path,
    ),
  );
  for (const [name, text] of Object.entries(variables)) {
    for (const reason of variableProblems(text, args.shortcodes))
      problems.add(`${path}[${shownName(name)}]`, reason);
  }
  return variables;
}

function setter(name: string, organization: boolean): string | undefined {
  if (name === DEFAULT_ROLE_NAME) return "defaultRole";
  if (name === ALLOWED_ROLES) return "allowedRoles";
  if (name === USER_ID) return "userIdFrom";
  return organization && Object.hasOwn(ORGANIZATION, name) ? "organization" : undefined;
}

/** Returns why a text may not be the value of a session variable; a text with broken shortcodes is judged no further. */
function variableProblems(text: string, further?: readonly string[]): string[] {
  const spelling = checkTemplateText(text, "", further).map(({ reason }) => reason);
  const reason = textValueProblem(parseTemplateText(text).parts ?? []);
  return spelling.length > 0 || reason === undefined ? spelling : [reason];
}

function checkAudience(audience: string | undefined, at: string, problems: ProblemList): void {
  if (audience === undefined) return;
  if (audience === "") problems.add(at, "is empty; leave it out, or name whom tokens are for");
  else if (/[\s{}\p{Cc}]/u.test(audience)) {
    problems.add(at, "holds white space or a brace; a fixed string without them is required");
  } else if (audience.includes(":") && !isUri(audience)) {
    problems.add(at, "holds a colon, so it must be a valid URI, or Hasura refuses the token");
  }
}
