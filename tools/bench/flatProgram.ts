import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "./bench";
import { newProject, type Project } from "./project";

/** Key by which the engine marks a secret among plain JSON. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const NAME = "clerk-hasura-flat";

/** Declares each resource by its type, name and inputs, without a component: what somebody would write by hand, in one file. */
const FLAT_PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const revive = (value) => {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  if ("${SIGNATURE}" in value) return pulumi.secret(revive(JSON.parse(value.plaintext)));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
};
const providers = {};
for (const { kind, type, name, inputs, provider } of require("./resources.json")) {
  const props = revive(inputs);
  if (kind) providers[name] = new pulumi.ProviderResource(kind, name, props);
  else new pulumi.CustomResource(type, name, props, { provider: providers[provider] });
}
`;

interface Resource {
  urn: string;
  type: string;
  custom: boolean;
  inputs?: Record<string, unknown>;
  provider?: string;
  parent?: string;
  deletedWith?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
}

const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";
const isDefault = ({ type, urn }: Resource) =>
  type.startsWith("pulumi:providers:") && nameOf(urn).startsWith("default");
/** The URN of a provider, without its id. */
const providerOf = ({ provider = "" }: Resource) => provider.split("::").slice(0, -1).join("::");

/** What the flat program declares. */
function declarations(resources: readonly Resource[]): Record<string, unknown>[] {
  const own = resources.filter((it) => it.custom && !isDefault(it));
  return own.map((it) => {
    const { __defaults, ...inputs } = it.inputs ?? {};
    const [, kind] = /^pulumi:providers:(.*)$/.exec(it.type) ?? [];
    return { type: it.type, name: nameOf(it.urn), inputs, kind, provider: nameOf(providerOf(it)) };
  });
}

/** The state of the same resources, as if the flat program had made them. */
function flatState(resources: readonly Resource[], stack: string): Resource[] {
  const root = `urn:pulumi:${stack}::${NAME}::pulumi:pulumi:Stack::${NAME}-${stack}`;
  const kept = resources.filter(({ custom, type }) => custom || type === "pulumi:pulumi:Stack");
  const urns = new Map(
    kept.map(({ urn, type }) => [
      urn,
      type === "pulumi:pulumi:Stack"
        ? root
        : `urn:pulumi:${stack}::${NAME}::${type}::${nameOf(urn)}`,
    ]),
  );
  const known = (list: readonly string[] = []) => list.flatMap((urn) => urns.get(urn) ?? []);
  return kept.map(({ parent: _parent, deletedWith: _with, ...it }) => ({
    ...it,
    urn: urns.get(it.urn) ?? it.urn,
    ...(it.type !== "pulumi:pulumi:Stack" && { parent: root }),
    ...(it.provider && {
      provider: it.provider.replace(providerOf(it), (urn) => urns.get(urn) ?? urn),
    }),
    dependencies: known(it.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(it.propertyDependencies ?? {}).map(([name, list]) => [name, known(list)]),
    ),
  }));
}

/** A flat program that has made what a stack's program has made: the same containers, roles and steps, under its own state. */
export async function flatProject(bench: Bench, from: Project): Promise<Project> {
  const stack = bench.uniqueName();
  const project = await newProject(bench, { stack, name: NAME, source: FLAT_PROGRAM });
  const state = JSON.parse(await from.pulumi(["stack", "export", "--show-secrets"]));
  const { resources } = state.deployment as { resources: Resource[] };
  const place = join(project.directory, "resources.json");
  await writeFile(place, JSON.stringify(declarations(resources)), { mode: 0o600 });
  const deployment = { ...state.deployment, resources: flatState(resources, stack) };
  const file = join(project.directory, "state.json");
  await writeFile(file, JSON.stringify({ ...state, deployment }), { mode: 0o600 });
  await project.pulumi(["stack", "import", "--file", file]);
  return project;
}
