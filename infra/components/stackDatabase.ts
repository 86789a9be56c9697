import * as pulumi from "@pulumi/pulumi";
import { extraHosts } from "../hasura/engine";
import { refuses } from "../hasura/hasuraArgs";
import { adoptedNames, readPostgres, settlePostgres } from "../postgres/checkPostgres";
import {
  containerDatabase,
  type Database,
  type ExternalShellArgs,
  externalDatabase,
} from "../postgres/database";
import { EngineDatabases } from "../postgres/engineDatabases";
import type { ExternalPostgresArgs } from "../postgres/postgresArgs";
import type { Settings } from "../settings/settle";
import { settledLater } from "../validation/rejectProblems";
import type { StackBuild } from "./stackBuild";

/** The server of a stack, its own or an external one. */
export function databaseOf(build: StackBuild): Database {
  const { self, name, args, owner, network, postgres, settings } = build;
  const external = args.postgres?.external;
  if (external) return externalServer(build, external);
  const { majorVersion, adoptVolume, protectData } = settings.postgres;
  const { dockerHost } = args;
  return containerDatabase(
    `${name}-postgres`,
    { owner, settings: postgres, majorVersion, protectData, adoptVolume, network, dockerHost },
    self,
  );
}

function externalServer(build: StackBuild, args: ExternalPostgresArgs): Database {
  const name = `${build.name}-postgres`;
  // The password is taken out first: it would make every setting beside it secret.
  const { password, ...external } = args;
  const server = settledLater(
    name,
    { external },
    (it, problems) => settlePostgres(readPostgres(it, problems)).external,
  );
  const shell = externalShell(build);
  return externalDatabase(name, { server, password: pulumi.output(password), shell }, build.self);
}

/** What psql needs to reach an external server as the engine does. */
function externalShell({
  args,
  network,
  hasura,
  postgres,
}: StackBuild): ExternalShellArgs | undefined {
  if (network === undefined) return undefined;
  return {
    image: postgres.image,
    networks: pulumi.all([network.name, hasura]).apply(([own, it]) => [own, ...it.networks]),
    hosts: hasura.apply((it) => extraHosts(it.extraHosts)),
    engineImage: hasura.image,
    authorities: hasura.apply((it) => it.caCertificates.join("\n")),
    dockerHost: args.dockerHost,
  };
}

/** Whether the engine may do what the owner may: only the job of a production stack becomes the owner; the console and `hasura migrate` do not. */
export function engineAlters({ stage, schema }: Settings): boolean {
  return schema === undefined || !refuses(stage, "postgres.ownerRole");
}

/** The stack's roles and databases on that server. */
export function engineDatabases(build: StackBuild, database: Database): EngineDatabases {
  const { provider, route, ready, volume, shell } = database;
  const { postgres, schema } = build.settings;
  return new EngineDatabases(
    `${build.name}-databases`,
    {
      settings: build.postgres,
      provider,
      route,
      ready,
      volume,
      shell,
      adopted: adoptedNames(postgres),
      hasOwner: postgres.ownerRole !== undefined,
      hasReadOnly: postgres.readOnlyRole !== undefined,
      engineAlters: engineAlters(build.settings),
      handOver: schema?.folder.digest ?? "",
    },
    // Dropping a database or its owner loses rows as surely as deleting the volume.
    { parent: build.self, protect: postgres.protectData },
  );
}
