import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { PostgresInput } from "./checkPostgres";
import { connectionUrl } from "./connectionUrl";

/**
 * Order by code point, characters classed as Unicode: neither changes with the operating system, where a libc locale leaves
 * indexes out of order when an image moves to another base (docker-library/postgres #1356). A later change would replace the database.
 */
const DATABASE_LOCALE = {
  encoding: "UTF8",
  lcCollate: "C",
  lcCtype: "C.UTF-8",
  template: "template0",
};

/** How the engine reaches the server. */
export interface EngineRoute {
  host: string;
  port: number;
  sslMode?: string;
  sslRootCert?: string;
}

/** What the databases need from the component around them. */
export interface EngineDatabasesArgs {
  settings: pulumi.Output<PostgresInput>;
  route: pulumi.Output<EngineRoute>;
  provider: postgresql.Provider;
  /** Steps after which the server answers; each role, database and grant depends on them. */
  ready: pulumi.Resource[];
  /** With this resource the databases go as well, so that no DROP is sent to a server that is going. */
  volume?: pulumi.Resource;
}

/** The engine's role and its two databases: Hasura's metadata and the application's data. */
export class EngineDatabases extends pulumi.ComponentResource {
  /** URL of the metadata database, as the engine uses it. */
  public readonly metadataUrl: pulumi.Output<string>;
  /** URL of the application's database, as the engine uses it. */
  public readonly applicationUrl: pulumi.Output<string>;

  constructor(name: string, args: EngineDatabasesArgs, opts: pulumi.ComponentResourceOptions) {
    super("clerk-hasura:index:EngineDatabases", name, {}, opts);
    const { settings } = args;
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      { parent: this },
    ).result;
    // A provider's own dependsOn does not order its resources (pulumi/pulumi #8917): each one carries it.
    const child: pulumi.CustomResourceOptions = {
      parent: this,
      provider: args.provider,
      dependsOn: args.ready,
      deletedWith: args.volume,
    };
    const role = this.role(`${name}-role`, child, settings, password);
    const metadata = this.database(`${name}-metadata`, child, role, {
      database: settings.apply((it) => it.metadataDatabase ?? "hasura_metadata"),
      // On a server that stays, a role can be dropped only when the databases that hold its objects are gone.
      after: [role],
    });
    const application = this.database(`${name}-application`, child, role, {
      database: settings.apply((it) => it.applicationDatabase ?? "app"),
      after: metadata.steps,
    });
    const url = (database: pulumi.Input<string>) =>
      urlOf(args.route, role.name, password, database);
    this.metadataUrl = url(metadata.name);
    this.applicationUrl = url(application.name);
    this.registerOutputs({});
  }

  private role(
    name: string,
    child: pulumi.CustomResourceOptions,
    settings: pulumi.Output<PostgresInput>,
    password: pulumi.Output<string>,
  ): postgresql.Role {
    return new postgresql.Role(
      name,
      {
        name: settings.apply((it) => it.engineRole ?? "hasura"),
        login: true,
        superuser: false,
        password,
      },
      child,
    );
  }

  /**
   * One database in which the engine's role may create schemas and tables, with pgcrypto where the engine looks for it.
   * The steps run one after another: parallel grants collide ("tuple concurrently updated", terraform-provider-postgresql #178).
   */
  private database(
    name: string,
    child: pulumi.CustomResourceOptions,
    role: postgresql.Role,
    args: { database: pulumi.Input<string>; after: pulumi.Resource[] },
  ): { name: pulumi.Output<string>; steps: pulumi.Resource[] } {
    const ready = child.dependsOn as pulumi.Resource[];
    const then = (step: pulumi.Resource) => ({ ...child, dependsOn: [...ready, step] });
    const database = new postgresql.Database(
      name,
      { name: args.database, ...DATABASE_LOCALE },
      { ...child, dependsOn: [...ready, ...args.after] },
    );
    const extension = new postgresql.Extension(
      `${name}-pgcrypto`,
      { name: "pgcrypto", schema: "public", database: database.name },
      then(database),
    );
    const to = { database: database.name, role: role.name };
    const onDatabase = new postgresql.Grant(
      `${name}-grant`,
      { ...to, objectType: "database", privileges: ["CONNECT", "CREATE", "TEMPORARY"] },
      then(extension),
    );
    const onSchema = new postgresql.Grant(
      `${name}-schema-grant`,
      { ...to, schema: "public", objectType: "schema", privileges: ["CREATE", "USAGE"] },
      then(onDatabase),
    );
    return { name: database.name, steps: [onSchema] };
  }
}

function urlOf(
  route: pulumi.Output<EngineRoute>,
  role: pulumi.Output<string>,
  password: pulumi.Output<string>,
  database: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi
    .all([route, role, password, database])
    .apply(([to, user, secret, of]) =>
      connectionUrl({ ...to, user, password: secret, database: of }),
    );
}
