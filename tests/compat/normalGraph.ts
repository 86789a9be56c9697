import { createHash } from "node:crypto";
import { isSecretInput, type Registration } from "../support/recordGraph";

/**
 * What a stack's state knows a resource by, and what decides whether an update changes or replaces it. Other resources stand here
 * by their names: the URNs that mocks make of deeper ones are not the engine's.
 */
export interface RecordedResource {
  /** Types of the parents and its own, and its name: the URN without stack and project. */
  urn: string;
  parent?: string;
  protect?: true;
  deletedWith?: string;
  deleteBeforeReplace?: true;
  retainOnDelete?: true;
  /** What the engine deletes after it, and what drags it along where it is replaced by deletion first; sorted. */
  dependsOn?: string[];
  /** The explicit provider. */
  provider?: string;
  aliases?: unknown[];
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  replaceWith?: string[];
  replacementTrigger?: unknown;
  additionalSecretOutputs?: string[];
  importId?: string;
  inputs: unknown;
}

const SECRET = "[secret]";

/** Texts beyond this, such as scripts, are recorded by their hash: the record tells that they changed, not how. */
const LONGEST = 160;

function withoutStack(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** A provider is referred to by URN and id. */
function withoutId(reference: string): string {
  return reference.split("::").slice(0, -1).join("::");
}

/** Contents that anybody may read: a component's scripts and the certificates of authorities. */
const PUBLIC_CONTENT = /^(?:#!|-----BEGIN CERTIFICATE-----)/;

/** Files of a container. One secret among them makes the whole list secret, which would hide the scripts beside it. */
function normalUploads(value: unknown): unknown {
  const uploads: unknown = isSecretInput(value) ? value.value : value;
  if (!Array.isArray(uploads)) return normalValue(value);
  return uploads.map(({ content, ...upload }: Record<string, unknown>) => {
    const isPublic = typeof content === "string" && PUBLIC_CONTENT.test(content);
    const masked = isPublic || uploads === value ? content : SECRET;
    return normalValue({ ...upload, content: masked });
  });
}

function normalValue(value: unknown, name = ""): unknown {
  if (name === "uploads") return normalUploads(value);
  if (isSecretInput(value)) return SECRET;
  if (typeof value === "string" && value.length > LONGEST) {
    const hash = createHash("sha256").update(value).digest("hex").slice(0, 16);
    return `[${value.length} characters, sha256 ${hash}]`;
  }
  if (Array.isArray(value)) return value.map((it) => normalValue(it));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, normalValue(child, key)]));
}

/** Only what is set, so that a record says of a resource what is special about it. */
function normalOptions({ dependsOn, options: it }: Registration): Partial<RecordedResource> {
  const set: Partial<RecordedResource> = {
    dependsOn: dependsOn.map(nameIn).sort(),
    provider: nameIn(withoutId(it.provider)),
    aliases: it.aliases,
    ignoreChanges: [...it.ignoreChanges].sort(),
    replaceOnChanges: [...it.replaceOnChanges].sort(),
    replaceWith: it.replaceWith.map(nameIn).sort(),
    replacementTrigger: normalValue(it.replacementTrigger),
    additionalSecretOutputs: [...it.additionalSecretOutputs].sort(),
    importId: it.importId,
    ...(it.retainOnDelete && { retainOnDelete: true }),
  };
  const isSet = (value: unknown) => value !== "" && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(set).filter(([, value]) => isSet(value ?? "")));
}

function normal(it: Registration): RecordedResource {
  const parents = withoutStack(it.parent).split("::")[0];
  // The stack itself is no part of its children's URNs.
  const chain = parents === "" || parents === "pulumi:pulumi:Stack" ? "" : `${parents}$`;
  return {
    urn: `${chain}${it.type}::${it.name}`,
    ...(chain && { parent: nameIn(it.parent) }),
    ...(it.protect && { protect: true }),
    ...(it.deletedWith && { deletedWith: nameIn(it.deletedWith) }),
    ...(it.deleteBeforeReplace && { deleteBeforeReplace: true }),
    ...normalOptions(it),
    inputs: normalValue(it.inputs),
  };
}

/** A graph in a form that two runs of one program share: sorted by URN, secrets masked, long texts by hash. */
export function normalGraph(graph: readonly Registration[]): RecordedResource[] {
  return graph.map(normal).sort((a, b) => (a.urn < b.urn ? -1 : 1));
}
