import { createHash } from "node:crypto";
import { isSecretInput, type Registration } from "../support/recordGraph";

/** What a stack's state knows a resource by, and what decides whether an update changes or replaces it. */
export interface RecordedResource {
  /** Types of the parents and its own, and its name: the URN without stack and project. */
  urn: string;
  parent?: string;
  protect?: true;
  deletedWith?: string;
  deleteBeforeReplace?: true;
  inputs: unknown;
}

/** Texts beyond this, such as scripts, are recorded by their hash: the record tells that they changed, not how. */
const LONGEST = 160;

function withoutStack(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function normalValue(value: unknown): unknown {
  if (isSecretInput(value)) return "[secret]";
  if (typeof value === "string" && value.length > LONGEST) {
    const hash = createHash("sha256").update(value).digest("hex").slice(0, 16);
    return `[${value.length} characters, sha256 ${hash}]`;
  }
  if (Array.isArray(value)) return value.map(normalValue);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, normalValue(child)]));
}

function normal({ type, name, inputs, ...it }: Registration): RecordedResource {
  const parents = withoutStack(it.parent).split("::")[0];
  // The stack itself is no part of its children's URNs.
  const chain = parents === "" || parents === "pulumi:pulumi:Stack" ? "" : `${parents}$`;
  return {
    urn: `${chain}${type}::${name}`,
    ...(chain && { parent: nameIn(it.parent) }),
    ...(it.protect && { protect: true }),
    ...(it.deletedWith && { deletedWith: nameIn(it.deletedWith) }),
    ...(it.deleteBeforeReplace && { deleteBeforeReplace: true }),
    inputs: normalValue(inputs),
  };
}

/** A graph in a form that two runs of one program share: sorted by URN, secrets masked, long texts by hash. */
export function normalGraph(graph: readonly Registration[]): RecordedResource[] {
  return graph.map(normal).sort((a, b) => (a.urn < b.urn ? -1 : 1));
}
