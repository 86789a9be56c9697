import { ResourceType } from "../../infra/docker/resourceTypes";
import { isDataFolder, mountsOf } from "./containers";
import { type CheckedResource, PolicyLevel, type ResourceRule, type StackRule } from "./policyRule";
import { isShared, type PolicySettings } from "./policySettings";

function unprotected(
  { protect }: CheckedResource,
  settings: PolicySettings,
  loss: string,
): string[] {
  return protect || !isShared(settings) ? [] : [`is not protected: ${loss}`];
}

const volumeProtected: ResourceRule = {
  name: "volume-protected",
  description: "volumes of shared stacks are protected",
  remedy: "set postgres.protectData to true (protect: true)",
  level: PolicyLevel.Mandatory,
  types: [ResourceType.Volume],
  check: (resource, settings) =>
    unprotected(resource, settings, "a mistaken destroy or rename deletes every row in it"),
};

const databaseProtected: ResourceRule = {
  name: "database-protected",
  description: "databases and roles of shared stacks are protected",
  remedy: "set postgres.protectData to true (protect: true)",
  level: PolicyLevel.Mandatory,
  types: [ResourceType.Database, ResourceType.Role],
  check: (resource, settings) =>
    unprotected(resource, settings, "a changed name or locale drops what it owns"),
};

const plainRole: ResourceRule = {
  name: "no-superuser-role",
  description: "no role that the stack makes is a superuser",
  remedy: "set superuser to false and grant what is needed",
  level: PolicyLevel.Mandatory,
  types: [ResourceType.Role],
  check: ({ props }) =>
    props.superuser === true || props.superuser === "true"
      ? ["superuser is true, so a query of the engine may read files and run programs"]
      : [],
};

interface Writer {
  container: string;
  volume: string;
  database: boolean;
}

function writersOf(resources: readonly CheckedResource[]): Writer[] {
  return resources
    .filter(({ type }) => type === ResourceType.Container)
    .flatMap((it) =>
      mountsOf(it)
        .filter(({ writes }) => writes)
        .map(({ source, target }) => ({
          container: it.name,
          volume: source,
          database: isDataFolder(target),
        })),
    );
}

const oneWriter: StackRule = {
  name: "one-container-per-data-volume",
  description: "only one container writes to a database's volume",
  remedy: "give each server a volume of its own; two servers on one lose rows",
  level: PolicyLevel.Mandatory,
  stackWide: true,
  checkStack(resources) {
    const writers = writersOf(resources);
    const data = new Set(writers.filter((it) => it.database).map((it) => it.volume));
    return [...data].flatMap((volume) => {
      const own = writers.filter((it) => it.volume === volume).map((it) => it.container);
      const containers = [...new Set(own)].sort();
      if (containers.length < 2) return [];
      return [`volume ${volume} is written by ${containers.join(" and ")}`];
    });
  },
};

/** What must not be lost. */
export const DATA_RULES: readonly (ResourceRule | StackRule)[] = [
  volumeProtected,
  databaseProtected,
  plainRole,
  oneWriter,
];
