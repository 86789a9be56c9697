import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import {
  containerDefaults,
  type Ownership,
  ownershipLabels,
  pidsLimit,
} from "../docker/containerDefaults";
import { dockerStep } from "../docker/dockerStep";
import { stackImage } from "../docker/stackImage";
import { dockerName } from "../names";
import { UPLOAD_DIR } from "../postgres/startScript";
import type { HasuraInput } from "./checkHasura";
import { type EngineSecrets, engineEnvironment, secretsFile } from "./environment";
import { ENGINE_GRACE_SECONDS, ENGINE_IMAGE } from "./hasuraArgs";
import { ENGINE_READY_SCRIPT } from "./readyScript";
import {
  CERTIFICATE_DIR,
  ENGINE_HEALTHCHECK,
  ENGINE_START_SCRIPT,
  SECRETS_FILE,
} from "./startScript";

/** What the engine needs from the component around it. */
export interface HasuraEngineArgs {
  owner: Ownership;
  settings: pulumi.Output<HasuraInput>;
  unauthorizedRole: pulumi.Input<string | undefined>;
  secrets: pulumi.Input<EngineSecrets>;
  /** Header line with a forged token, sent where the engine looks for tokens. */
  probeHeader: pulumi.Input<string>;
  network: docker.Network;
  /** Ids whose change makes the readiness probe run again, beside the engine's own. */
  probeAgain: pulumi.Input<string>[];
  dockerHost?: pulumi.Input<string>;
}

/** One engine container; a second one beside it would only need another name. */
export class HasuraEngine extends pulumi.ComponentResource {
  public readonly containerName: pulumi.Output<string>;
  public readonly containerId: pulumi.Output<string>;
  public readonly imageDigest: pulumi.Output<string>;
  public readonly ready: pulumi.Resource;

  constructor(name: string, args: HasuraEngineArgs, opts: pulumi.ComponentResourceOptions) {
    super("clerk-hasura:index:HasuraEngine", name, {}, opts);
    const child = { parent: this };
    const reference = args.settings.apply((it) => it.image ?? ENGINE_IMAGE);
    const image = stackImage(`${name}-image`, reference, child);
    const container = new docker.Container(
      `${name}-container`,
      {
        ...containerDefaults(args.settings),
        ...processArgs(args),
        ...placeArgs(args),
        image: image.id,
        uploads: uploads(args),
      },
      { ...child, deleteBeforeReplace: true },
    );
    this.ready = dockerStep(
      `${name}-ready`,
      {
        title: "wait until Hasura is ready",
        script: ENGINE_READY_SCRIPT,
        triggers: [container.id, ...args.probeAgain],
        environment: {
          CONTAINER: container.id,
          PIDS_LIMIT: pidsLimit(),
          PROBE_HEADER: args.probeHeader,
        },
        dockerHost: args.dockerHost,
      },
      { ...child, dependsOn: [container] },
    );
    this.containerName = container.name;
    this.containerId = container.id;
    this.imageDigest = image.digest;
    this.registerOutputs({});
  }
}

function processArgs(args: HasuraEngineArgs) {
  const grace = args.settings.apply((it) => it.graceSeconds ?? ENGINE_GRACE_SECONDS);
  return {
    // The image makes this user but starts as root unless told.
    user: "1001:1001",
    entrypoints: ["/bin/bash", `${UPLOAD_DIR}/start.sh`],
    envs: pulumi.all([args.settings, args.unauthorizedRole]).apply(([settings, unauthorizedRole]) =>
      engineEnvironment({
        ...settings,
        unauthorizedRole,
        graceSeconds: settings.graceSeconds ?? ENGINE_GRACE_SECONDS,
      }),
    ),
    destroyGraceSeconds: grace,
    stopTimeout: grace,
    healthcheck: {
      tests: ENGINE_HEALTHCHECK,
      interval: "5s",
      timeout: "10s",
      retries: 5,
      startPeriod: "1m0s",
    },
  };
}

function placeArgs(args: HasuraEngineArgs) {
  const others = args.settings.apply((it) => [...(it.networks ?? [])].sort());
  return {
    name: dockerName(args.owner.scope, "hasura"),
    labels: ownershipLabels(args.owner, "hasura"),
    networksAdvanced: pulumi
      .all([args.network.name, others])
      .apply(([own, more]) => [
        { name: own, aliases: ["hasura"] },
        ...more.map((name) => ({ name })),
      ]),
    ports: [
      {
        internal: 8080,
        external: args.settings.apply((it) => it.port ?? 8080),
        ip: args.settings.apply((it) => it.bindAddress ?? "127.0.0.1"),
      },
    ],
  };
}

function uploads(args: HasuraEngineArgs) {
  const secrets = pulumi.secret(pulumi.output(args.secrets).apply(secretsFile));
  const authorities = args.settings.apply((it) =>
    (it.caCertificates ?? []).map((content, index) => ({
      file: `${CERTIFICATE_DIR}/clerk-hasura-${index}.pem`,
      content,
    })),
  );
  return pulumi
    .all([secrets, authorities])
    .apply(([content, certificates]) => [
      { file: `${UPLOAD_DIR}/start.sh`, content: ENGINE_START_SCRIPT },
      { file: SECRETS_FILE, content },
      ...certificates,
    ]);
}
