import { PolicyLevel, type ResourceRule } from "./policyRule";
import { isUnknown } from "./properties";
import { ResourceType } from "./resourceType";

/** Properties that rules look into and that a first preview may not know. */
const JUDGED = ["envs", "uploads", "ports", "volumes", "mounts"];

const judgedLater: ResourceRule = {
  name: "judged-at-the-update",
  description: "a preview tells what the rules could not look into",
  remedy: "run the update with the policy pack as well, which judges every value",
  level: PolicyLevel.Advisory,
  types: [ResourceType.Container],
  check(resource) {
    const hidden = JUDGED.filter((key) => isUnknown(resource, key));
    return hidden.length === 0 ? [] : [`not known before the update: ${hidden.join(", ")}`];
  },
};

/** What a preview leaves open. */
export const PREVIEW_RULES: readonly ResourceRule[] = [judgedLater];
