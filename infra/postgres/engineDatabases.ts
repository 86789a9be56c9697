import type * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AdoptedNames, PostgresSettings } from "./checkPostgres";
import { connectionUrl } from "./connectionUrl";
import { type DatabaseRoles, databaseRoles, type LoginRole, rolesOf } from "./databaseRoles";
import { type GrantedDatabase, grantedDatabase } from "./grantedDatabase";
import { loginStep } from "./loginStep";
import { namesStep } from "./namesStep";
import type { ServerShell } from "./serverShell";

/** How the engine reaches the server. */
export interface EngineRoute {
  host: string;
  port: number;
  sslMode?: string;
  sslRootCert?: string;
}

/** What the databases need from the component around them. */
export interface EngineDatabasesArgs {
  settings: pulumi.Output<PostgresSettings>;
  route: pulumi.Output<EngineRoute>;
  provider: postgresql.Provider;
  /** Steps after which the server answers; each role, database and grant depends on them. */
  ready: pulumi.Resource[];
  /** With this resource the databases go as well, so that no DROP is sent to a server that is going. */
  volume?: pulumi.Resource;
  /** What exists already, by its name on the server. */
  adopted: AdoptedNames;
  /** Whether a role owns what migrations create. */
  hasOwner: boolean;
  /** Whether there is a read-only role. */
  hasReadOnly: boolean;
  /** Whether people alter the schema through the engine, as with Hasura's console. */
  engineAlters: boolean;
  /** A text whose change hands over to the owner once more what people made through the engine. */
  handOver: string;
  /** How steps reach the server; absent while the stack is suspended. */
  shell?: ServerShell;
}

/** The roles of a stack and its two databases: Hasura's metadata and the application's data. */
export class EngineDatabases extends pulumi.ComponentResource {
  /** URL of the metadata database, as the engine uses it. */
  public readonly metadataUrl: pulumi.Output<string>;
  /** URL of the application's database, as the engine uses it. */
  public readonly applicationUrl: pulumi.Output<string>;
  /** URL of that database for the role that only reads; empty without one. */
  public readonly readOnlyUrl: pulumi.Output<string>;
  /** Role that owns what migrations create; undefined where the application's database or the engine's role existed already. */
  public readonly ownerRole: pulumi.Output<string | undefined>;

  constructor(name: string, args: EngineDatabasesArgs, opts: pulumi.ComponentResourceOptions) {
    super("clerk-hasura:index:EngineDatabases", name, {}, opts);
    const { settings, adopted, shell } = args;
    const { result: enginePassword } = new random.RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      { parent: this },
    );
    // Steps hold no data, and come and go with the containers.
    const step = { parent: this, protect: false };
    const names = namesStep(
      `${name}-names`,
      { settings, adopted, enginePassword, external: !args.volume, shell },
      { ...step, dependsOn: args.ready },
    );
    // A provider's own dependsOn does not order its resources (pulumi/pulumi #8917): each one carries it.
    const ready = [...args.ready, names];
    const { provider, volume: deletedWith } = args;
    const child = { parent: this, provider, dependsOn: ready, deletedWith };
    const roles = databaseRoles(name, { ...args, enginePassword }, child);
    const { application, metadata } = databases(name, args, roles, child, ready);
    const login =
      shell && loginStep(`${name}-login`, { ...args, shell, roles, application, metadata }, step);
    // With the step's URN in it, whatever is made of a URL waits for the step.
    const route = pulumi.all([args.route, login?.urn]).apply(([it]) => it);
    this.metadataUrl = urlOf(route, roles.engine, metadata);
    this.applicationUrl = urlOf(route, roles.engine, application);
    this.readOnlyUrl = roles.readOnly
      ? urlOf(route, roles.readOnly, application)
      : pulumi.output("");
    this.ownerRole = pulumi.all([roles.owner?.name, login?.urn]).apply(([it]) => it);
    this.registerOutputs({});
  }
}

/** Both databases, one after the other; or one for both, which has to exist. */
function databases(
  name: string,
  { settings, adopted, engineAlters }: EngineDatabasesArgs,
  roles: DatabaseRoles,
  child: pulumi.CustomResourceOptions,
  ready: pulumi.Resource[],
): { application: GrantedDatabase; metadata: GrantedDatabase } {
  const both = { settings, role: roles.engine.role };
  const makes = ["CREATE", "USAGE"];
  const inApplication = roles.owner && !engineAlters ? ["USAGE"] : makes;
  const application = (after: pulumi.Resource[]) => {
    const existing = adopted.applicationDatabase;
    const args = {
      setting: "applicationDatabase",
      existing,
      inPublic: inApplication,
      after,
    } as const;
    return grantedDatabase(`${name}-application`, { ...both, ...args }, child);
  };
  // On a server that stays, a role can be dropped only when the databases that hold its objects are gone.
  const first = [...ready, ...rolesOf(roles)];
  const existing = adopted.metadataDatabase;
  if (existing !== undefined && existing === adopted.applicationDatabase) {
    const one = application(first);
    return { application: one, metadata: one };
  }
  const args = { setting: "metadataDatabase", existing, inPublic: makes, after: first } as const;
  const metadata = grantedDatabase(`${name}-metadata`, { ...both, ...args }, child);
  return { application: application([...ready, metadata.last]), metadata };
}

function urlOf(
  route: pulumi.Output<EngineRoute>,
  { role, password }: LoginRole,
  database: GrantedDatabase,
): pulumi.Output<string> {
  return pulumi
    .all([route, role.name, password, database.name])
    .apply(([to, user, secret, of]) =>
      connectionUrl({ ...to, user, password: secret, database: of }),
    );
}
