import { DATA_RULES } from "./dataRules";
import { ENGINE_RULES } from "./engineRules";
import { HARDENING_RULES } from "./hardeningRules";
import { IMAGE_RULES } from "./imageRules";
import { NETWORK_RULES } from "./networkRules";
import { OPERATION_RULES } from "./operationRules";
import type { CheckedResource, PolicyRule } from "./policyRule";
import type { PolicySettings } from "./policySettings";
import { PREVIEW_RULES } from "./previewRules";
import { SCHEMA_RULES } from "./schemaRules";
import { SECRET_RULES } from "./secretRules";
import { TOKEN_RULES } from "./tokenRules";

/** Every rule of the policy pack. */
export const POLICY_RULES: readonly PolicyRule[] = [
  ...NETWORK_RULES,
  ...ENGINE_RULES,
  ...SECRET_RULES,
  ...HARDENING_RULES,
  ...OPERATION_RULES,
  ...IMAGE_RULES,
  ...DATA_RULES,
  ...TOKEN_RULES,
  ...SCHEMA_RULES,
  ...PREVIEW_RULES,
];

/** One violation of one rule. */
export interface Violation {
  rule: PolicyRule;
  /** Name of the resource; absent where the rule looks at the whole stack. */
  resource?: string;
  reason: string;
}

/** Judges a whole stack outside Pulumi, as tests and reports do. */
export function judge(
  resources: readonly CheckedResource[],
  settings: PolicySettings,
  rules: readonly PolicyRule[] = POLICY_RULES,
): Violation[] {
  return rules.flatMap((rule): Violation[] => {
    if ("stackWide" in rule) {
      return rule.checkStack(resources, settings).map((reason) => ({ rule, reason }));
    }
    return resources
      .filter(({ type }) => rule.types.includes(type))
      .flatMap((it) =>
        rule.check(it, settings).map((reason) => ({ rule, resource: it.name, reason })),
      );
  });
}
