import { ADMIN_ROLE } from "../../infra/clerk/roles";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { checkHasura, settleHasura } from "../../infra/hasura/checkHasura";
import { engineEnvironment } from "../../infra/hasura/environment";
import { Preset } from "../../infra/hasura/hasuraArgs";
import { SECRETS_FILE } from "../../infra/hasura/startScript";
import { INNER_APIS, isBroadOrigin } from "../../infra/settings/checkProduction";
import { isEngine } from "./containers";
import { engineVariable } from "./engineVariable";
import { PolicyLevel, type ResourceRule, UNKNOWN } from "./policyRule";
import { isShared, type PolicySettings } from "./policySettings";
import { holdsUnknown, recordsAt, textAt } from "./properties";

const types = [ResourceType.Container, ResourceType.CloudEnvironment];

/** What the component's own production preset sets. */
function productionValue(name: string): string {
  const lines = engineEnvironment(settleHasura({}, Preset.Production));
  return lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

interface VariableRule {
  name: string;
  variable: string;
  description: string;
  remedy: string;
  holds: (settings: PolicySettings) => boolean;
  reason: (value: string) => string[];
}

function variableRule({ variable, holds, reason, ...head }: VariableRule): ResourceRule {
  return {
    ...head,
    level: PolicyLevel.Mandatory,
    types,
    check(resource, settings) {
      if (!holds(settings)) return [];
      const value = engineVariable(resource, variable);
      return value === undefined ? [] : reason(value).map((it) => `${variable} ${it}`);
    },
  };
}

const always = () => true;
const isOn = (value: string) => /^(true|t|yes|y|1)$/i.test(value.trim());
const listed = (value: string) =>
  value
    .split(",")
    .map((it) => it.trim())
    .filter((it) => it !== "");

/** A switch has to stand where the production preset puts it, which is off for all of these. */
function switchReason(variable: string, effect: string): (value: string) => string[] {
  const wanted = isOn(productionValue(variable));
  return (value) => (isOn(value) === wanted ? [] : [`is on (or left to its default): ${effect}`]);
}

function switchRule(rule: Omit<VariableRule, "reason" | "remedy">, effect: string): ResourceRule {
  const { variable } = rule;
  return variableRule({
    ...rule,
    remedy: `set ${variable} to "${productionValue(variable)}", as the production preset does`,
    reason: switchReason(variable, effect),
  });
}

const ADMIN_SECRETS = ["HASURA_GRAPHQL_ADMIN_SECRET", "HASURA_GRAPHQL_ACCESS_KEY"];
const ADMIN_SECRET_LINE = new RegExp(`^(${ADMIN_SECRETS.join("|")})=(?!['"]{0,2}$)`, "m");

/** Whether an uploaded file is the one of secrets and sets the admin secret, or may be and do so once it is known. */
function mayHoldAdminSecret(upload: Readonly<Record<string, unknown>>): boolean {
  if (upload.file !== UNKNOWN && textAt(upload, "file") !== SECRETS_FILE) return false;
  const content = textAt(upload, "content");
  return content === undefined || ADMIN_SECRET_LINE.test(content);
}

const adminSecret: ResourceRule = {
  name: "engine-admin-secret",
  description: "the engine has an admin secret",
  remedy: "set hasura.adminSecret, which the component passes in its uploaded file of secrets",
  level: PolicyLevel.Mandatory,
  types: [ResourceType.Container],
  check(resource) {
    if (!isEngine(resource)) return [];
    const { uploads, envs, command, entrypoints } = resource.props;
    const given = ADMIN_SECRETS.map((name) => engineVariable(resource, name));
    if (given.some((value) => value !== undefined && value !== "")) return [];
    if (recordsAt(resource.props, "uploads").some(mayHoldAdminSecret)) return [];
    if (holdsUnknown([envs, command, entrypoints])) return [];
    if (uploads === UNKNOWN || (Array.isArray(uploads) && uploads.includes(UNKNOWN))) return [];
    return ["has no admin secret, so everyone who reaches it is an administrator"];
  },
};

const VARIABLE_RULES: readonly ResourceRule[] = [
  switchRule(
    {
      name: "engine-console-off",
      variable: "HASURA_GRAPHQL_ENABLE_CONSOLE",
      description: "the console of a shared engine is off",
      holds: isShared,
    },
    "the console is served to everyone",
  ),
  switchRule(
    {
      name: "engine-dev-mode-off",
      variable: "HASURA_GRAPHQL_DEV_MODE",
      description: "the dev mode of a shared engine is off",
      holds: isShared,
    },
    "clients see the details of errors, SQL included",
  ),
  switchRule(
    {
      name: "engine-internal-errors-off",
      variable: "HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS",
      description: "a shared engine keeps internal errors to itself",
      holds: isShared,
    },
    "responses to administrators contain SQL and errors of the database",
  ),
  switchRule(
    {
      name: "engine-telemetry-off",
      variable: "HASURA_GRAPHQL_ENABLE_TELEMETRY",
      description: "no engine sends telemetry",
      holds: always,
    },
    "usage data leaves the stack",
  ),
  variableRule({
    name: "engine-origins-listed",
    variable: "HASURA_GRAPHQL_CORS_DOMAIN",
    description: "the origins that may call a shared engine are listed",
    remedy: "list the front ends in hasura.corsDomains",
    holds: isShared,
    reason: (value) => [
      ...checkHasura({ corsDomains: listed(value) }).map(({ reason }) => `is ${reason}`),
      ...listed(value)
        .filter(isBroadOrigin)
        .map((it) => `holds "${it}", which is nearly every website`),
    ],
  }),
  variableRule({
    name: "engine-apis-narrow",
    variable: "HASURA_GRAPHQL_ENABLED_APIS",
    description: "a shared engine serves no internal API",
    remedy: `remove ${INNER_APIS.join(", ")} from hasura.enabledApis, as the production preset does`,
    holds: isShared,
    reason(value) {
      const inner = listed(value).filter((it) => INNER_APIS.includes(it));
      return inner.length === 0 ? [] : [`serves ${inner.join(", ")}`];
    },
  }),
  variableRule({
    name: "engine-unauthorized-role",
    variable: "HASURA_GRAPHQL_UNAUTHORIZED_ROLE",
    description: "requests without a token are not administrators",
    remedy: "name a role of least privilege, or none",
    holds: always,
    reason: (value) =>
      value === ADMIN_ROLE ? ["is admin, so everyone may do everything without a token"] : [],
  }),
];

/** How the engine is set up. */
export const ENGINE_RULES: readonly ResourceRule[] = [adminSecret, ...VARIABLE_RULES];
