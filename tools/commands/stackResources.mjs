/**
 * @typedef {object} StateResource
 * @property {string} urn
 * @property {string} type
 * @property {string} [id]
 * @property {Record<string, unknown>} inputs
 * @property {Record<string, unknown>} outputs
 * @property {string[]} dependencies URNs.
 * @property {boolean} protect
 * @property {boolean} leaving Whether an update has begun to replace or to delete it.
 */

/** @typedef {{ type: string, urn: string }} PendingOperation */

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>}
 */
export const objectOf = (value) =>
  value !== null && typeof value === "object" ? { ...value } : {};

/**
 * @param {unknown} value
 * @returns {unknown[]}
 */
const listOf = (value) => (Array.isArray(value) ? value : []);

/**
 * The resources of a stack's state.
 * @param {unknown} exported What `pulumi stack export` printed, parsed.
 * @returns {StateResource[]}
 */
export function stackResources(exported) {
  const { resources } = objectOf(objectOf(exported).deployment);
  return listOf(resources)
    .map(objectOf)
    .map((resource) => ({
      urn: String(resource.urn ?? ""),
      type: String(resource.type ?? ""),
      ...(typeof resource.id === "string" ? { id: resource.id } : {}),
      inputs: objectOf(resource.inputs),
      outputs: objectOf(resource.outputs),
      dependencies: listOf(resource.dependencies).map(String),
      protect: resource.protect === true,
      leaving: resource.delete === true || resource.pendingReplacement === true,
    }));
}

/**
 * What an update that was killed had begun.
 * @param {unknown} exported What `pulumi stack export` printed, parsed.
 * @returns {PendingOperation[]}
 */
export function pendingOperations(exported) {
  const { pending_operations: pending } = objectOf(objectOf(exported).deployment);
  return listOf(pending)
    .map(objectOf)
    .map(({ type, resource }) => ({
      type: String(type ?? ""),
      urn: String(objectOf(resource).urn ?? ""),
    }));
}

/**
 * Which part of the stack a container is, by its label: "postgres" or "hasura".
 * @param {StateResource} resource
 */
export function partOf({ inputs }) {
  const labels = listOf(inputs.labels).map(objectOf);
  return String(labels.find(({ label }) => label === "dev.clerk-hasura.part")?.value ?? "");
}

/** @param {StateResource} resource */
export const isContainer = ({ type }) => type === "docker:index/container:Container";
