import { LABEL } from "../../infra/docker/names";
import { ResourceType } from "../../infra/docker/resourceTypes";

export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  /** URNs. */
  dependencies: string[];
  protect: boolean;
  /** Whether an update is replacing or deleting it. */
  leaving: boolean;
}

interface PendingOperation {
  type: string;
  urn: string;
}

export const objectOf = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" ? { ...value } : {};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Returns the resources of a state that `pulumi stack export` printed. */
export function stackResources(exported: unknown): StateResource[] {
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

/** Returns what a killed update had begun. */
export function pendingOperations(exported: unknown): PendingOperation[] {
  const { pending_operations: pending } = objectOf(objectOf(exported).deployment);
  return listOf(pending)
    .map(objectOf)
    .map(({ type, resource }) => ({
      type: String(type ?? ""),
      urn: String(objectOf(resource).urn ?? ""),
    }));
}

/** Returns which part a container is, by its label: "postgres" or "hasura". */
export function partOf({ inputs }: StateResource) {
  const labels = listOf(inputs.labels).map(objectOf);
  return String(labels.find(({ label }) => label === LABEL.part)?.value ?? "");
}

export const isContainer = ({ type }: StateResource) => type === ResourceType.Container;

/** Returns the instance ids of a stack: one hexadecimal id for each component. */
export function instanceIds(exported: unknown): string[] {
  return stackResources(exported)
    .filter(({ type, urn }) => type === ResourceType.RandomId && urn.endsWith("-instance"))
    .map(({ outputs }) => String(outputs.hex ?? ""))
    .filter((hex) => /^[0-9a-f]+$/.test(hex));
}

/** Returns the labeled objects that the state does not know. */
export function orphansAmong(exported: unknown, labelled: string[]) {
  const known = new Set(stackResources(exported).map(({ id }) => id));
  return labelled.filter((id) => !known.has(id));
}
