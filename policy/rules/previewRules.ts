import { LABEL } from "../../infra/docker/names";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { SECRETS_FILE } from "../../infra/hasura/startScript";
import { isEngine, isPostgres } from "./containers";
import { READ_VARIABLES } from "./engineVariable";
import { type CheckedResource, PolicyLevel, type ResourceRule, UNKNOWN } from "./policyRule";
import { holdsUnknown, recordAt } from "./properties";

/** What of a property the rules look at. */
type PartRead = (resource: CheckedResource) => unknown;

/** The items of a list as the rules look at them. */
function items(value: unknown, part: (item: Readonly<Record<string, unknown>>) => unknown) {
  if (!Array.isArray(value)) return value;
  return value.map((item) => (typeof item === "object" && item !== null ? part(item) : item));
}

/** The id of a stack is made by the first update, and says nothing that a rule reads. */
const labels: PartRead = ({ props }) =>
  items(props.labels, (it) => (it.label === LABEL.instance ? undefined : it));

/** Files other than the engine's own of secrets are never opened. */
const uploads: PartRead = ({ props }) =>
  items(props.uploads, ({ file, content }) =>
    typeof file === "string" && file !== SECRETS_FILE ? undefined : [file, content],
  );

/** An id that only the update knows hides nothing where something else tells what runs; tags are judged where it is pulled. */
const image: PartRead = (resource) =>
  isEngine(resource) || isPostgres(resource) ? undefined : resource.props.image;

const cloudVariables: PartRead = ({ props: { env } }) =>
  env === UNKNOWN ? env : READ_VARIABLES.map((name) => recordAt({ env }, "env")[name]);

const CONTAINER = [
  "capabilities",
  "command",
  "destroyGraceSeconds",
  "entrypoints",
  "envs",
  "healthcheck",
  "hostname",
  "ipcMode",
  "logDriver",
  "logOpts",
  "memory",
  "memorySwap",
  "mounts",
  "mustRun",
  "name",
  "networkMode",
  "pidMode",
  "ports",
  "privileged",
  "publishAllPorts",
  "restart",
  "securityOpts",
  "usernsMode",
  "volumes",
];

function whole(...keys: string[]): Record<string, PartRead> {
  return Object.fromEntries(keys.map((key) => [key, ({ props }) => props[key]]));
}

/** By type, the properties that rules look at; a test compares it with what they read. */
const JUDGED: Readonly<Record<string, Readonly<Record<string, PartRead>>>> = {
  [ResourceType.Container]: { ...whole(...CONTAINER), image, labels, uploads },
  [ResourceType.RemoteImage]: whole("name"),
  [ResourceType.Role]: whole("superuser"),
  [ResourceType.PostgresProvider]: whole("host", "sslmode"),
  [ResourceType.JwtTemplate]: whole("claims", "lifetimeSeconds", "secretKey"),
  [ResourceType.HasuraSchema]: whole("rights"),
  [ResourceType.Probe]: whole("tokenShape"),
  [ResourceType.CloudEnvironment]: { env: cloudVariables },
};

const judgedLater: ResourceRule = {
  name: "judged-at-the-update",
  description: "a preview says which values the rules could not check",
  remedy: "run the update with the policy pack too, which checks every value",
  level: PolicyLevel.Advisory,
  types: Object.keys(JUDGED),
  check(resource) {
    const hidden = Object.entries(JUDGED[resource.type] ?? {})
      .filter(([, part]) => holdsUnknown(part(resource)))
      .map(([key]) => key)
      .sort();
    return hidden.length === 0 ? [] : [`not known before the update: ${hidden.join(", ")}`];
  },
};

/** What a preview leaves open. */
export const PREVIEW_RULES: readonly ResourceRule[] = [judgedLater];
