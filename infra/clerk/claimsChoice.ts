import { type ProblemList, quoted } from "../validation/problems";
import { readUrl } from "../validation/readUrl";
import { type ClaimsPlace, checkClaimsPlace } from "./claims";
import { type ClaimsMap, checkClaimsMap, checkClerkDefaults } from "./claimsMap";
import { ClaimsSource } from "./claimsSource";
import { isClerkDevHost } from "./frontendApiHost";
import type { ShapedIdentity } from "./identityShape";
import { isSet } from "./keySource";
import { checkMappedRoles } from "./mappedRoles";
import { DEFAULT_ROLE, type Roles } from "./roles";
import { sessionTokenClaims } from "./sessionToken";

/** Where the engine finds claims: in one place of the token, or each by a path of its own. */
export type ClaimsChoice = { place: ClaimsPlace } | { map: ClaimsMap };

const PATH = "identity";
const PLACE_SETTINGS = ["claimsNamespace", "claimsNamespacePath", "claimsFormat"] as const;

/** Decides where claims are, and reports settings that contradict that. */
export function chooseClaims(
  input: ShapedIdentity,
  roles: Roles | undefined,
  problems: ProblemList,
): ClaimsChoice | undefined {
  const source = knownSource(input.claims, problems);
  if (source === undefined) return undefined;
  if (source !== ClaimsSource.Template) {
    return sessionClaims(input, source, roles, problems);
  }
  const { claimsMap } = input;
  if (claimsMap === undefined) {
    const place = problems.valueOrCollect(checkClaimsPlace(input, PATH));
    return place === undefined ? undefined : { place };
  }
  refusePlace(input, "claimsMap; remove it, or the claimsMap", problems);
  const map = problems.valueOrCollect(checkMappedRoles(claimsMap, input, roles, PATH));
  if (readsClerkSession(input, problems))
    checkClerkDefaults(claimsMap, `${PATH}.claimsMap`, problems);
  return map === undefined ? undefined : { map };
}

/** Whether tokens are signed by Clerk's own key, so that they may be session tokens. */
function readsClerkSession(input: ShapedIdentity, problems: ProblemList): boolean {
  const { publishableKey, frontendApi, jwksUrl } = input;
  if (isSet(input, "signingKey", problems)) return false;
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
  input: ShapedIdentity,
  source: ClaimsSource,
  roles: Roles | undefined,
  problems: ProblemList,
): ClaimsChoice | undefined {
  const remedy = `claims ${source}, which is read by fixed paths; remove it, or set claims to template`;
  refusePlace(input, remedy, problems);
  if (isSet(input, "claimsMap", problems)) {
    problems.add(`${PATH}.claimsMap`, `cannot be combined with ${remedy}`);
  }
  if (isSet(input, "signingKey", problems)) {
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

function refusePlace(input: ShapedIdentity, beside: string, problems: ProblemList): void {
  for (const name of PLACE_SETTINGS) {
    if (isSet(input, name, problems)) {
      problems.add(`${PATH}.${name}`, `cannot be combined with ${beside}`);
    }
  }
}
