import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

/** A shell script that runs against the Docker engine while an update runs, never in a preview. */
export interface DockerStepArgs {
  /** Words by which a failure names the step, for example `wait until Postgres answers`; no secret. */
  title: string;
  /** Shell text; what it prints is plain in the state. It may read `$SECONDS_TO_WAIT`. */
  script: string;
  /** Ids whose change makes the step run again. */
  triggers: pulumi.Input<string>[];
  /** Seconds until the script gives up. Default: 120. */
  seconds?: number;
  /** Docker engine to ask, as DOCKER_HOST names it. Default: the environment's. */
  dockerHost?: pulumi.Input<string>;
  environment?: Record<string, pulumi.Input<string>>;
  /** Standard input of the script: the place for secrets, which have to be marked. Default: none. */
  stdin?: pulumi.Input<string>;
  /** Whether the script sees what its last run printed, as `$PULUMI_COMMAND_STDOUT`. Default: false. */
  seesLastOutput?: boolean;
  /** Whether the script also runs, with `delete` as `$1`, before the step's resource is deleted. Default: false. */
  runsAtDelete?: boolean;
}

/**
 * A step of the plan. The script is an argument of the interpreter, since a failure quotes the command itself:
 * the error shows the title, not the script (pulumi-command, "running %q").
 */
export function dockerStep(
  name: string,
  args: DockerStepArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const seconds = args.seconds ?? 120;
  const host: Record<string, pulumi.Input<string>> = args.dockerHost === undefined
    ? {}
    : { DOCKER_HOST: args.dockerHost };
  return new command.local.Command(
    name,
    {
      create: args.title,
      interpreter: ["/bin/sh", "-cu", args.script, "clerk-hasura"],
      environment: { ...args.environment, ...host, SECONDS_TO_WAIT: `${seconds}` },
      triggers: args.triggers,
      addPreviousOutputInEnv: args.seesLastOutput ?? false,
      ...(args.stdin !== undefined && { stdin: args.stdin }),
      ...(args.runsAtDelete && { delete: "delete" }),
    },
    { ...opts, customTimeouts: { create: `${seconds + 60}s` } },
  );
}
