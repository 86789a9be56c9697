import { ResourceType } from "../../../infra/docker/resourceTypes";
import type { CheckedResource, PolicyRule } from "../../../policy/rules/policyRule";
import { Environment, type PolicySettings } from "../../../policy/rules/policySettings";

export const PRODUCTION: PolicySettings = {
  environment: Environment.Production,
  engineAddresses: [],
};
export const STAGING: PolicySettings = { ...PRODUCTION, environment: Environment.Staging };
export const DEVELOPMENT: PolicySettings = { ...PRODUCTION, environment: Environment.Development };

/** What a rule is given, and what it has to say. */
export interface Fixture {
  title: string;
  resources: CheckedResource[];
  /** Default: production. */
  settings?: PolicySettings;
  /** Parts of the violations, one per violation; none where the rule holds. */
  says: string[];
  /** Texts that no violation may show. */
  secrets?: string[];
}

/** Fixtures of each rule, by its name. */
export type FixtureTable = Readonly<Record<string, readonly Fixture[]>>;

type Props = Record<string, unknown>;

export function resourceOf(type: string, props: Props, over: Partial<CheckedResource> = {}) {
  return { type, name: "it", props, protect: false, ...over };
}

export const container = (props: Props, name = "it") =>
  resourceOf(ResourceType.Container, props, { name });

/** An engine with these variables. */
export const engine = (variables: string[], props: Props = {}) =>
  container({ image: "hasura/graphql-engine:v2.50.10", envs: variables, ...props });

/** A Postgres server. */
export const postgres = (props: Props) => container({ image: "postgres:17-bookworm", ...props });

export function passes(
  title: string,
  resources: CheckedResource | CheckedResource[],
  settings = PRODUCTION,
): Fixture {
  return { title, resources: [resources].flat(), settings, says: [] };
}

export function fails(
  title: string,
  resources: CheckedResource | CheckedResource[],
  says: string | string[],
  over: Partial<Fixture> = {},
): Fixture {
  return { title, resources: [resources].flat(), says: [says].flat(), ...over };
}

/** What a rule says of a fixture. */
export function verdict(
  rule: PolicyRule,
  { resources, settings = PRODUCTION }: Pick<Fixture, "resources" | "settings">,
): string[] {
  if ("stackWide" in rule) return rule.checkStack(resources, settings);
  return resources
    .filter(({ type }) => rule.types.includes(type))
    .flatMap((it) => rule.check(it, settings));
}
