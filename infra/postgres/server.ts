import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { containerDefaults, type Ownership, ownershipLabels } from "../docker/containerDefaults";
import { dockerStep } from "../docker/dockerStep";
import { type StackImage, stackImage } from "../docker/stackImage";
import { dockerName, LABEL } from "../names";
import type { PostgresInput } from "./checkPostgres";
import { POSTGRES_READY_SCRIPT } from "./readyScript";
import {
  GUARD_FILE,
  oneWriterInclude,
  PASSWORD_FILE,
  POSTGRES_HEALTHCHECK,
  postgresStartScript,
  UPLOAD_DIR,
} from "./startScript";
import { volumePath } from "./volumePath";

/** Host name of the server on the stack's own network. */
export const POSTGRES_ALIAS = "postgres";

/** Image of the server, and of what speaks to an external one. */
export const POSTGRES_IMAGE = "postgres:17-bookworm";

/** What the server needs from the component around it. */
export interface PostgresServerArgs {
  owner: Ownership;
  settings: pulumi.Output<PostgresInput>;
  majorVersion: number;
  protectData: boolean;
  dockerHost?: pulumi.Input<string>;
}

/** A running server. */
export interface RunningPostgres {
  container: docker.Container;
  image: StackImage;
  /** Done once the server answers SQL over TCP; whatever needs a ready server depends on this. */
  ready: pulumi.Resource;
}

/** The Postgres volume and password, and, unless the stack is suspended, the server on them. */
export class PostgresServer extends pulumi.ComponentResource {
  public readonly volume: docker.Volume;
  public readonly superuserPassword: pulumi.Output<string>;

  constructor(name: string, args: PostgresServerArgs, opts: pulumi.ComponentResourceOptions) {
    super("clerk-hasura:index:PostgresServer", name, {}, opts);
    const { scope } = args.owner;
    const kept = { parent: this, protect: args.protectData };
    this.volume = new docker.Volume(
      `${name}-data`,
      {
        name: dockerName(scope, "postgres-data"),
        // No instance label: a volume kept from an earlier stack has to match what this stack asks for.
        labels: ownershipLabels(args.owner, "postgres-data").filter(
          ({ label }) => label !== LABEL.instance,
        ),
      },
      kept,
    );
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      kept,
    );
    this.superuserPassword = password.result;
    this.registerOutputs({});
  }

  /** Starts the server on the volume. */
  start(name: string, network: docker.Network, args: PostgresServerArgs): RunningPostgres {
    const child = { parent: this };
    const reference = args.settings.apply((it) => it.image ?? POSTGRES_IMAGE);
    const image = stackImage(`${name}-image`, reference, child);
    const container = new docker.Container(
      `${name}-container`,
      {
        ...containerDefaults(args.settings),
        ...processArgs(args),
        ...placeArgs(args, network, this.volume),
        image: image.id,
        uploads: uploads(args.majorVersion, this.superuserPassword),
      },
      // Two servers on one volume lose rows: the old one must be gone before the new one exists.
      { ...child, deleteBeforeReplace: true },
    );
    const ready = dockerStep(
      `${name}-ready`,
      {
        title: "wait until Postgres answers",
        environment: { CONTAINER: container.id },
        script: POSTGRES_READY_SCRIPT,
        triggers: [container.id],
        dockerHost: args.dockerHost,
      },
      { ...child, dependsOn: [container] },
    );
    return { container, image, ready };
  }
}

function processArgs(args: PostgresServerArgs) {
  const grace = args.settings.apply((it) => it.graceSeconds ?? 90);
  return {
    user: "postgres",
    entrypoints: ["/bin/bash", `${UPLOAD_DIR}/start.sh`],
    command: args.settings.apply((it) => serverCommand(it.parameters)),
    envs: [
      "POSTGRES_INITDB_ARGS=--data-checksums",
      `POSTGRES_PASSWORD_FILE=${PASSWORD_FILE}`,
      "POSTGRES_USER=postgres",
    ],
    shmSize: args.settings.apply((it) => it.shmSizeMb ?? 256),
    // The provider stops with a timeout of 0, that is a kill, unless this is set; `stopTimeout` serves people's `docker stop`.
    destroyGraceSeconds: grace,
    stopTimeout: grace,
    healthcheck: {
      tests: POSTGRES_HEALTHCHECK,
      interval: "5s",
      timeout: "5s",
      retries: 5,
      startPeriod: "1m0s",
    },
  };
}

function placeArgs(args: PostgresServerArgs, network: docker.Network, volume: docker.Volume) {
  return {
    name: dockerName(args.owner.scope, "postgres"),
    labels: ownershipLabels(args.owner, "postgres"),
    volumes: [{ volumeName: volume.name, containerPath: volumePath(args.majorVersion) }],
    networksAdvanced: [{ name: network.name, aliases: [POSTGRES_ALIAS] }],
    ports: [
      {
        internal: 5432,
        external: args.settings.apply((it) => it.port ?? 5432),
        ip: args.settings.apply((it) => it.bindAddress ?? "127.0.0.1"),
      },
    ],
  };
}

/** The server's command line; settings are sorted, because the provider compares lists. */
export function serverCommand(parameters: Record<string, string> = {}): string[] {
  const settings = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return ["postgres", ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

function uploads(majorVersion: number, password: pulumi.Output<string>) {
  return [
    { file: `${UPLOAD_DIR}/start.sh`, content: postgresStartScript(volumePath(majorVersion)) },
    { file: GUARD_FILE, content: "# Present in containers that hold the lock on the volume.\n" },
    {
      file: "/docker-entrypoint-initdb.d/00-one-writer.sh",
      content: oneWriterInclude(),
    },
    { file: PASSWORD_FILE, content: password },
  ];
}
