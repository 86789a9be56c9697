import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AdoptedNames, PostgresSettings } from "./checkPostgres";
import { connectionUrl } from "./connectionUrl";
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
  /** How steps reach the server; absent while the stack is suspended. */
  shell?: ServerShell;
}

type DatabaseSetting = "applicationDatabase" | "metadataDatabase";

/** A database and the last of the steps that make it. */
interface MadeDatabase {
  name: pulumi.Output<string>;
  last: pulumi.Resource;
}

/** What a database is born with: another value would replace it, and drop its rows. */
const BORN_WITH = ["encoding", "lcCollate", "lcCtype", "template"];
/** What the owner of a database that exists decided. */
const OWNERS = ["allowConnections", "connectionLimit", "isTemplate", "owner", "tablespaceName"];
/** Likewise of a role. Its password cannot be read; the login step sets it where the engine's does not fit. */
const ROLE_OWNERS = [
  "assumeRole",
  "bypassRowLevelSecurity",
  "connectionLimit",
  "createDatabase",
  "createRole",
  "encryptedPassword",
  "idleInTransactionSessionTimeout",
  "inherit",
  "login",
  "password",
  "replication",
  "roles",
  "searchPaths",
  "statementTimeout",
  "validUntil",
];

/** The engine's role and its two databases: Hasura's metadata and the application's data. */
export class EngineDatabases extends pulumi.ComponentResource {
  /** URL of the metadata database, as the engine uses it. */
  public readonly metadataUrl: pulumi.Output<string>;
  /** URL of the application's database, as the engine uses it. */
  public readonly applicationUrl: pulumi.Output<string>;

  constructor(name: string, args: EngineDatabasesArgs, opts: pulumi.ComponentResourceOptions) {
    super("clerk-hasura:index:EngineDatabases", name, {}, opts);
    const { settings, adopted, shell } = args;
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      { parent: this },
    ).result;
    // Steps hold no data, and come and go with the containers.
    const step = { parent: this, protect: false };
    const names = namesStep(
      `${name}-names`,
      { settings, adopted, enginePassword: password, external: !args.volume, shell },
      { ...step, dependsOn: args.ready },
    );
    // A provider's own dependsOn does not order its resources (pulumi/pulumi #8917): each one carries it.
    const ready = [...args.ready, names];
    const child: pulumi.CustomResourceOptions = {
      parent: this,
      provider: args.provider,
      dependsOn: ready,
      deletedWith: args.volume,
    };
    const role = engineRole(`${name}-role`, args, password, child);
    const { application, metadata } = databases(name, args, role, child, ready);
    const urls = { application: application.name, metadata: metadata.name };
    const login =
      shell &&
      loginStep(
        `${name}-login`,
        { ...urls, shell, role: role.name, enginePassword: password, settings, adopted },
        { ...step, dependsOn: [role, metadata.last, application.last] },
      );
    // With the step's URN in it, whatever is made of a URL waits for the step.
    const route = pulumi.all([args.route, login?.urn]).apply(([it]) => it);
    this.metadataUrl = urlOf(route, role.name, password, urls.metadata);
    this.applicationUrl = urlOf(route, role.name, password, urls.application);
    this.registerOutputs({});
  }
}

function engineRole(
  name: string,
  { settings, adopted }: EngineDatabasesArgs,
  password: pulumi.Output<string>,
  child: pulumi.CustomResourceOptions,
): postgresql.Role {
  const existing = adopted.engineRole;
  return new postgresql.Role(
    name,
    {
      name: settings.engineRole,
      login: true,
      superuser: false,
      password,
    },
    {
      ...child,
      ...(existing !== undefined && { import: existing, ignoreChanges: ROLE_OWNERS }),
      // It owns what the engine made in a database that stays.
      ...(Object.keys(adopted).length > 0 && { retainOnDelete: true }),
    },
  );
}

/** Both databases, one after the other; or one for both, which has to exist. */
function databases(
  name: string,
  args: EngineDatabasesArgs,
  role: postgresql.Role,
  child: pulumi.CustomResourceOptions,
  ready: pulumi.Resource[],
): { application: MadeDatabase; metadata: MadeDatabase } {
  const { adopted } = args;
  const make = (resource: string, setting: DatabaseSetting, after: pulumi.Resource) =>
    database(`${name}-${resource}`, args, { role, setting, after }, child, ready);
  if (
    adopted.applicationDatabase !== undefined &&
    adopted.applicationDatabase === adopted.metadataDatabase
  ) {
    const both = make("application", "applicationDatabase", role);
    return { application: both, metadata: both };
  }
  // On a server that stays, a role can be dropped only when the databases that hold its objects are gone.
  const metadata = make("metadata", "metadataDatabase", role);
  const application = make("application", "applicationDatabase", metadata.last);
  return { application, metadata };
}

/**
 * One database in which the engine's role may create schemas and tables, with pgcrypto where the engine looks for it.
 * The steps run one after another: parallel grants collide ("tuple concurrently updated", terraform-provider-postgresql #178).
 */
function database(
  name: string,
  { settings, adopted }: EngineDatabasesArgs,
  {
    role,
    setting,
    after,
  }: { role: postgresql.Role; setting: DatabaseSetting; after: pulumi.Resource },
  child: pulumi.CustomResourceOptions,
  ready: pulumi.Resource[],
): MadeDatabase {
  const existing = adopted[setting];
  const kept = existing === undefined ? {} : { retainOnDelete: true };
  const then = (step: pulumi.Resource) => ({ ...child, ...kept, dependsOn: [...ready, step] });
  const made = new postgresql.Database(
    name,
    {
      name: settings[setting],
      encoding: "UTF8",
      lcCollate: settings.collation,
      lcCtype: settings.characterType,
      template: "template0",
    },
    {
      ...then(after),
      import: existing,
      ignoreChanges: existing === undefined ? BORN_WITH : [...BORN_WITH, ...OWNERS],
    },
  );
  const extension = new postgresql.Extension(
    `${name}-pgcrypto`,
    { name: "pgcrypto", schema: "public", database: made.name },
    // Where it exists it stays in its schema.
    { ...then(made), ...(existing !== undefined && { ignoreChanges: ["schema"] }) },
  );
  const to = { database: made.name, role: role.name };
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
  return { name: made.name, last: onSchema };
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
