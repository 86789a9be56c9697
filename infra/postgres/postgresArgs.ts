import type * as pulumi from "@pulumi/pulumi";

/** How the connection to an external Postgres is protected, as libpq names it. @enum */
export const SslMode = {
  /** No TLS. */
  Disable: "disable",
  /** TLS, whoever answers. */
  Require: "require",
  /** TLS, with a certificate of a trusted authority. */
  VerifyCa: "verify-ca",
  /** TLS, with such a certificate for the host's own name. */
  VerifyFull: "verify-full",
} as const;
export type SslMode = (typeof SslMode)[keyof typeof SslMode];

/** What may exist on the server already and be taken over, each named by its setting. @enum */
export const Adoptable = {
  /** The database of the application, with its rows. */
  ApplicationDatabase: "applicationDatabase",
  /** The database of Hasura's metadata, with its `hdb_catalog`. */
  MetadataDatabase: "metadataDatabase",
  /** The role the engine logs in with; its password is set anew. */
  EngineRole: "engineRole",
} as const;
export type Adoptable = (typeof Adoptable)[keyof typeof Adoptable];

/** Settings of the server where nothing else is said. */
export const POSTGRES_DEFAULTS = {
  image: "postgres:17-bookworm",
  majorVersion: 17,
  [Adoptable.ApplicationDatabase]: "app",
  [Adoptable.MetadataDatabase]: "hasura_metadata",
  [Adoptable.EngineRole]: "hasura",
  ownerRole: "app_owner",
  extensions: [] as string[],
  // Order by code point, characters classed as Unicode: neither changes with the operating system, where a libc locale leaves
  // indexes out of order when an image moves to another base (docker-library/postgres #1356).
  collation: "C",
  characterType: "C.UTF-8",
  port: 5432,
  bindAddress: "127.0.0.1",
  parameters: {} as Record<string, string>,
  shmSizeMb: 256,
  memoryMb: 1024,
  cpus: 1,
  protectData: true,
  graceSeconds: 90,
};

/** Those of a server that exists already. */
export const EXTERNAL_DEFAULTS = {
  port: 5432,
  database: "postgres",
  sslMode: SslMode.VerifyFull as SslMode,
  superuser: false,
};

/** A Postgres server that exists already; the component only makes roles and databases on it. */
export interface ExternalPostgresArgs {
  /** Host as Pulumi reaches it, and the engine too unless `engineHost` says otherwise. */
  host: pulumi.Input<string>;
  /** Host as the engine's container reaches it. Default: `host`. */
  engineHost?: pulumi.Input<string>;
  /** Port, 1 to 65535. Default: 5432. */
  port?: pulumi.Input<number>;
  /** Port as the engine's container reaches it, 1 to 65535. Default: `port`. */
  enginePort?: pulumi.Input<number>;
  /** Role that may create roles and databases. */
  user: pulumi.Input<string>;
  /** Its password; treated as secret. */
  password: pulumi.Input<string>;
  /** Database to log in to. Default: `postgres`. */
  database?: pulumi.Input<string>;
  /**
   * TLS: `disable`, `require`, `verify-ca` or `verify-full`. The engine trusts its image's authorities and `hasura.caCertificates`,
   * the provider that makes roles the ones of the machine that runs Pulumi, or the file that PGSSLROOTCERT names there.
   * Default: `verify-full`.
   */
  sslMode?: pulumi.Input<SslMode>;
  /** Whether `user` is a superuser; managed services give none. Default: false. */
  superuser?: pulumi.Input<boolean>;
}

/** The Postgres server, its databases and the role the engine logs in with. */
export interface PostgresArgs {
  /** Image by tag or digest, of the official `postgres` family; with `external`, of the `psql` that speaks to that server. Default: `postgres:17-bookworm`. */
  image?: pulumi.Input<string>;
  /** Major version of that image, 13 to 18; decides where the volume is mounted. Default: 17. */
  majorVersion?: number;
  /** Database of Hasura's own metadata; cannot change after the first up. Default: `hasura_metadata`. */
  metadataDatabase?: pulumi.Input<string>;
  /** Database of the application; cannot change after the first up. Default: `app`. */
  applicationDatabase?: pulumi.Input<string>;
  /** Role the engine logs in with; never a superuser; cannot change after the first up. Default: `hasura`. */
  engineRole?: pulumi.Input<string>;
  /**
   * Role that owns what migrations create; nobody logs in with it; cannot change after the first up. There is none where
   * `applicationDatabase` or `engineRole` is adopted. Default: `app_owner`.
   */
  ownerRole?: pulumi.Input<string>;
  /**
   * Role that logs in to the application's database and only reads, for reports; it cannot change or be removed after the first up
   * with it. Cannot be combined with an adopted `applicationDatabase` or `engineRole`. Default: none.
   */
  readOnlyRole?: string;
  /**
   * What of `applicationDatabase`, `metadataDatabase` and `engineRole` exists on the server and is taken over instead of made; their
   * names have to be plain. What is named here is never dropped; on an external server it cannot be taken out of the list again.
   * Default: none, or all three with `adoptVolume`.
   */
  adopt?: Adoptable[];
  /**
   * Extensions of the application's database that the administrator creates, such as `postgis`; those they depend on come along.
   * One that is taken out of the list stays. Default: none but `pgcrypto`.
   */
  extensions?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Collation of new databases: `C` orders by code point, so that `Z` comes before `a`, and never changes with the operating system.
   * Cannot change after the first up. Default: `C`.
   */
  collation?: pulumi.Input<string>;
  /** Locale that tells letters from other characters in new databases. Cannot change after the first up. Default: `C.UTF-8`. */
  characterType?: pulumi.Input<string>;
  /** Host port, 1 to 65535, through which Pulumi makes roles and databases. Default: 5432. */
  port?: pulumi.Input<number>;
  /** Host address the port is bound to. Default: `127.0.0.1`. */
  bindAddress?: pulumi.Input<string>;
  /** Server settings by name, for example `{ max_connections: "200" }`; a change restarts the server. Default: none. */
  parameters?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Shared memory in megabytes, 64 or more. Default: 256. */
  shmSizeMb?: pulumi.Input<number>;
  /** Memory limit in megabytes, swap included, 128 or more. Default: 1024. */
  memoryMb?: pulumi.Input<number>;
  /** CPU limit in cores, 0.1 or more; Docker refuses more than its host has. Default: 1. */
  cpus?: pulumi.Input<number>;
  /** Refuse every plan that would delete the volume, a database or a role. Default: true. */
  protectData?: boolean;
  /**
   * Take over a data volume of this stack's name that another stack or a lost state left behind: the instance id that the refusal
   * names, or `unlabeled` for a volume without one. It may be removed after that. Default: none.
   */
  adoptVolume?: string;
  /** Seconds a stop may take before the server is killed, 90 to 3600. Default: 90. */
  graceSeconds?: pulumi.Input<number>;
  /** Use this server instead of a container. Default: none. */
  external?: ExternalPostgresArgs;
}
