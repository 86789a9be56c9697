import type * as pulumi from "@pulumi/pulumi";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";

/** What the probe looks at; a change of any of it makes it run again. */
export interface ProbeArgs {
  endpoint: pulumi.Input<string>;
  adminSecret: pulumi.Input<string>;
  jwtSecret: pulumi.Input<string>;
  jwksUrl: pulumi.Input<string>;
  issuer: pulumi.Input<string>;
  /** JSON. */
  tokenShape: pulumi.Input<string>;
  unauthorizedRole: pulumi.Input<string | undefined>;
  /** Name of the engine's container. */
  container: pulumi.Input<string>;
  /** Environment by which the docker command asks its Docker engine. */
  dockerEnvironment: pulumi.Input<Record<string, string>>;
  /** Ids whose change makes the probe run again. */
  triggers: pulumi.Input<string>[];
}

/** The doctor's checks as a step of the update, which fails where one of them does; it never runs in a preview. */
export function probeEngine(
  name: string,
  args: ProbeArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new RemoteResource(RemoteKind.Probe, name, { ...args }, ["summary"], opts);
}
