import { DEFAULT_CLERK_API_URL } from "../clerk/clerkApi";
import { parsePublishableKey } from "../clerk/publishableKey";
import { SigningAlgorithm } from "../clerk/signingKey";
import { derivePublicKey } from "../clerk/signingKeyPair";
import {
  checkSecretKey,
  DEFAULT_LIFETIME_SECONDS,
  DEFAULT_TEMPLATE_SKEW_SECONDS,
  type InstanceKind,
  templateFields,
} from "../clerk/template/checkTemplate";
import { checkTemplateClaims } from "../clerk/template/checkTemplateClaims";
import { checkShortcodes } from "../clerk/template/shortcodes";
import { Preset } from "../hasura/hasuraArgs";
import { checkRemoteUrl } from "../http/remoteUrl";
import type { ProblemList } from "../validation/problems";
import {
  anything,
  flag,
  group,
  holdsLater,
  judged,
  list,
  oneOf,
  plain,
  type Shaped,
  sound,
  text,
} from "../validation/shape";

/** What a template is beside its claims and keys. */
export interface JwtTemplateSettings {
  name: string;
  lifetimeSeconds: number;
  allowedSkewSeconds: number;
  apiUrl: string;
}

const DEFAULTS: JwtTemplateSettings = {
  name: "hasura",
  lifetimeSeconds: DEFAULT_LIFETIME_SECONDS,
  allowedSkewSeconds: DEFAULT_TEMPLATE_SKEW_SECONDS,
  apiUrl: DEFAULT_CLERK_API_URL,
};

/** Fields of every template, whoever makes it. */
export const TEMPLATE_FIELDS = {
  ...templateFields,
  secretKey: judged(text, (key, path, problems) => {
    problems.addAll(checkSecretKey(key, {}, path));
  }),
  shortcodes: judged(list(text), (given, path, problems) => {
    problems.addAll(checkShortcodes(given, path));
  }),
  adopt: plain(flag),
  importId: plain(
    sound(text, (id) =>
      /^\w+$/.test(id)
        ? undefined
        : "is not a template id; copy it from Clerk, where it begins with jtmp_",
    ),
  ),
  apiUrl: judged(text, (url, path, problems) => {
    problems.addAll(checkRemoteUrl(url, path));
  }),
};

/** The signing algorithms by name. */
export const algorithm = oneOf<SigningAlgorithm>(Object.values(SigningAlgorithm));

const FIELDS = {
  ...TEMPLATE_FIELDS,
  claims: anything,
  signingKey: judged(group({ algorithm: text, key: text }), (given, path, problems) => {
    for (const half of ["algorithm", "key"] as const) {
      const at = `${path}.${half}`;
      if (!given[half] && !problems.isLeftOut(at)) problems.add(at, MISSING_HALF[half]);
    }
    if (!given.algorithm || !given.key) return;
    const pair = { algorithm: given.algorithm, privateKey: given.key };
    problems.valueOrCollect(derivePublicKey(pair, path));
  }),
  preset: oneOf<Preset>(Object.values(Preset)),
  publishableKey: text,
};

/** Without one of them, Clerk would sign with its own key, and nobody would be told. */
const MISSING_HALF = {
  algorithm:
    "is missing; name the algorithm of the key, such as RS256, or leave signingKey out for Clerk's own key",
  key: "is missing; give the shared key or the private key as PEM, check where it is read from, or leave signingKey out for Clerk's own key",
} as const;

type ShapedJwtTemplate = Shaped<typeof FIELDS>;

/** Reads the arguments of a template whose claims are given whole. */
export function readJwtTemplate(raw: unknown, problems: ProblemList): ShapedJwtTemplate {
  const given = group(FIELDS)(raw, "", problems) ?? {};
  const { publishableKey, shortcodes = [], claims } = given;
  const instance =
    publishableKey === undefined ? undefined : parsePublishableKey(publishableKey).value?.instance;
  checkKeyKind(given.secretKey, { preset: given.preset, instance }, "secretKey", problems);
  if (claims !== undefined && !holdsLater(claims) && !problems.isLeftOut("shortcodes")) {
    problems.addAll(checkTemplateClaims(claims, "claims", shortcodes));
  }
  checkImport(given, "importId", problems);
  return given;
}

/** Judges a sound secret key by the stack it is for. */
export function checkKeyKind(
  secretKey: string | undefined,
  around: { preset?: InstanceKind | undefined; instance?: InstanceKind | undefined },
  path: string,
  problems: ProblemList,
): void {
  if (secretKey === undefined) return;
  problems.addAll(checkSecretKey(secretKey, around, path));
}

export function checkImport(
  { adopt, importId }: { adopt?: boolean; importId?: string },
  path: string,
  problems: ProblemList,
): void {
  if (!adopt || importId === undefined) return;
  problems.add(path, "names one template, and adopt any of the name; set one of the two");
}

/** A template's settings with every default. */
export function settleJwtTemplate(given: Partial<JwtTemplateSettings>): JwtTemplateSettings {
  const { name, lifetimeSeconds, allowedSkewSeconds, apiUrl } = { ...DEFAULTS, ...given };
  return { name, lifetimeSeconds, allowedSkewSeconds, apiUrl };
}
