import type * as pulumi from "@pulumi/pulumi";

/** Which defaults a stack starts from, and what it refuses. @enum */
export const Preset = {
  /** Console and dev mode on, internal errors shown, the APIs graphql, metadata, config and pgdump; any origin may call. */
  Development: "development",
  /**
   * Console and dev mode off, internal errors hidden, the APIs graphql and metadata; origins must be listed. What lets strangers in or
   * lets data go is refused, unless `allowInProduction` names it.
   */
  Production: "production",
} as const;
export type Preset = (typeof Preset)[keyof typeof Preset];

/** The Hasura GraphQL engine. */
export interface HasuraArgs {
  /** Image by tag or digest. Default: `hasura/graphql-engine:v2.50.10`. */
  image?: pulumi.Input<string>;
  /**
   * Refuse tokens without the claims that `identity.issuer` and `identity.audience` are compared with; Hasura knows how since v2.49.4.
   * Default: on where the image's tag names such a release, otherwise off.
   */
  requireClaims?: pulumi.Input<boolean>;
  /** Host port of the endpoint, 1 to 65535. Default: 8080. */
  port?: pulumi.Input<number>;
  /** Host address the port is bound to. Default: `127.0.0.1`. */
  bindAddress?: pulumi.Input<string>;
  /** Admin secret of at least 32 characters; treated as secret. Default: generated. */
  adminSecret?: pulumi.Input<string>;
  /** Serve the console. Default: on in development. */
  console?: pulumi.Input<boolean>;
  /** Send details of errors to clients. Default: on in development. */
  devMode?: pulumi.Input<boolean>;
  /** Origins that browsers may call from, as they send them, for example `https://app.example.com` or `https://*.example.com`. Default: `*` in development, none in production. */
  corsDomains?: pulumi.Input<pulumi.Input<string>[]>;
  /** APIs served: graphql, metadata, config, pgdump, developer, metrics. Default: graphql and metadata; in development config and pgdump as well. */
  enabledApis?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Kinds of log lines: startup, http-log, webhook-log, websocket-log, query-log, execution-log, livequery-poller-log,
   * action-handler-log, data-connector-log, jwk-refresh-log, validate-insert-input-log. Default: startup, http-log, webhook-log,
   * websocket-log, jwk-refresh-log.
   */
  logTypes?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Further environment of the engine. Refused are names that the component sets itself, that have no effect in the engine or that
   * undo a guard, and values that the engine cannot read. Values are treated as secrets. Default: none.
   */
  env?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Memory limit in megabytes, swap included, 256 or more. Default: 1024. */
  memoryMb?: pulumi.Input<number>;
  /** CPU limit in cores, 0.1 or more; Docker refuses more than its host has. Default: 1. */
  cpus?: pulumi.Input<number>;
  /**
   * Seconds after which a stopped engine is killed, 10 to 3600. It takes no new request from the first of them; without clients it
   * ends after 8 to 12 s, with clients after 30 s or more. Default: 20.
   */
  graceSeconds?: pulumi.Input<number>;
  /** Existing Docker networks the engine joins as well, by name, sorted. Default: none. */
  networks?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Host names that the engine knows beside those of its networks, with an IP address or `host-gateway`, which is the Docker host.
   * Default: `host.docker.internal` for the Docker host, as Docker Desktop has it.
   */
  extraHosts?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** PEM certificates of authorities the engine trusts beside the system's, for key sets and for an external Postgres. Default: none. */
  caCertificates?: pulumi.Input<pulumi.Input<string>[]>;
}

/** The engine's settings where nothing else is said. */
export const HASURA_DEFAULTS = {
  /** The newest patch of the line with long support (to December 2028). */
  image: "hasura/graphql-engine:v2.50.10",
  port: 8080,
  bindAddress: "127.0.0.1",
  logTypes: ["startup", "http-log", "webhook-log", "websocket-log", "jwk-refresh-log"],
  memoryMb: 1024,
  cpus: 1,
  graceSeconds: 20,
  networks: [] as string[],
  extraHosts: {} as Record<string, string>,
  caCertificates: [] as string[],
};

/** Those that follow from the preset; the production ones are Hasura's production checklist. */
export const PRESET_DEFAULTS = {
  [Preset.Development]: {
    console: true,
    devMode: true,
    corsDomains: ["*"],
    enabledApis: ["graphql", "metadata", "config", "pgdump"],
  },
  [Preset.Production]: {
    console: false,
    devMode: false,
    corsDomains: [] as string[],
    enabledApis: ["graphql", "metadata"],
  },
};

/** By what a stack is judged: its preset, and the paths that `allowInProduction` names. */
export interface Stage {
  preset: Preset;
  allowed: readonly string[];
}

/** Whether the preset of a stack refuses what is set at a path. */
export function refuses({ preset, allowed }: Stage, path: string): boolean {
  return preset === Preset.Production && !allowed.includes(path);
}

/** What to do about a refusal of the production preset other than to mend the setting. */
export function waysOut(path: string): string {
  return `or use the development preset, or list ${path} in allowInProduction`;
}
