import { isSwitch, ProblemList, quoted, type Result } from "../validation/problems";
import { checkJsonPath, type JsonPathSteps, REGISTERED_CLAIMS } from "./jsonPath";

/** How the claims object is written inside the token. @enum */
export const ClaimsFormat = {
  /** A JSON object. */
  Json: "json",
  /** Text that holds a JSON object, for issuers whose claims can only be text. */
  StringifiedJson: "stringified_json",
} as const;
export type ClaimsFormat = (typeof ClaimsFormat)[keyof typeof ClaimsFormat];

/** The claim that Hasura's and Clerk's guides use. */
export const DEFAULT_CLAIMS_NAMESPACE = "https://hasura.io/jwt/claims";

/** Where a token holds its x-hasura-* values. */
export interface ClaimsPlace {
  /** Set unless a path is used. */
  namespace?: string;
  /** The JSON path as given. */
  namespacePath?: string;
  /** Either of them as steps from the root. */
  steps: JsonPathSteps;
  format: ClaimsFormat;
}

/** The three settings that say where claims are. */
export interface ClaimsPlaceInput {
  claimsNamespace?: string | undefined;
  claimsNamespacePath?: string | undefined;
  claimsFormat?: string | undefined;
}

/** Checks where claims are; both a namespace and a path are refused, as the engine does. */
export function checkClaimsPlace(input: ClaimsPlaceInput, path = "identity"): Result<ClaimsPlace> {
  const problems = new ProblemList();
  const { claimsNamespace, claimsNamespacePath } = input;
  const format = checkFormat(input.claimsFormat, `${path}.claimsFormat`, problems);
  if (claimsNamespace !== undefined && claimsNamespacePath !== undefined) {
    problems.add(`${path}.claimsNamespacePath`, "excludes claimsNamespace; set one of the two");
  }
  if (claimsNamespace !== undefined) {
    const reason = namespaceProblem(claimsNamespace);
    if (reason !== undefined) problems.add(`${path}.claimsNamespace`, reason);
  }
  if (claimsNamespacePath === undefined) {
    const namespace = claimsNamespace ?? DEFAULT_CLAIMS_NAMESPACE;
    return problems.toResult({ namespace, steps: [namespace], format });
  }
  const parsed = checkJsonPath(claimsNamespacePath);
  if ("reason" in parsed) {
    problems.add(`${path}.claimsNamespacePath`, parsed.reason);
    return { problems: problems.list() };
  }
  const [first] = parsed.steps;
  if (typeof first === "number") {
    problems.add(
      `${path}.claimsNamespacePath`,
      "begins with a list position; a token is an object",
    );
  }
  if (typeof first === "string" && REGISTERED_CLAIMS.includes(first)) {
    problems.add(`${path}.claimsNamespacePath`, registered(first));
  }
  if (parsed.steps.length === 0 && format === ClaimsFormat.StringifiedJson) {
    problems.add(
      `${path}.claimsNamespacePath`,
      "$ is the whole token, which is never a string; name a claim or use claimsFormat json",
    );
  }
  return problems.toResult({ namespacePath: claimsNamespacePath, steps: parsed.steps, format });
}

function checkFormat(
  format: string | undefined,
  path: string,
  problems: ProblemList,
): ClaimsFormat {
  const known = Object.values(ClaimsFormat).find((one) => one === (format ?? ClaimsFormat.Json));
  if (known !== undefined) return known;
  const allowed = Object.values(ClaimsFormat).join(" and ");
  problems.add(path, `${quoted(format ?? "")} is unknown; allowed: ${allowed}`);
  return ClaimsFormat.Json;
}

function namespaceProblem(namespace: string): string | undefined {
  if (namespace === "") {
    return `is empty; leave it out for ${DEFAULT_CLAIMS_NAMESPACE}, or name a claim`;
  }
  if (/[\s\p{Cc}]/u.test(namespace)) return "holds white space; remove it";
  if (REGISTERED_CLAIMS.includes(namespace)) return registered(namespace);
  if (isSwitch(namespace)) {
    return `looks like a boolean, and the name of a claim is required; leave it out for ${DEFAULT_CLAIMS_NAMESPACE}, or name a claim`;
  }
  if (namespace.startsWith("$")) return "is a JSON path; move it to identity.claimsNamespacePath";
  if (/^x-hasura-/i.test(namespace)) {
    return "is a session variable; name the claim that holds them all, or use claimsMap";
  }
  return undefined;
}

function registered(claim: string): string {
  return `${claim} is a registered claim, where the engine does not look for x-hasura-* values; name another claim`;
}
