import { relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ownershipLabels } from "../docker/containerDefaults";
import { dockerEnvironment } from "../docker/dockerConnection";
import { dockerName } from "../docker/names";
import { stackImage } from "../docker/stackImage";
import type { HasuraEngine } from "../hasura/engine";
import { Preset } from "../hasura/hasuraArgs";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";
import { jobImage } from "../schema/checkSchema";
import { migrationName, shownChecksum } from "../schema/planMigrations";
import type { Schema } from "../schema/readSchema";
import { rightsOf } from "../schema/rights";
import type { Settings } from "../settings/settle";
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
  const image = stackImage(`${name}-schema-image`, reference, { parent: self });
  const { path, folder, accept, timeoutSeconds } = schema;
  const labels = ownershipLabels(owner, "schema").map(({ label, value }) => [label, value]);
  return new RemoteResource(
    RemoteKind.Schema,
    `${name}-schema`,
    {
      path,
      base: relative(process.cwd(), pulumi.getRootDirectory()),
      digest: folder.digest,
      migrations: checksumsOf(folder),
      rights: rightsOf(folder.metadata),
      accept,
      timeoutSeconds,
      seeds: stage.preset === Preset.Development,
      ownerRole,
      engineAlters: engineAlters(settings),
      image: image.id,
      container: dockerName(owner.scope, "schema"),
      network: network.name,
      labels: Object.fromEntries(labels),
      dockerEnvironment: dockerEnvironment({ parent: self }, args.dockerHost),
      adminSecret,
      // Another engine is asked whether it serves what is applied.
      triggers: [engine.containerId],
    },
    ["applied"],
    { parent: self, dependsOn: [engine.ready] },
  );
}

function checksumsOf({ sources }: Schema): Record<string, string> {
  const entries = sources
    .flatMap(({ migrations }) => migrations)
    .map((it) => [`${it.source}/${migrationName(it)}`, shownChecksum(it.checksum)]);
  return Object.fromEntries(entries.sort());
}
