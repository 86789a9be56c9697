import { isDeepStrictEqual } from "node:util";
import { ClaimsFormat, type ClaimsPlace, checkClaimsPlace } from "../clerk/claims";
import { identityShape, type ShapedIdentity } from "../clerk/identityShape";
import { checkRoles } from "../clerk/roles";
import { SigningAlgorithm } from "../clerk/signingKey";
import { derivePublicKey } from "../clerk/signingKeyPair";
import { buildHasuraClaims } from "../clerk/template/buildHasuraClaims";
import type { HasuraClaimsArgs } from "../clerk/template/hasuraClaimsArgs";
import { checkShortcodes } from "../clerk/template/shortcodes";
import { isObject } from "../validation/isObject";
import { ProblemList } from "../validation/problems";
import { anything, group, plain, type Shaped, text } from "../validation/shape";
import {
  algorithm,
  checkImport,
  type JwtTemplateSettings,
  settleJwtTemplate,
  TEMPLATE_FIELDS,
} from "./jwtTemplate";

/** A template as Clerk is to have it, but for its keys. */
export interface TemplateSettings extends JwtTemplateSettings {
  claims: Record<string, unknown>;
  /** Those of the template and those of its claims. */
  shortcodes: string[];
}

const PATH = "template";
const FIELDS = {
  ...TEMPLATE_FIELDS,
  shortcodes: plain(TEMPLATE_FIELDS.shortcodes),
  claims: plain(anything),
  signingKey: group({
    algorithm: plain(algorithm),
    key: text,
    rotation: text,
  }),
};
export type ShapedTemplate = Shaped<typeof FIELDS>;

/** Settings of the identity with which a template has to agree. */
const AGREEING = [
  "allowedRoles",
  "audience",
  "claims",
  "claimsFormat",
  "claimsMap",
  "claimsNamespace",
  "claimsNamespacePath",
  "defaultRole",
] as const;

/** Those settings alone, so that no key beside them makes the template secret. */
export function agreeingSettings<T extends object>(identity: T): Partial<T> {
  const names: readonly string[] = AGREEING;
  return Object.fromEntries(
    Object.entries(identity).filter(([name]) => names.includes(name)),
  ) as Partial<T>;
}

/** Reads the arguments of a template, and judges what is said of its key. */
export function readTemplate(raw: unknown, problems: ProblemList): ShapedTemplate {
  const given = group(FIELDS)(raw, PATH, problems) ?? {};
  checkImport(given, `${PATH}.importId`, problems);
  const { key, rotation, algorithm: named = SigningAlgorithm.HS256 } = given.signingKey ?? {};
  const at = `${PATH}.signingKey`;
  const isSet = (name: string) => problems.isLeftOut(`${at}.${name}`);
  if ((key !== undefined || isSet("key")) && (rotation !== undefined || isSet("rotation"))) {
    problems.add(`${at}.rotation`, "cannot be combined with key; rotate by giving another key");
  }
  if (key !== undefined && !isSet("algorithm")) {
    problems.valueOrCollect(derivePublicKey({ algorithm: named, privateKey: key }, at));
  }
  return given;
}

/** The template with every default, and claims that agree with the identity; undefined where an Output is yet to tell. */
export function settleTemplate(
  given: ShapedTemplate,
  rawIdentity: unknown,
  problems: ProblemList,
): TemplateSettings | undefined {
  const own = new ProblemList();
  const identity =
    identityShape(agreeingSettings(isObject(rawIdentity) ? rawIdentity : {}), "identity", own) ??
    {};
  if (own.laterBelow("identity.").length > 0) return undefined;
  const { claims = {}, shortcodes = [] } = given;
  const wanted = agreedClaims(withShortcodes(claims as HasuraClaimsArgs, shortcodes), identity);
  const before = problems.size;
  const built = problems.valueOrCollect(buildHasuraClaims(wanted, `${PATH}.claims`));
  if (built !== undefined) checkAgreement(built, identity, problems);
  if (built === undefined || problems.size > before) return undefined;
  const listed = [...shortcodes, ...((claims as HasuraClaimsArgs).shortcodes ?? [])];
  return { ...settleJwtTemplate(given), claims: built, shortcodes: listed };
}

/** Claims that agree with the identity, unless the template's own settings say otherwise. */
function agreedClaims(given: HasuraClaimsArgs, identity: ShapedIdentity): HasuraClaimsArgs {
  if (!isObject(given)) return given;
  const { allowedRoles, claimsNamespace, audience } = identity;
  const agreed: Record<string, unknown> = {
    // As it is settled, and not as it was set: tokenShape says it, too.
    defaultRole: given.allowedRoles === undefined ? settledRole(identity) : identity.defaultRole,
    // With roles from metadata, a role in the list is given to every user; so the identity's list is not taken over, and whoever
    // wants that sets allowedRoles in the template's claims.
    allowedRoles: given.defaultRoleFrom === undefined ? allowedRoles : undefined,
    namespaceName: given.namespace === undefined ? claimsNamespace : undefined,
    audience: audience?.length === 1 ? audience[0] : undefined,
    ...given,
  };
  const present = Object.entries(agreed).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as HasuraClaimsArgs;
}

/** The claims with the further shortcodes that are sound; the others are reported where they were listed. */
function withShortcodes(given: HasuraClaimsArgs, further: readonly string[]): HasuraClaimsArgs {
  const own = isObject(given) ? (given.shortcodes ?? []) : undefined;
  if (further.length === 0 || !Array.isArray(own)) return given;
  const known = further.filter((one) => checkShortcodes([one], "").length === 0);
  return { ...given, shortcodes: [...own, ...known] };
}

/** Undefined where nothing was said about roles, or where what was said is refused elsewhere. */
function settledRole({ defaultRole, allowedRoles }: ShapedIdentity): string | undefined {
  if (defaultRole !== undefined || allowedRoles === undefined) return defaultRole;
  return checkRoles({ allowedRoles }).value?.defaultRole;
}

/** Settings of the identity with which Hasura would refuse every token of the template. */
function checkAgreement(
  { aud, ...claims }: Record<string, unknown>,
  identity: ShapedIdentity,
  problems: ProblemList,
): void {
  const { audience, claimsMap } = identity;
  if (identity.claims !== undefined && identity.claims !== "template") {
    problems.add(
      "identity.claims",
      "reads session tokens, while template.secretKey manages a template; set claims to template, or remove the template",
    );
  }
  if (typeof aud === "string" && audience !== undefined && !audience.includes(aud)) {
    const reason = "is not in identity.audience; leave it out, or add it there";
    problems.add(`${PATH}.claims.audience`, reason);
  }
  const place = claimsMap === undefined ? checkClaimsPlace(identity).value : undefined;
  if (place !== undefined) checkPlace(Object.keys(claims), place, problems);
}

function checkPlace(written: string[], place: ClaimsPlace, problems: ProblemList): void {
  const { steps, format, namespacePath } = place;
  if (format !== ClaimsFormat.Json) {
    const reason = "expects a string, but the template writes an object; remove it";
    problems.add("identity.claimsFormat", reason);
  }
  if (isDeepStrictEqual(steps, written)) return;
  const remedy = "set identity.claimsNamespace alone, which counts for both";
  if (namespacePath === undefined) {
    const reason = `names another namespace than identity.claimsNamespace; ${remedy}`;
    problems.add(`${PATH}.claims`, reason);
  } else {
    const reason = `leads to another place than the template's claims; ${remedy}`;
    problems.add("identity.claimsNamespacePath", reason);
  }
}
