import { stackResources } from "./stackResources.mjs";

/** Label by which everything that a stack makes in Docker names its stack. */
export const INSTANCE_LABEL = "dev.clerk-hasura.instance";

/**
 * The instance ids of a stack: one per component it declares.
 * @param {unknown} exported What `pulumi stack export` printed, parsed.
 * @returns {string[]} Hexadecimal ids.
 */
export function instanceIds(exported) {
  return stackResources(exported)
    .filter(
      ({ type, urn }) => type === "random:index/randomId:RandomId" && urn.endsWith("-instance"),
    )
    .map(({ outputs }) => String(outputs.hex ?? ""))
    .filter((hex) => /^[0-9a-f]+$/.test(hex));
}

/**
 * Which of the labelled objects the stack's state does not know.
 * @param {unknown} exported What `pulumi stack export` printed, parsed.
 * @param {string[]} labelled Full ids of the objects with the stack's label.
 */
export function orphansAmong(exported, labelled) {
  const known = new Set(stackResources(exported).map(({ id }) => id));
  return labelled.filter((id) => !known.has(id));
}
