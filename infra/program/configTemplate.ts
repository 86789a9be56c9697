import { isDeepStrictEqual } from "node:util";
import { ClaimsFormat, type ClaimsPlace, checkClaimsPlace } from "../clerk/claims";
import { checkRoles } from "../clerk/roles";
import { SigningAlgorithm } from "../clerk/signingKey";
import { buildHasuraClaims } from "../clerk/template/buildHasuraClaims";
import type { HasuraClaimsArgs } from "../clerk/template/hasuraClaimsArgs";
import { checkShortcodes } from "../clerk/template/shortcodes";
import { Preset } from "../hasura/hasuraArgs";
import { checkTemplateArgs, type TemplateInput } from "../settings/checkTemplateArgs";
import type { Problem } from "../validation/problems";

/** Settings of the template as they were configured, secrets still in plain. */
export interface ConfiguredTemplate extends Omit<TemplateInput, "claims" | "signingKey"> {
  claims?: HasuraClaimsArgs;
  signingAlgorithm?: string;
  signingKey?: string;
  keyRotation?: string;
}

/** Settings beside the template's that it has to agree with. */
export interface TemplateSurroundings {
  identity: Record<string, unknown>;
  preset?: string | undefined;
}

/** What the program makes in Clerk. */
export interface TemplatePlan {
  settings: Omit<TemplateInput, "signingKey" | "preset"> & { secretKey: string; preset: Preset };
  /** Absent where Clerk's own key signs. */
  key?: { algorithm: SigningAlgorithm; privateKey?: string; rotation?: string };
}

const PREFIX = "template.";

/** Claims that agree with the identity, unless the template's own settings say otherwise. */
function agreedClaims(
  given: HasuraClaimsArgs,
  identity: Record<string, unknown>,
): HasuraClaimsArgs {
  const { allowedRoles, claimsNamespace, audience } = identity;
  const only = Array.isArray(audience) && audience.length === 1 ? audience[0] : undefined;
  const agreed: Record<string, unknown> = {
    // As it is settled, and not as it was set: tokenShape says it, too.
    defaultRole: given.allowedRoles === undefined ? settledRole(identity) : identity.defaultRole,
    // With roles from metadata, a role in the list is given to every user; so the identity's list is not taken over, and whoever
    // wants that sets template.claims.allowedRoles.
    allowedRoles: given.defaultRoleFrom === undefined ? allowedRoles : undefined,
    namespaceName: given.namespace === undefined ? claimsNamespace : undefined,
    audience: only,
    ...given,
  };
  const present = Object.entries(agreed).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as HasuraClaimsArgs;
}

/** The claims with the further shortcodes that are sound; the others are reported where they were listed. */
function withShortcodes(given: HasuraClaimsArgs, further: readonly string[]): HasuraClaimsArgs {
  const own = given.shortcodes ?? [];
  if (further.length === 0 || !Array.isArray(own)) return given;
  const sound = further.filter((one) => checkShortcodes([one], "").length === 0);
  return { ...given, shortcodes: [...own, ...sound] };
}

/** Undefined where nothing was said about roles, or where what was said is refused elsewhere. */
function settledRole(identity: Record<string, unknown>): unknown {
  const { defaultRole, allowedRoles } = identity;
  if (defaultRole !== undefined || allowedRoles === undefined) return defaultRole;
  return checkRoles({ allowedRoles: allowedRoles as string[] }).value?.defaultRole;
}

function keyPlan(given: ConfiguredTemplate, problems: Problem[]): TemplatePlan["key"] {
  const { signingAlgorithm, signingKey, keyRotation } = given;
  if (signingAlgorithm === undefined) {
    const beside = signingKey === undefined ? "rotation" : "key";
    if (signingKey !== undefined || keyRotation !== undefined) {
      const reason =
        "has no effect without template.signingKey.algorithm; set that too, or remove it";
      problems.push({ path: `${PREFIX}signingKey.${beside}`, reason });
    }
    return undefined;
  }
  const algorithm = Object.values(SigningAlgorithm).find((one) => one === signingAlgorithm);
  if (algorithm === undefined) {
    const reason = `is unknown; allowed: ${Object.values(SigningAlgorithm).join(", ")}`;
    problems.push({ path: `${PREFIX}signingKey.algorithm`, reason });
    return undefined;
  }
  if (signingKey !== undefined && keyRotation !== undefined) {
    const reason = "cannot be combined with template.signingKey.key; rotate by giving another key";
    problems.push({ path: `${PREFIX}signingKey.rotation`, reason });
  }
  return {
    algorithm,
    ...(signingKey === undefined ? {} : { privateKey: signingKey }),
    ...(keyRotation === undefined ? {} : { rotation: keyRotation }),
  };
}

