import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import {
  containerDefaults,
  type Ownership,
  ownershipLabels,
  pidsLimit,
} from "../docker/containerDefaults";
import { dockerStep } from "../docker/dockerStep";
import { dockerName, UPLOAD_DIR } from "../docker/names";
import { stackImage } from "../docker/stackImage";
import type { HasuraSettings } from "./checkHasura";
import { type EngineSecrets, engineEnvironment, secretsFile } from "./environment";
import { ENGINE_READY_SCRIPT, KEY_SET_SCRIPT, keySetRequest } from "./readyScript";
import {
  CERTIFICATE_DIR,
  ENGINE_HEALTHCHECK,
  ENGINE_START_SCRIPT,
  SECRETS_FILE,
} from "./startScript";

/** What the engine needs from the component around it. */
export interface HasuraEngineArgs {
  owner: Ownership;
  settings: pulumi.Output<HasuraSettings>;
  unauthorizedRole: pulumi.Input<string | undefined>;
  secrets: pulumi.Input<EngineSecrets>;
  /** Header line with a forged token, sent where the engine looks for tokens. */
  probeHeader: pulumi.Input<string>;
  /** Where the engine fetches its keys; absent where it is given one. */
  jwksUrl?: pulumi.Output<string>;
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
    const image = stackImage(`${name}-image`, args.settings.image, child);
    const made = {
      ...processArgs(args),
      ...placeArgs(args),
      image: image.id,
      uploads: uploads(args),
    };
    const tried = tryKeySet(`${name}-keys`, args, made, this);
    const container = new docker.Container(
      `${name}-container`,
      { ...containerDefaults(args.settings), ...made },
      { ...child, deleteBeforeReplace: true, dependsOn: tried },
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

/**
 * Fetches the key set from where the engine will run, before the old engine goes: one that starts without its keys ends at once.
 * It runs whenever the container will be made anew, whatever the reason.
 */
function tryKeySet(
  name: string,
  args: HasuraEngineArgs,
  made: ReturnType<typeof placeArgs> & { image: pulumi.Output<string> },
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const { jwksUrl, settings } = args;
  if (jwksUrl === undefined) return [];
  const environment = pulumi.output(args.secrets).apply(({ extra }) => extra ?? {});
  const step = dockerStep(
    name,
    {
      title: "fetch the key set from the engine's network",
      script: KEY_SET_SCRIPT,
      // Secret like what it is made of, since a digest of what somebody chose can be guessed.
      triggers: [pulumi.output(made).apply(digestOf)],
      environment: {
        IMAGE: made.image,
        NETWORKS: made.networksAdvanced.apply((all) => all.map((it) => it.name).join(" ")),
        HOSTS: made.hosts.apply((all) => all.map(({ host, ip }) => `${host}:${ip}`).join(" ")),
        LABELS: pulumi
          .output(ownershipLabels(args.owner, "key-set"))
          .apply((all) => all.map(({ label, value }) => `${label}=${value}`).join(" ")),
        CERTIFICATES: settings.apply((it) => it.caCertificates.join("\n")),
        ADDRESS: jwksUrl.apply(shownAddress),
      },
      stdin: pulumi
        .all([jwksUrl, environment])
        .apply(([url, more]) => keySetRequest({ url, environment: more })),
      dockerHost: args.dockerHost,
    },
    { parent },
  );
  return [step];
}

function digestOf(made: unknown): string {
  return createHash("sha256").update(JSON.stringify(made)).digest("hex");
}

/** An address without its query, which may hold a key of its own. */
function shownAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function processArgs(args: HasuraEngineArgs) {
  const grace = args.settings.graceSeconds;
  return {
    // The image makes this user but starts as root unless told.
    user: "1001:1001",
    entrypoints: ["/bin/bash", `${UPLOAD_DIR}/start.sh`],
    envs: pulumi
      .all([args.settings, args.unauthorizedRole])
      .apply(([settings, role]) => engineEnvironment(settings, role)),
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
  return {
    name: dockerName(args.owner.scope, "hasura"),
    labels: ownershipLabels(args.owner, "hasura"),
    networksAdvanced: pulumi
      .all([args.network.name, args.settings.networks])
      .apply(([own, more]) => [
        { name: own, aliases: ["hasura"] },
        ...more.map((name) => ({ name })),
      ]),
    hosts: args.settings.apply((it) => extraHosts(it.extraHosts)),
    ports: [
      {
        internal: 8080,
        external: args.settings.port,
        ip: args.settings.bindAddress,
      },
    ],
  };
}

/** Hosts that the engine knows; sorted, because the provider compares lists; the host itself by the name that Docker Desktop gives it. */
export function extraHosts(given: Record<string, string>) {
  return Object.entries({ "host.docker.internal": "host-gateway", ...given })
    .map(([host, ip]) => ({ host, ip }))
    .sort((a, b) => (a.host < b.host ? -1 : 1));
}

function uploads(args: HasuraEngineArgs) {
  const secrets = pulumi.secret(pulumi.output(args.secrets).apply(secretsFile));
  const authorities = args.settings.apply((it) =>
    it.caCertificates.map((content, index) => ({
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
