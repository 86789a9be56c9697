import type * as docker from "@pulumi/docker";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { Ownership } from "../docker/containerDefaults";
import { DATABASE_AUTHORITIES_FILE } from "../docker/names";
import { stackImage } from "../docker/stackImage";
import type { ExternalSettings, PostgresSettings } from "./checkPostgres";
import type { EngineRoute } from "./engineDatabases";
import { POSTGRES_ALIAS, PostgresServer, type RunningPostgres } from "./server";
import { NO_SERVER, type ServerShell } from "./serverShell";

/** A server as Pulumi and the engine reach it. */
export interface Database {
  provider: postgresql.Provider;
  route: pulumi.Output<EngineRoute>;
  /** Steps after which the server answers. */
  ready: pulumi.Resource[];
  volume?: pulumi.Resource;
  container?: docker.Container;
  /** How steps reach it; absent while the stack is suspended. */
  shell?: ServerShell;
  imageDigest?: pulumi.Output<string>;
}

/** What a server of our own is made of. */
export interface ContainerDatabaseArgs {
  owner: Ownership;
  settings: pulumi.Output<PostgresSettings>;
  majorVersion: number;
  protectData: boolean;
  adoptVolume?: string;
  /** Absent while the stack is suspended: the data stays, nothing runs. */
  network?: docker.Network;
  dockerHost?: pulumi.Input<string>;
}

/** Seconds the provider tries to connect; readiness has been proved before it is asked. */
const CONNECT_TIMEOUT = 30;

/** A server in a container, with its volume and superuser. */
export function containerDatabase(
  name: string,
  args: ContainerDatabaseArgs,
  parent: pulumi.Resource,
): Database {
  const { settings, network } = args;
  const server = new PostgresServer(name, args, { parent });
  const running = network && server.start(name, network, args);
  const provider = new postgresql.Provider(
    `${name}-admin`,
    {
      host: settings.apply((it) => reachableAddress(it.bindAddress)),
      port: settings.port,
      username: "postgres",
      password: server.superuserPassword,
      database: "postgres",
      sslmode: "disable",
      superuser: true,
      connectTimeout: CONNECT_TIMEOUT,
    },
    { parent },
  );
  return {
    provider,
    route: pulumi.output({ host: POSTGRES_ALIAS, port: 5432 }),
    ready: running ? [running.ready] : [],
    volume: server.volume,
    container: running?.container,
    shell: running && ownShell(running, args.dockerHost),
    imageDigest: running?.image.digest,
  };
}

function ownShell(
  { container }: RunningPostgres,
  dockerHost: pulumi.Input<string> | undefined,
): ServerShell {
  return {
    environment: {
      ...NO_SERVER.environment,
      CONTAINER: container.id,
      // Its name on the network, since its pg_hba.conf trusts whoever comes over loopback.
      SERVER_HOST: POSTGRES_ALIAS,
      SERVER_PORT: "5432",
      ADMIN: "postgres",
      ADMIN_DATABASE: "postgres",
    },
    dockerHost,
  };
}

function reachableAddress(bindAddress: string): string {
  return bindAddress === "0.0.0.0" || bindAddress === "::" ? "127.0.0.1" : bindAddress;
}

/** A server that exists already, and how the engine reaches it. */
export interface ExternalDatabaseArgs {
  server: pulumi.Output<ExternalSettings>;
  password: pulumi.Output<string>;
  /** Absent while the stack is suspended. */
  shell: ExternalShellArgs | undefined;
}

/** What steps need beside the server to reach it as the engine does. */
export interface ExternalShellArgs {
  /** Image that brings `psql`. */
  image: pulumi.Input<string>;
  /** Networks that the engine is on. */
  networks: pulumi.Output<string[]>;
  /** Hosts that it knows beside those of its networks. */
  hosts: pulumi.Output<{ host: string; ip: string }[]>;
  /** Image whose authorities the engine trusts. */
  engineImage: pulumi.Output<string>;
  /** Certificates that it trusts beside them. */
  authorities: pulumi.Output<string>;
  dockerHost?: pulumi.Input<string>;
}

/** A server that exists already; its certificate is checked unless `sslMode` says otherwise. */
export function externalDatabase(
  name: string,
  { server, password, shell }: ExternalDatabaseArgs,
  parent: pulumi.Resource,
): Database {
  const provider = new postgresql.Provider(
    `${name}-admin`,
    {
      host: server.host,
      port: server.port,
      username: server.user,
      password,
      database: server.database,
      sslmode: server.sslMode,
      superuser: server.superuser,
      connectTimeout: CONNECT_TIMEOUT,
    },
    { parent },
  );
  const route = server.apply(externalRoute);
  return {
    provider,
    route,
    ready: [],
    shell: shell && externalShell(name, { ...shell, route, server, password }, parent),
  };
}

function externalShell(
  name: string,
  args: ExternalShellArgs & {
    route: pulumi.Output<EngineRoute>;
    server: pulumi.Output<ExternalSettings>;
    password: pulumi.Output<string>;
  },
  parent: pulumi.Resource,
): ServerShell {
  const { route, server, engineImage } = args;
  const checks = route.apply((it) => it.sslRootCert !== undefined);
  return {
    environment: {
      CONTAINER: "",
      IMAGE: stackImage(`${name}-image`, args.image, { parent }).id,
      NETWORKS: args.networks.apply((it) => it.join(" ")),
      HOSTS: args.hosts.apply((it) => it.map(({ host, ip }) => `${host}:${ip}`).join(" ")),
      ENGINE_IMAGE: pulumi.all([checks, engineImage]).apply(([it, image]) => (it ? image : "")),
      SERVER_HOST: route.apply((it) => it.host),
      SERVER_PORT: route.apply((it) => `${it.port}`),
      SERVER_SSLMODE: route.apply((it) => it.sslMode ?? ""),
      ADMIN: server.user,
      ADMIN_DATABASE: server.database,
    },
    adminPassword: args.password,
    authorities: args.authorities,
    dockerHost: args.dockerHost,
  };
}

function externalRoute({ engineHost, enginePort, sslMode }: ExternalSettings): EngineRoute {
  return {
    host: engineHost,
    port: enginePort,
    sslMode,
    // Only where it is asked for: with such a file libpq takes `require` for `verify-ca`.
    ...(sslMode.startsWith("verify-") ? { sslRootCert: DATABASE_AUTHORITIES_FILE } : {}),
  };
}
