import {
  isContainer,
  objectOf,
  partOf,
  pendingOperations,
  stackResources,
} from "./stackResources.mjs";

/**
 * @typedef {object} LastUpdate
 * @property {string} kind "update", "refresh", "destroy", …
 * @property {string} result "succeeded", "failed" or "in-progress".
 */

/**
 * Whether a removal of the stack was under way: its engine is gone or being deleted, and so is all that depends on
 * that. An update that replaces a container deletes it too, yet leaves its dependants, or marks them for replacement.
 * @param {unknown} exported What `pulumi stack export` printed, parsed.
 * @param {LastUpdate | undefined} last
 */
function wasRemoving(exported, last) {
  const resources = stackResources(exported);
  const pending = pendingOperations(exported);
  const deleting = new Set(pending.filter(({ type }) => type === "deleting").map(({ urn }) => urn));
  const stopped = last?.kind === "destroy" && last.result !== "succeeded";
  if (deleting.size === 0 && !stopped) return false;
  if (deleting.size < pending.length || resources.some(({ leaving }) => leaving)) return false;
  const left = resources.filter(({ urn }) => !deleting.has(urn));
  const engineLeft = left.some(
    (resource) => isContainer(resource) && partOf(resource) === "hasura",
  );
  const needed = new Set(left.flatMap(({ dependencies }) => dependencies));
  return !engineLeft && ![...deleting].some((urn) => needed.has(urn));
}

/** @param {import("./stackResources.mjs").StateResource[]} resources */
const runsNothing = (resources) => {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return Object.keys(objectOf(stack?.outputs.containers)).length === 0;
};

/**
 * What the command that was interrupted wanted the stack to be in the end.
 * @param {unknown} exported What `pulumi stack export` printed, parsed.
 * @param {LastUpdate | undefined} last Newest entry of the stack's history; an update that was killed has none.
 * @returns {"up" | "stopped" | "removed"} "stopped": only its data is kept, as `npm run down` leaves it.
 */
export function wantedEnd(exported, last) {
  if (!wasRemoving(exported, last)) return "up";
  const resources = stackResources(exported);
  // A suspended program has said that it runs nothing before the first deletion; a removal cannot take what is protected.
  const keepsData = runsNothing(resources) || resources.some(({ protect }) => protect);
  return keepsData ? "stopped" : "removed";
}
