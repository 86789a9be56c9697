import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { type Ownership, ownershipLabels } from "./containerDefaults";
import { dockerName } from "./names";

/** The network that a stack's containers share, and nobody else is on. */
export function ownNetwork(
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
