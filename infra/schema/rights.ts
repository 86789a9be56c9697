import { addAction, addCustomTypes, addRemoteSchema, addSettings, addSource } from "./exposures";
import { inheritedRights } from "./inheritedRights";
import { type Item, MetadataReader, textIn } from "./metadataReader";
import { type Right, rightKey } from "./right";

/** Deeper metadata is cut: no engine takes it, and a loop of YAML anchors has no end. */
const DEEPEST = 40;

/** Who may do what by the metadata, and what it opens beside that, sorted; equal rights give equal JSON. It holds no secret. */
export function rightsOf(metadata: Record<string, unknown>): Right[] {
  const reader = new MetadataReader();
  const root: Item = { fields: cut(metadata) as Record<string, unknown>, path: "" };
  for (const it of reader.items(root, "sources")) addSource(reader, it);
  for (const it of reader.items(root, "remote_schemas")) addRemoteSchema(reader, it);
  for (const it of reader.items(root, "actions")) addAction(reader, it);
  addCustomTypes(reader, reader.item(root, "custom_types"));
  addSettings(reader, root);
  const inherited = inheritedRights(reader.rights, parentsOf(reader, root));
  const keyed = [...reader.rights, ...inherited].map((right) => [rightKey(right), right] as const);
  return keyed
    .sort(([one], [other]) => (one < other ? -1 : Number(one > other)))
    .map(([, it]) => it);
}

function cut(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) return "…";
  if (Array.isArray(value)) return value.map((it) => cut(it, depth + 1));
  const entries = Object.entries(value).filter(([, it]) => it !== undefined);
  return Object.fromEntries(entries.map(([key, it]) => [key, cut(it, depth + 1)]));
}

function parentsOf(reader: MetadataReader, root: Item): Map<string, string[]> {
  const roles = reader.items(root, "inherited_roles").map(({ fields, path }) => {
    const { role_set: set } = fields;
    if (!Array.isArray(set)) reader.odd(`${path}.role_set`, set);
    const parents = Array.isArray(set) ? set.filter((it) => typeof it === "string") : [];
    return [textIn(fields, "role_name"), parents] as const;
  });
  return new Map(roles);
}
