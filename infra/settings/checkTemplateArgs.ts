import { parsePublishableKey } from "../clerk/publishableKey";
import { derivePublicKey } from "../clerk/signingKeyPair";
import { checkSecretKey } from "../clerk/template/checkSecretKey";
import { checkTemplate } from "../clerk/template/checkTemplate";
import { checkTemplateClaims } from "../clerk/template/checkTemplateClaims";
import { checkShortcodes } from "../clerk/template/shortcodes";
import { Preset } from "../hasura/hasuraArgs";
import { checkRemoteUrl } from "../http/remoteUrl";
import { type Problem, quoted } from "../validation/problems";

/** Settings of a JWT template as plain data; ClerkJwtTemplateArgs describes each field. */
export interface TemplateInput {
  secretKey?: string;
  name?: string;
  claims?: Record<string, unknown>;
  shortcodes?: string[];
  lifetimeSeconds?: number;
  allowedSkewSeconds?: number;
  signingKey?: { algorithm?: string; key?: string };
  adopt?: boolean;
  importId?: string;
  preset?: string;
  publishableKey?: string;
  apiUrl?: string;
}

function checkImport({ adopt, importId }: TemplateInput, prefix: string): Problem[] {
  const path = `${prefix}importId`;
  if (importId === undefined) return [];
  if (!/^\w+$/.test(importId)) {
    return [
      { path, reason: "is no id of a template; copy it from Clerk, where it begins with jtmp_" },
    ];
  }
  if (!adopt) return [];
  return [{ path, reason: "names one template, and adopt any of the name; set one of the two" }];
}

function checkKey({ signingKey }: TemplateInput, prefix: string): readonly Problem[] {
  if (signingKey === undefined) return [];
  const path = `${prefix}signingKey`;
  const { algorithm, key } = signingKey;
  if (algorithm && key !== undefined && key !== null) {
    return derivePublicKey({ algorithm, privateKey: key }, path).problems ?? [];
  }
  const half = algorithm ? "key" : "algorithm";
  return [{ path: `${path}.${half}`, reason: MISSING_HALF[half] }];
}

/** Without one of them, Clerk would sign with its own key, and nobody would be told. */
const MISSING_HALF = {
  algorithm:
    "is missing; name the algorithm of the key, such as RS256, or leave signingKey out for Clerk's own key",
  key: "is missing; give the shared key or the private key as PEM, check where it is read from, or leave signingKey out for Clerk's own key",
} as const;

function checkKind(input: TemplateInput, prefix: string): Problem[] {
  const { secretKey, preset, publishableKey } = input;
  const presets = Object.values(Preset);
  const known = presets.find((one) => one === preset);
  if (preset !== undefined && known === undefined) {
    const reason = `${quoted(preset)} is unknown; allowed: ${presets.join(", ")}`;
    return [{ path: `${prefix}preset`, reason }];
  }
  if (secretKey === undefined) return [];
  const instance =
    publishableKey === undefined ? undefined : parsePublishableKey(publishableKey).value?.instance;
  return checkSecretKey(secretKey, { preset: known, instance }, `${prefix}secretKey`);
}

/** Everything that is wrong with a template's settings; `prefix` stands before each path. */
export function checkTemplateArgs(input: TemplateInput, prefix = ""): Problem[] {
  const { name, claims, shortcodes = [], lifetimeSeconds, allowedSkewSeconds, apiUrl } = input;
  return [
    ...checkKind(input, prefix),
    ...checkTemplate({ name, lifetimeSeconds, allowedSkewSeconds }, prefix),
    ...checkShortcodes(shortcodes, `${prefix}shortcodes`),
    ...(claims === undefined ? [] : checkTemplateClaims(claims, `${prefix}claims`, shortcodes)),
    ...checkKey(input, prefix),
    ...checkImport(input, prefix),
    ...(apiUrl === undefined ? [] : checkRemoteUrl(apiUrl, `${prefix}apiUrl`)),
  ];
}
