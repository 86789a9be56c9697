import { type ProblemList, quoted } from "../validation/problems";
import { readUrl } from "../validation/readUrl";
import { type ClaimsPlace, checkClaimsPlace } from "./claims";
import { type ClaimsMap, checkClaimsMap, checkClerkDefaults } from "./claimsMap";
import { ClaimsSource } from "./claimsSource";
import { isClerkDevHost } from "./frontendApiHost";
import type { IdentityInput } from "./identityInput";
import { checkMappedRoles } from "./mappedRoles";
import { DEFAULT_ROLE, type Roles } from "./roles";
import { sessionTokenClaims } from "./sessionToken";

/** Where the engine finds claims: in one place of the token, or each by a path of its own. */
export type ClaimsChoice = { place: ClaimsPlace } | { map: ClaimsMap };

const PATH = "identity";
const PLACE_SETTINGS = ["claimsNamespace", "claimsNamespacePath", "claimsFormat"] as const;

/** Decides where claims are, and reports settings that contradict that. */
export function chooseClaims(
  input: IdentityInput,
  roles: Roles | undefined,
  malformed: ReadonlySet<string>,
  problems: ProblemList,
): ClaimsChoice | undefined {
  const source = knownSource(input.claims, problems);
  if (source === undefined) return undefined;
  if (source !== ClaimsSource.Template) {
    return sessionClaims(input, source, roles, malformed, problems);
  }
  const { claimsMap } = input;
  if (claimsMap === undefined) {
    const place = problems.valueOrCollect(checkClaimsPlace(input, PATH));
    return place === undefined ? undefined : { place };
  }
  refusePlace(input, malformed, "claimsMap; remove it, or the claimsMap", problems);
  const map = problems.valueOrCollect(checkMappedRoles(claimsMap, input, roles, PATH));
  if (readsClerkSession(input)) checkClerkDefaults(claimsMap, `${PATH}.claimsMap`, problems);
  return map === undefined ? undefined : { map };
}

/** Whether tokens are signed by Clerk's own key, so that they may be session tokens. */
function readsClerkSession({ publishableKey, frontendApi, signingKey, jwksUrl }: IdentityInput) {
  if (signingKey !== undefined) return false;
  if (publishableKey !== undefined || frontendApi !== undefined) return true;
  const url = jwksUrl === undefined ? undefined : readUrl(jwksUrl);
  return url !== undefined && isClerkDevHost(url.hostname);
}

function knownSource(given: string | undefined, problems: ProblemList): ClaimsSource | undefined {
  const source = given ?? ClaimsSource.Template;
  const known = Object.values(ClaimsSource).find((one) => one === source);
  if (known !== undefined) return known;
  const allowed = Object.values(ClaimsSource).join(", ");
  problems.add(`${PATH}.claims`, `${quoted(source)} is unknown; allowed: ${allowed}`);
  return undefined;
}

function sessionClaims(
  input: IdentityInput,
  source: ClaimsSource,
  roles: Roles | undefined,
  malformed: ReadonlySet<string>,
  problems: ProblemList,
): ClaimsChoice | undefined {
  const remedy = `claims ${source}, which is read by fixed paths; remove it, or set claims to template`;
  refusePlace(input, malformed, remedy, problems);
  if (input.claimsMap !== undefined || malformed.has("claimsMap")) {
    problems.add(`${PATH}.claimsMap`, `cannot be combined with ${remedy}`);
  }
  if (input.signingKey !== undefined) {
    const reason =
      "is never used for session tokens, which Clerk signs with its own key; remove it, or use a template";
    problems.add(`${PATH}.signingKey`, reason);
  }
  const version = source === ClaimsSource.SessionToken ? 2 : 1;
  const map = problems.valueOrCollect(
    checkClaimsMap(
      sessionTokenClaims(version, {
        defaultRole: roles?.defaultRole ?? DEFAULT_ROLE,
        allowedRoles: roles?.allowedRoles ?? [DEFAULT_ROLE],
      }),
    ),
  );
  return map === undefined ? undefined : { map };
}

function refusePlace(
  input: IdentityInput,
  malformed: ReadonlySet<string>,
  beside: string,
  problems: ProblemList,
): void {
  for (const name of PLACE_SETTINGS) {
    if (input[name] !== undefined || malformed.has(name)) {
      problems.add(`${PATH}.${name}`, `cannot be combined with ${beside}`);
    }
  }
}
