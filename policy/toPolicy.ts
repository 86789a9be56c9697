import { type CheckedResource, type PolicyRule, UNKNOWN } from "./rules/policyRule";
import {
  Environment,
  type GivenSettings,
  mergedSettings,
  type PolicySettings,
} from "./rules/policySettings";

/** The part of a resource that @pulumi/policy hands over and the rules read. */
export interface PackResource {
  type: string;
  name: string;
  urn: string;
  /** Throws where a value is read that a preview does not know. */
  props: Readonly<Record<string, unknown>>;
  opts: { protect: boolean };
}

interface Configured {
  getConfig<T extends object>(): T;
}
type Report = (message: string, urn?: string) => void;

/** A rule as @pulumi/policy takes it. */
export interface PackPolicy {
  name: string;
  description: string;
  remediationSteps: string;
  enforcementLevel: "mandatory" | "advisory";
  configSchema: { properties: Record<string, object> };
}
export interface PackResourcePolicy extends PackPolicy {
  validateResource(args: PackResource & Configured, report: Report): void;
}
export interface PackStackPolicy extends PackPolicy {
  validateStack(args: { resources: readonly PackResource[] } & Configured, report: Report): void;
}

/** What the pack's configuration may say for a rule. */
const CONFIG_PROPERTIES = {
  environment: { type: "string", enum: Object.values(Environment) },
  engineAddresses: { type: "array", items: { type: "string" } },
} as const;

/** Returns the settings of the stack that a URN belongs to. */
export type SettingsOf = (urn: string) => PolicySettings;

/** Marks an unknown value instead of throwing, so that a rule can judge what is known beside it. */
function readable(read: () => unknown): unknown {
  try {
    return knownCopy(read());
  } catch (error) {
    if (error instanceof Error && "unknownTypeSentinel" in error) return UNKNOWN;
    throw error;
  }
}

function knownCopy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) => readable(() => value[index]));
  }
  const fields = value as Record<string, unknown>;
  return Object.fromEntries(Object.keys(fields).map((key) => [key, readable(() => fields[key])]));
}

function checkedResource({ type, name, props, opts }: PackResource): CheckedResource {
  const known = knownCopy(props) as Record<string, unknown>;
  return { type, name, props: known, protect: opts.protect };
}

/** A rule of policy/rules as a policy of the pack. */
export function toPolicy(
  rule: PolicyRule,
  settingsOf: SettingsOf,
): PackResourcePolicy | PackStackPolicy {
  const head: PackPolicy = {
    name: rule.name,
    description: `${rule.description}; ${rule.remedy}`,
    remediationSteps: rule.remedy,
    enforcementLevel: rule.level,
    configSchema: { properties: { ...CONFIG_PROPERTIES } },
  };
  const settings = (urn: string, args: Configured) =>
    mergedSettings(settingsOf(urn), args.getConfig<GivenSettings>());
  if ("stackWide" in rule) {
    return {
      ...head,
      validateStack(args, report) {
        const urn = args.resources[0]?.urn ?? "";
        const resources = args.resources.map(checkedResource);
        for (const reason of rule.checkStack(resources, settings(urn, args))) report(reason);
      },
    };
  }
  return {
    ...head,
    validateResource(args, report) {
      if (!rule.types.includes(args.type)) return;
      for (const reason of rule.check(checkedResource(args), settings(args.urn, args))) {
        report(reason);
      }
    },
  };
}
