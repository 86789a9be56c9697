import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type Ownership, ownershipLabels } from "../docker/containerDefaults";
import { dockerName } from "../docker/names";
import type { HasuraSettings } from "../hasura/checkHasura";
import { type PostgresSettings, readPostgres, settlePostgres } from "../postgres/checkPostgres";
import type { ClerkHasuraArgs } from "../settings/clerkHasuraArgs";
import { engineSettings, type Settings } from "../settings/settle";
import { settledLater } from "../validation/rejectProblems";
import { type StackIdentity, stackIdentity } from "./stackIdentity";

/** Everything the named steps of the constructor share. */
export interface StackBuild extends StackIdentity {
  self: pulumi.ComponentResource;
  what: string;
  name: string;
  args: ClerkHasuraArgs;
  /** What is known of the arguments at once. */
  settings: Settings;
  owner: Ownership;
  hasura: pulumi.Output<HasuraSettings>;
  postgres: pulumi.Output<PostgresSettings>;
  /** The stack's own network; absent while it is suspended. */
  network?: docker.Network;
}

/** Settles what only Outputs tell, and makes what every step needs. */
export function prepare(
  self: pulumi.ComponentResource,
  name: string,
  args: ClerkHasuraArgs,
  settings: Settings,
): StackBuild {
  const what = `ClerkHasura "${name}"`;
  const { stage, suspended } = settings;
  const instance = new random.RandomId(`${name}-instance`, { byteLength: 8 }, { parent: self });
  const scope = { project: pulumi.getProject(), stack: pulumi.getStack(), name };
  const owner: Ownership = { scope, instance: instance.hex };
  // Secrets are taken out first: one secret field would make every setting beside it secret.
  const { adminSecret: _adminSecret, env: _env, ...hasura } = args.hasura ?? {};
  const { external: _external, ...postgres } = args.postgres ?? {};
  const { caCertificates } = args.hasura ?? {};
  return {
    self,
    what,
    name,
    args,
    settings,
    owner,
    hasura: settledLater(what, hasura, (it, problems) => engineSettings(it, stage, problems)),
    postgres: settledLater(what, postgres, (it, problems) =>
      settlePostgres(readPostgres(it, problems)),
    ),
    ...stackIdentity(args, settings, { what, name, parent: self, caCertificates }),
    network: suspended ? undefined : ownNetwork(self, name, owner),
  };
}

/** The network that a stack's containers share, and nobody else is on. */
function ownNetwork(
  self: pulumi.ComponentResource,
  name: string,
  owner: Ownership,
): docker.Network {
  return new docker.Network(
    `${name}-network`,
    {
      name: dockerName(owner.scope, "network"),
      driver: "bridge",
      labels: ownershipLabels(owner, "network"),
    },
    { parent: self },
  );
}
