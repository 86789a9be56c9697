import { relative } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { type Ownership, ownershipLabels } from "../docker/containerDefaults";
import { dockerEnvironment } from "../docker/dockerConnection";
import { dockerName } from "../docker/names";
import { stackImage } from "../docker/stackImage";
import type { HasuraEngine } from "../hasura/engine";
import { Preset } from "../hasura/hasuraArgs";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";
import { jobImage, type SchemaSettings } from "../schema/checkSchema";
import { migrationName, shownChecksum } from "../schema/planMigrations";
import type { Schema } from "../schema/readSchema";
import { rightsOf } from "../schema/rights";
import { programFolder, type Settings } from "../settings/settle";
import type { Problem } from "../validation/problems";
import { settledLater } from "../validation/rejectProblems";
import type { StackBuild } from "./stackBuild";
import { engineAlters } from "./stackDatabase";

/** What keeps the job from reaching the engine's metadata. */
export function checkSchemaApis(settings: Settings | undefined): Problem[] {
  const { schema, hasura } = settings ?? {};
  if (schema === undefined || hasura === undefined || hasura.enabledApis.includes("metadata"))
    return [];
  return [
    {
      path: "hasura.enabledApis",
      reason:
        "lacks metadata, which applies the schema; allowed: a list with metadata; add it, or remove schema",
    },
  ];
}

/** What the job needs of the stack. */
export interface SchemaPlace {
  engine: HasuraEngine;
  adminSecret: pulumi.Output<string>;
  /** Role that owns what migrations create. Default: the engine's own. */
  ownerRole: pulumi.Input<string | undefined>;
}

/** Applies the schema once the engine is ready; undefined where there is none. */
export function applySchema(
  { name, args, settings, what, owner, network, hasura, self }: StackBuild,
  { engine, adminSecret, ownerRole }: SchemaPlace,
): pulumi.Resource | undefined {
  const { schema, stage } = settings;
  if (schema === undefined || network === undefined) return undefined;
  const reference = settledLater(
    what,
    { own: args.schema?.image, engine: hasura.image },
    (it, problems) => jobImage(it.own, it.engine, problems),
  );
  return schemaResource(
    { self, name, owner, dockerHost: args.dockerHost },
    schema,
    {
      image: reference,
      seeds: stage.preset === Preset.Development,
      ownerRole,
      engineAlters: engineAlters(settings),
      network: network.name,
      adminSecret,
      // Another engine is asked whether it serves what is applied.
      triggers: [engine.containerId],
    },
    [engine.ready],
  );
}

/** Whose schema it is. */
export interface SchemaOwner {
  self: pulumi.ComponentResource;
  name: string;
  owner: Ownership;
  dockerHost: pulumi.Input<string> | undefined;
}

/** What the job is told of the engine that it is for; `image` is a reference. */
export interface SchemaEngine extends Record<string, unknown> {
  image: pulumi.Output<string>;
  seeds: boolean;
  /** Whether the engine's own role may alter what migrations made. */
  engineAlters: boolean;
  adminSecret: pulumi.Input<string>;
  triggers: pulumi.Input<string>[];
}

/** Makes the resource whose job applies the folder, and what it needs on the Docker host. */
export function schemaResource(
  { self, name, owner, dockerHost }: SchemaOwner,
  { path, folder, accept, timeoutSeconds }: SchemaSettings,
  { image, ...engine }: SchemaEngine,
  dependsOn: pulumi.Resource[],
): RemoteResource {
  const labels = ownershipLabels(owner, "schema").map(({ label, value }) => [label, value]);
  return new RemoteResource(
    RemoteKind.Schema,
    `${name}-schema`,
    {
      ...engine,
      path,
      base: relative(process.cwd(), programFolder()),
      digest: folder.digest,
      migrations: checksumsOf(folder),
      rights: rightsOf(folder.metadata),
      accept,
      timeoutSeconds,
      image: stackImage(`${name}-schema-image`, image, { parent: self }).id,
      container: dockerName(owner.scope, "schema"),
      labels: Object.fromEntries(labels),
      dockerEnvironment: dockerEnvironment({ parent: self }, dockerHost),
    },
    ["applied"],
    { parent: self, dependsOn },
  );
}

function checksumsOf({ sources }: Schema): Record<string, string> {
  const entries = sources
    .flatMap(({ migrations }) => migrations)
    .map((it) => [`${it.source}/${migrationName(it)}`, shownChecksum(it.checksum)]);
  return Object.fromEntries(entries.sort());
}