function identityProblems({ identity }: TemplateSurroundings): Problem[] {
  const path = `${PREFIX}secretKey`;
  const clerk = identity.publishableKey !== undefined || identity.frontendApi !== undefined;
  if (!clerk) {
    const reason =
      "manages a template of a Clerk instance that is not known; set identity.publishableKey or identity.frontendApi too";
    return [{ path, reason }];
  }
  if (identity.claims === undefined || identity.claims === "template") return [];
  return [
    {
      path: "identity.claims",
      reason:
        "reads session tokens, while template.secretKey manages a template; set it to template, or remove template.secretKey",
    },
  ];
}

/** Settings of the identity with which Hasura would refuse every token of the template. */
function disagreements(
  { aud, ...claims }: Record<string, unknown>,
  { identity }: TemplateSurroundings,
): Problem[] {
  const problems: Problem[] = [];
  const { signingKey, audience, claimsMap } = identity;
  if (signingKey !== undefined) {
    const reason =
      "is not the key that this template signs with; remove it, and set template.signingKey.algorithm, which gives one key to both sides";
    problems.push({ path: "identity.signingKey", reason });
  }
  if (aud !== undefined && Array.isArray(audience) && !audience.includes(aud)) {
    const reason = "is not in identity.audience; leave it out, or add it there";
    problems.push({ path: `${PREFIX}claims.audience`, reason });
  }
  const place = claimsMap === undefined ? checkClaimsPlace(identity).value : undefined;
  return place === undefined ? problems : [...problems, ...misplaced(Object.keys(claims), place)];
}

function misplaced(written: string[], { steps, format, namespacePath }: ClaimsPlace): Problem[] {
  const problems: Problem[] = [];
  if (format !== ClaimsFormat.Json) {
    const reason = "wants text, while the template writes an object; remove it";
    problems.push({ path: "identity.claimsFormat", reason });
  }
  if (isDeepStrictEqual(steps, written)) return problems;
  const remedy = "set identity.claimsNamespace alone, which counts for both";
  problems.push(
    namespacePath === undefined
      ? {
          path: `${PREFIX}claims`,
          reason: `names another namespace than identity.claimsNamespace; ${remedy}`,
        }
      : {
          path: "identity.claimsNamespacePath",
          reason: `leads to another place than the template's claims; ${remedy}`,
        },
  );
  return problems;
}

/** Checks the template's settings with those around it, and says what has to be made; undefined without a secret key. */
export function planTemplate(
  given: ConfiguredTemplate,
  around: TemplateSurroundings,
): { plan?: TemplatePlan; problems: Problem[] } {
  const { signingAlgorithm, signingKey, keyRotation: _rotation, claims = {}, ...rest } = given;
  if (rest.secretKey === undefined) {
    const reason = "has no effect without template.secretKey; set that too, or remove it";
    const problems = Object.keys(given).map((field) => ({ path: `${PREFIX}${field}`, reason }));
    return { problems };
  }
  const problems = identityProblems(around);
  const key = keyPlan(given, problems);
  const { shortcodes: further = [] } = rest;
  const wanted = agreedClaims(withShortcodes(claims, further), around.identity);
  const built = buildHasuraClaims(wanted, `${PREFIX}claims`);
  problems.push(...(built.problems ?? disagreements(built.value, around)));
  const { publishableKey } = around.identity;
  const settings = {
    ...rest,
    secretKey: rest.secretKey,
    preset: around.preset === Preset.Development ? Preset.Development : Preset.Production,
    ...(typeof publishableKey === "string" ? { publishableKey } : {}),
    ...(built.value === undefined
      ? {}
      : { claims: built.value, shortcodes: [...further, ...(claims.shortcodes ?? [])] }),
  };
  const pair =
    signingKey === undefined || signingAlgorithm === undefined
      ? {}
      : { signingKey: { algorithm: signingAlgorithm, key: signingKey } };
  problems.push(...checkTemplateArgs({ ...settings, ...pair } as TemplateInput, PREFIX));
  return { plan: { settings, ...(key === undefined ? {} : { key }) }, problems };
}
