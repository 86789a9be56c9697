import type { PolicySettings } from "./policySettings";

/** Whether a violation stops the update. */
export const PolicyLevel = {
  /** The update is refused. */
  Mandatory: "mandatory",
  /** The violation is shown. */
  Advisory: "advisory",
} as const;
export type PolicyLevel = (typeof PolicyLevel)[keyof typeof PolicyLevel];

/** A resource as a rule sees it: plain values, secrets unwrapped, {@link UNKNOWN} where a preview cannot know yet. */
export interface CheckedResource {
  type: string;
  name: string;
  props: Readonly<Record<string, unknown>>;
  /** Whether the resource is protected from deletion. */
  protect: boolean;
}

interface RuleHead {
  /** Unique; letters, digits and dashes. */
  name: string;
  /** What has to hold. */
  description: string;
  /** What to do where it does not. */
  remedy: string;
  level: PolicyLevel;
}

/** A rule that looks at one resource at a time. */
export interface ResourceRule extends RuleHead {
  /** Resource types it looks at; others are never handed to it. */
  types: readonly string[];
  /** One line per violation, without secrets; none where the rule holds or cannot be judged yet. */
  check(resource: CheckedResource, settings: PolicySettings): string[];
}

/** A rule that looks at all resources together. */
export interface StackRule extends RuleHead {
  stackWide: true;
  /** One line per violation, without secrets. */
  checkStack(resources: readonly CheckedResource[], settings: PolicySettings): string[];
}

export type PolicyRule = ResourceRule | StackRule;

/** What a preview does not know yet. */
export const UNKNOWN: unique symbol = Symbol("unknown");
