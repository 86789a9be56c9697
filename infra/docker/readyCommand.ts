import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

/** What a readiness step waits for. */
export interface ReadyCommandArgs {
  container: pulumi.Input<string>;
  /** Shell text that succeeds once the container answers. */
  script: string;
  /** Ids whose change makes the step run again. */
  triggers: pulumi.Input<string>[];
  /** Seconds until the step gives up. Default: 120. */
  seconds?: number;
  /** Docker engine to ask, as DOCKER_HOST names it. Default: the environment's. */
  dockerHost?: pulumi.Input<string>;
  environment?: Record<string, pulumi.Input<string>>;
}

/** A step of the plan that is done when a container answers; it never runs in a preview. */
export function readyCommand(
  name: string,
  args: ReadyCommandArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const seconds = args.seconds ?? 120;
  const host: Record<string, pulumi.Input<string>> = args.dockerHost === undefined
    ? {}
    : { DOCKER_HOST: args.dockerHost };
  return new command.local.Command(
    name,
    {
      create: args.script,
      interpreter: ["/bin/sh", "-cu"],
      environment: {
        ...args.environment,
        ...host,
        CONTAINER: args.container,
        SECONDS_TO_WAIT: `${seconds}`,
      },
      triggers: args.triggers,
      addPreviousOutputInEnv: false,
    },
    { ...opts, customTimeouts: { create: `${seconds + 60}s` } },
  );
}
