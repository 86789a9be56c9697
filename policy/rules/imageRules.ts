import { ResourceType } from "../../infra/docker/resourceTypes";
import { checkImage } from "../../infra/validation/rules";
import { type CheckedResource, PolicyLevel, type ResourceRule } from "./policyRule";
import { isProduction, isShared } from "./policySettings";
import { textAt } from "./properties";

const types = [ResourceType.Container, ResourceType.RemoteImage];

/** The image as the resource names it; ids of content (`sha256:…`) say nothing about a tag and cannot move. */
function referenceOf({ type, props }: CheckedResource): string | undefined {
  const reference = textAt(props, type === ResourceType.RemoteImage ? "name" : "image");
  return reference?.startsWith("sha256:") ? undefined : reference;
}

const fixedTag: ResourceRule = {
  name: "fixed-image-tag",
  description: "images of shared stacks have a tag other than latest, or a digest",
  remedy: 'name the image as "name:tag" or "name@sha256:…"',
  level: PolicyLevel.Mandatory,
  types,
  check: (resource, settings) =>
    isShared(settings)
      ? checkImage("image", referenceOf(resource)).map(({ reason }) => reason)
      : [],
};

const byDigest: ResourceRule = {
  name: "image-by-digest",
  description: "images of production stacks are named by digest",
  remedy: 'name the image as "name:tag@sha256:…", so that every host runs the same content',
  level: PolicyLevel.Advisory,
  types,
  check(resource, settings) {
    const reference = referenceOf(resource);
    if (!isProduction(settings) || reference === undefined || reference.includes("@")) return [];
    return [`"${reference}" is a tag, which its owner can move`];
  },
};

/** What runs. */
export const IMAGE_RULES: readonly ResourceRule[] = [fixedTag, byDigest];
