import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { dockerEnvironment } from "./dockerConnection";

/** A shell script that runs against the Docker engine while an update runs, never in a preview. */
export interface DockerStepArgs {
  /** Words by which a failure names the step, for example `wait until Postgres responds`; no secret. */
  title: string;
  /** Shell text; what it prints is plain in the state. It may read `$SECONDS_TO_WAIT`. */
  script: string;
  /** Ids whose change makes the step run again. */
  triggers: pulumi.Input<string>[];
  /** Seconds until the script gives up. Default: 120. */
  seconds?: number;
  /** Docker engine to ask, as DOCKER_HOST names it. Default: the one that the parent's docker provider makes containers on. */
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
 * Shell text that ends a script at once where the docker command cannot ask the engine that has the container of `$CONTAINER`:
 * waiting for it would end in the same words two minutes later.
 */
export const DEMAND_CONTAINER = `
here=\${DOCKER_HOST:-\${DOCKER_CONTEXT:-the one that this machine asks by default}}
if ! command -v docker >/dev/null; then
  echo "There is no docker command on this machine, which this step needs; install Docker's command line" >&2
  exit 1
fi
if ! absent=$(docker inspect --format '{{.Id}}' "$CONTAINER" 2>&1 >/dev/null); then
  echo "The container is not on the Docker engine that this step asks ($here): $(printf '%s' "$absent" | head -1)." >&2
  echo "Name the engine once, by docker:host in the stack's configuration, or by the docker provider and dockerHost alike" >&2
  exit 1
fi
`;

/**
 * Shell functions of every step. `held COMMAND…` gives a command its input and does not end it, since a connection without half-close,
 * as many forwarders to a Docker engine are, ends as a whole with its input: docker exec, run and start then print nothing and report
 * success. What reads it has to end by itself. `in_container SCRIPT [OPTION…]` runs a bash script in the container of `$CONTAINER`.
 */
const FUNCTIONS = `
held() {
  way=$(mktemp -d) && mkfifo "$way/in" && exec 3<>"$way/in" 4<&0 && rm -rf "$way" || return
  cat <&4 >&3 &
  feeder=$!
  "$@" <&3
  ended=$?
  { kill "$feeder"; wait "$feeder"; } 2>/dev/null
  return "$ended"
}
in_container() {
  script=$1
  shift
  printf '%s\\nexit\\n' "$script" | held docker exec -i "$@" "$CONTAINER" /bin/bash -s
}
`;

/**
 * How a script is run. It is an argument of the interpreter, since a failure quotes the command itself: the error shows the step's
 * title, which comes after these, and not the script (pulumi-command, "running %q").
 */
export function stepInterpreter(script: string): string[] {
  return ["/bin/sh", "-cu", `${FUNCTIONS}${script}`, "clerk-hasura"];
}

/** A step of the plan, which fails with the last words of its script. */
export function dockerStep(
  name: string,
  args: DockerStepArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const seconds = args.seconds ?? 120;
  const connection = dockerEnvironment(opts, args.dockerHost);
  const own = { ...args.environment, SECONDS_TO_WAIT: `${seconds}` };
  return new command.local.Command(
    name,
    {
      create: args.title,
      interpreter: stepInterpreter(args.script),
      environment: pulumi.Output.isInstance(connection)
        ? pulumi.all([connection, own]).apply(([to, variables]) => ({ ...to, ...variables }))
        : { ...own, ...connection },
      triggers: args.triggers,
      addPreviousOutputInEnv: args.seesLastOutput ?? false,
      ...(args.stdin !== undefined && { stdin: args.stdin }),
      ...(args.runsAtDelete && { delete: "delete" }),
    },
    { ...opts, customTimeouts: { create: `${seconds + 60}s` } },
  );
}
