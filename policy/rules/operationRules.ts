import { HARDENING } from "../../infra/docker/containerDefaults";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { checkHasura } from "../../infra/hasura/checkHasura";
import { checkPostgres } from "../../infra/postgres/checkPostgres";
import type { Problem } from "../../infra/validation/problems";
import { isEngine, isLongRunning, isPostgres } from "./containers";
import { type CheckedResource, PolicyLevel, type ResourceRule } from "./policyRule";
import { holdsUnknown, isUnknown, numberAt, recordAt, textAt, textsAt } from "./properties";

const types = [ResourceType.Container];

function graceProblems(
  resource: CheckedResource,
  check: (input: { graceSeconds: number }) => Problem[],
): string[] {
  if (isUnknown(resource, "destroyGraceSeconds")) return [];
  // The provider kills at once where nothing is said.
  const graceSeconds = numberAt(resource.props, "destroyGraceSeconds") ?? 0;
  return check({ graceSeconds }).map(({ reason }) => `destroyGraceSeconds: ${reason}`);
}

const databaseGrace: ResourceRule = {
  name: "database-grace",
  description: "Postgres has time to shut down cleanly before it is killed",
  remedy: "set destroyGraceSeconds (postgres.graceSeconds) to at least 90",
  level: PolicyLevel.Mandatory,
  types,
  check: (resource) => (isPostgres(resource) ? graceProblems(resource, checkPostgres) : []),
};

const engineGrace: ResourceRule = {
  name: "engine-grace",
  description: "the engine has time to finish open requests before it is killed",
  remedy: "set destroyGraceSeconds (hasura.graceSeconds) to at least 10",
  level: PolicyLevel.Mandatory,
  types,
  check: (resource) => (isEngine(resource) ? graceProblems(resource, checkHasura) : []),
};

const memoryLimit: ResourceRule = {
  name: "memory-limit",
  description: "a container has a memory limit",
  remedy: "set memory (hasura.memoryMb, postgres.memoryMb) in megabytes",
  level: PolicyLevel.Mandatory,
  types,
  check(resource) {
    if (isUnknown(resource, "memory")) return [];
    const memory = numberAt(resource.props, "memory") ?? 0;
    return memory > 0 ? [] : ["memory has no limit, so one leak takes the host down"];
  },
};

const swapLimit: ResourceRule = {
  name: "swap-limit",
  description: "a container's swap is limited by its memory limit",
  remedy: "set memorySwap to the value of memory",
  level: PolicyLevel.Advisory,
  types,
  check(resource) {
    if (isUnknown(resource, "memorySwap") || isUnknown(resource, "memory")) return [];
    const memory = numberAt(resource.props, "memory") ?? 0;
    const swap = numberAt(resource.props, "memorySwap") ?? 0;
    if (memory <= 0) return [];
    if (swap < 0) return ["memorySwap is unlimited"];
    if (swap === 0)
      return ["memorySwap is not set, so the container may use as much swap as memory"];
    return swap > memory ? [`memorySwap is ${swap} beside a memory of ${memory}`] : [];
  },
};

/** Log drivers that keep every line on the host's disk unless they are told otherwise; none means the first. */
const UNBOUNDED_DRIVERS: readonly (string | undefined)[] = [undefined, "", HARDENING.logDriver];

const boundedLogs: ResourceRule = {
  name: "bounded-logs",
  description: "a container's logs are rotated",
  remedy: `set logDriver to "${HARDENING.logDriver}" and logOpts to { "max-size": "${HARDENING.logOpts["max-size"]}", "max-file": "${HARDENING.logOpts["max-file"]}" }`,
  level: PolicyLevel.Mandatory,
  types,
  check(resource) {
    const { props } = resource;
    if (isUnknown(resource, "logDriver") || holdsUnknown(props.logOpts)) return [];
    if (!UNBOUNDED_DRIVERS.includes(textAt(props, "logDriver"))) return [];
    const size = textAt(recordAt(props, "logOpts"), "max-size") ?? "-1";
    return size === "-1" ? ["logs grow until the disk is full"] : [];
  },
};

const healthcheck: ResourceRule = {
  name: "healthcheck",
  description: "a long-running container has a health check",
  remedy: "set healthcheck.tests to a command that fails when the service does",
  level: PolicyLevel.Mandatory,
  types,
  check(resource) {
    if (!isLongRunning(resource) || isUnknown(resource, "healthcheck")) return [];
    const health = recordAt(resource.props, "healthcheck");
    if (holdsUnknown(health.tests)) return [];
    const tests = textsAt(health, "tests");
    if (tests.length === 0) return ["has no healthcheck"];
    return tests[0] === "NONE" ? ["healthcheck is turned off"] : [];
  },
};

/** Docker starts nothing with "on-failure" again after a restart of the daemon. */
const RESTARTS: readonly (string | undefined)[] = [HARDENING.restart, "always"];

const restartPolicy: ResourceRule = {
  name: "restart-policy",
  description: "a long-running container restarts after a crash or a reboot",
  remedy: `set restart to "${HARDENING.restart}"`,
  level: PolicyLevel.Mandatory,
  types,
  check(resource) {
    if (!isLongRunning(resource) || isUnknown(resource, "restart")) return [];
    const restart = textAt(resource.props, "restart");
    if (RESTARTS.includes(restart)) return [];
    const when = restart === "on-failure" ? " after a reboot" : "";
    return [`restart is ${restart ? `"${restart}"` : "not set"}, so it stays down${when}`];
  },
};

/** What keeps a container running, and within its share of the host. */
export const OPERATION_RULES: readonly ResourceRule[] = [
  databaseGrace,
  engineGrace,
  memoryLimit,
  swapLimit,
  boundedLogs,
  healthcheck,
  restartPolicy,
];
