import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  containerDefaults,
  type Ownership,
  ownershipLabels,
  pidsLimit,
} from "../docker/containerDefaults";
import { dockerStep } from "../docker/dockerStep";
import { dockerName, UPLOAD_DIR } from "../docker/names";
import { type StackImage, stackImage } from "../docker/stackImage";
import type { PostgresSettings } from "./checkPostgres";
import { POSTGRES_GUARD_SCRIPT, VOLUME_CLAIM_SCRIPT, VOLUME_RELEASE_SCRIPT } from "./guardScript";
import { POSTGRES_READY_SCRIPT } from "./readyScript";
import {
  dataPath,
  FIRST_START_SCRIPT,
  GUARD_FILE,
  HBA_FILE,
  hbaRules,
  PASSWORD_FILE,
  POSTGRES_HEALTHCHECK,
  postgresStartScript,
  volumePath,
} from "./startScript";

/** Host name of the server on the stack's own network. */
export const POSTGRES_ALIAS = "postgres";

/** What the server needs from the component around it. */
export interface PostgresServerArgs {
  owner: Ownership;
  settings: pulumi.Output<PostgresSettings>;
  majorVersion: number;
  protectData: boolean;
  /** Instance id of the volume to take over, or `unlabeled`. */
  adoptVolume?: string;
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
  /** What the steps that look at the volume are told: its name, and whose it may be. */
  private readonly owned: Record<string, pulumi.Input<string>>;

  constructor(name: string, args: PostgresServerArgs, opts: pulumi.ComponentResourceOptions) {
    super("clerk-hasura:index:PostgresServer", name, {}, opts);
    const { scope, instance } = args.owner;
    const kept = { parent: this, protect: args.protectData };
    const volume = dockerName(scope, "postgres-data");
    const claim = dockerStep(
      `${name}-claim`,
      {
        title: "claim the data volume",
        script: VOLUME_CLAIM_SCRIPT,
        environment: { VOLUME: volume, INSTANCE: instance, ADOPT: args.adoptVolume ?? "" },
        triggers: [],
        dockerHost: args.dockerHost,
      },
      // What was adopted once stays adopted: the labels of a volume cannot be changed.
      { parent: this, ignoreChanges: args.adoptVolume ? [] : ["environment.ADOPT"] },
    );
    const adopted = claim.environment.apply((it) => it?.ADOPT ?? "");
    this.owned = { VOLUME: volume, INSTANCE: instance, ADOPT: adopted };
    this.volume = new docker.Volume(
      `${name}-data`,
      { name: volume, labels: ownershipLabels(args.owner, "postgres-data") },
      // An adopted volume keeps the labels that it has; a change of labels would replace a volume.
      { ...kept, dependsOn: [claim], ignoreChanges: ["labels"] },
    );
    dockerStep(
      `${name}-release`,
      {
        title: "allow the data volume to be deleted",
        script: VOLUME_RELEASE_SCRIPT,
        environment: { ...this.owned, URN: this.volume.urn },
        triggers: [],
        dockerHost: args.dockerHost,
        runsAtDelete: true,
      },
      { parent: this, dependsOn: [this.volume] },
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
    const image = stackImage(`${name}-image`, args.settings.image, child);
    const guard = this.guard(`${name}-guard`, image, args);
    const container = new docker.Container(
      `${name}-container`,
      {
        ...containerDefaults(args.settings),
        ...processArgs(args),
        ...placeArgs(args, network, this.volume),
        image: image.id,
        uploads: uploads(args.majorVersion, this.superuserPassword),
      },
      // Two servers on one volume lose rows: the old one must be gone before the new one exists. The guard runs before that.
      { ...child, deleteBeforeReplace: true, dependsOn: [guard] },
    );
    const ready = dockerStep(
      `${name}-ready`,
      {
        title: "wait until Postgres responds",
        environment: {
          CONTAINER: container.id,
          MOUNT: volumePath(args.majorVersion),
          PIDS_LIMIT: args.settings.apply((it) => pidsLimit(Number(it.parameters.max_connections))),
        },
        script: POSTGRES_READY_SCRIPT,
        triggers: [container.id],
        dockerHost: args.dockerHost,
      },
      { ...child, dependsOn: [container] },
    );
    return { container, image, ready };
  }

  /** Looks whether image and volume fit each other; a step of its own, since it has to fail while the old server serves. */
  private guard(name: string, image: StackImage, args: PostgresServerArgs): pulumi.Resource {
    const { majorVersion, dockerHost } = args;
    return dockerStep(
      name,
      {
        title: "check that image and data volume match",
        script: POSTGRES_GUARD_SCRIPT,
        environment: {
          ...this.owned,
          IMAGE: image.id,
          MAJOR: `${majorVersion}`,
          MOUNT: volumePath(majorVersion),
          PGDATA: dataPath(majorVersion),
        },
        triggers: [image.id],
        dockerHost,
      },
      { parent: this, dependsOn: [this.volume] },
    );
  }
}

function processArgs(args: PostgresServerArgs) {
  const grace = args.settings.graceSeconds;
  return {
    user: "postgres",
    entrypoints: ["/bin/bash", `${UPLOAD_DIR}/start.sh`],
    command: args.settings.apply((it) => serverCommand(it.parameters)),
    envs: [
      `PGDATA=${dataPath(args.majorVersion)}`,
      "POSTGRES_INITDB_ARGS=--data-checksums",
      // An image that sets it would keep the write-ahead log outside the volume.
      "POSTGRES_INITDB_WALDIR=",
      `POSTGRES_PASSWORD_FILE=${PASSWORD_FILE}`,
      "POSTGRES_USER=postgres",
    ],
    shmSize: args.settings.shmSizeMb,
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
        external: args.settings.port,
        ip: args.settings.bindAddress,
      },
    ],
  };
}

/** The server's command line; settings are sorted, because the provider compares lists. */
function serverCommand(parameters: Record<string, string>): string[] {
  const settings = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return ["postgres", ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

function uploads(majorVersion: number, password: pulumi.Output<string>) {
  return [
    { file: `${UPLOAD_DIR}/start.sh`, content: postgresStartScript(volumePath(majorVersion)) },
    { file: GUARD_FILE, content: "# Present in containers that hold the lock on the volume.\n" },
    { file: HBA_FILE, content: hbaRules(majorVersion) },
    { file: "/docker-entrypoint-initdb.d/00-one-writer.sh", content: FIRST_START_SCRIPT },
    { file: PASSWORD_FILE, content: password },
  ];
}
