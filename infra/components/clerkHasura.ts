import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ResolvedIdentity } from "../clerk/identity";
import { writeJwtSecret } from "../clerk/jwtSecret";
import { checkDocker, dockerEnvironment } from "../docker/dockerConnection";
import { readHasura } from "../hasura/checkHasura";
import { HasuraEngine } from "../hasura/engine";
import { clientEnvironment, endpointsOf } from "../hasura/environment";
import { probeHeader } from "../hasura/readyScript";
import type { Database } from "../postgres/database";
import type { EngineDatabases } from "../postgres/engineDatabases";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";
import type { ClerkHasuraArgs } from "../settings/clerkHasuraArgs";
import { settle } from "../settings/settle";
import { rejectProblems, settledLater } from "../validation/rejectProblems";
import { prepare, type StackBuild } from "./stackBuild";
import { databaseOf, engineDatabases } from "./stackDatabase";
import { jwksAddress } from "./stackIdentity";
import { applySchema, checkSchemaApis } from "./stackSchema";

/** Names of the containers that run. */
export interface ContainerNames {
  /** The engine's. */
  hasura: string;
  /** The database server's; absent with an external one. */
  postgres?: string;
}

/** Exact images that run: digest in the registry, or id where an image was built on the host. */
export interface ImageDigests {
  /** The engine's. */
  hasura: string;
  /** The database server's; absent with an external one. */
  postgres?: string;
}

/** Postgres and Hasura behind Clerk, on one Docker host. */
export class ClerkHasura extends pulumi.ComponentResource {
  /** Where clients send GraphQL over HTTP. */
  public readonly endpoint: pulumi.Output<string>;
  /** Where clients open a WebSocket for subscriptions. */
  public readonly websocketEndpoint: pulumi.Output<string>;
  /** Secret that makes a request an administrator's. */
  public readonly adminSecret: pulumi.Output<string>;
  /** Value of HASURA_GRAPHQL_JWT_SECRET; secret even where its parts are public. */
  public readonly jwtSecret: pulumi.Output<string>;
  /** URL of the application's database as the engine uses it; secret. */
  public readonly databaseUrl: pulumi.Output<string>;
  /** URL of that database for `postgres.readOnlyRole`, as containers on the engine's networks use it; secret, or empty without such a role. */
  public readonly readOnlyDatabaseUrl: pulumi.Output<string>;
  /** Where the issuer's keys are; empty where a key was supplied, secret where the address has a query. */
  public readonly jwksUrl: pulumi.Output<string>;
  /** Issuer that tokens must name; empty where any is accepted. */
  public readonly issuer: pulumi.Output<string>;
  /** What an accepted token looks like, as JSON without secrets. */
  public readonly tokenShape: pulumi.Output<string>;
  /** Name of the JWT template that apps ask for; empty where none is managed. */
  public readonly templateName: pulumi.Output<string>;
  /** Environment of a Next.js app that uses this endpoint. */
  public readonly clientEnv: pulumi.Output<Record<string, string>>;
  /** Names of the containers in use; empty while suspended. */
  public readonly containers: pulumi.Output<ContainerNames>;
  /** Digests of the images in use; empty while suspended. */
  public readonly imageDigests: pulumi.Output<ImageDigests>;
  /** Environment by which the docker command asks the stack's Docker engine; empty where the machine's own does. */
  public readonly dockerEnvironment: pulumi.Output<Record<string, string>>;

  /** Throws one error that lists every problem, before anything is created. */
  constructor(name: string, args: ClerkHasuraArgs, opts?: pulumi.ComponentResourceOptions) {
    const { settings, problems = [] } = settle(args);
    rejectProblems(`ClerkHasura "${name}"`, [
      ...problems,
      ...checkSchemaApis(settings),
      ...checkDocker(opts, args.dockerHost),
    ]);
    // No inputs are recorded: a plain secret among them would be plain in the state.
    super("clerk-hasura:index:ClerkHasura", name, {}, opts);
    if (settings === undefined) throw new Error("settled without settings and problems");
    const build = prepare(this, name, args, settings);
    const database = databaseOf(build);
    const databases = engineDatabases(build, database);
    const adminSecret = adminSecretOf(build);
    const engine = startEngine(build, database, databases, adminSecret);

    const endpoints = build.hasura.apply((it) => endpointsOf(it.bindAddress, it.port));
    // Public by nature, though they were computed beside a key.
    const facts = pulumi.unsecret(build.identity);
    this.endpoint = endpoints.endpoint;
    this.websocketEndpoint = endpoints.websocketEndpoint;
    this.adminSecret = adminSecret;
    this.jwtSecret = jwtSecretOf(build);
    this.databaseUrl = databases.applicationUrl;
    this.readOnlyDatabaseUrl = databases.readOnlyUrl;
    this.jwksUrl = jwksAddress(build.identity);
    this.issuer = facts.apply((it) => it.issuer ?? "");
    this.tokenShape = facts.apply((it) => JSON.stringify(it.tokenShape));
    this.templateName = build.templateName;
    this.clientEnv = pulumi
      .all([endpoints, facts])
      .apply(([at, it]) => clientEnvironment(at, it.publishableKey));
    this.containers = named({
      hasura: engine?.containerName,
      postgres: engine && database.container?.name,
    });
    this.imageDigests = named({
      hasura: engine?.imageDigest,
      postgres: engine && database.imageDigest,
    });
    this.dockerEnvironment = pulumi.output(dockerEnvironment({ parent: this }, args.dockerHost));
    const schema =
      engine && applySchema(build, { engine, adminSecret, ownerRole: databases.ownerRole });
    if (settings.probe && engine) this.probe(build, engine, schema);
    this.registerOutputs({ endpoint: this.endpoint, websocketEndpoint: this.websocketEndpoint });
  }

  /** The doctor's checks as a step of the update, which fails where one of them does; it never runs in a preview. */
  private probe(
    { self, name, identity }: StackBuild,
    engine: HasuraEngine,
    schema: pulumi.Resource | undefined,
  ): void {
    const { endpoint, adminSecret, jwtSecret, jwksUrl, issuer, tokenShape } = this;
    const { dockerEnvironment } = this;
    const unauthorizedRole = pulumi.unsecret(identity).apply((it) => it.unauthorizedRole);
    const container = engine.containerName;
    const facts = { endpoint, adminSecret, jwtSecret, jwksUrl, issuer, tokenShape };
    // Another container makes it run again.
    const triggers = [engine.containerId];
    new RemoteResource(
      RemoteKind.Probe,
      `${name}-probe`,
      { ...facts, unauthorizedRole, container, dockerEnvironment, triggers },
      ["summary"],
      { parent: self, dependsOn: schema ? [engine.ready, schema] : [engine.ready] },
    );
  }
}

function jwtSecretOf({ identity, hasura }: StackBuild): pulumi.Output<string> {
  return pulumi.secret(
    pulumi
      .all([identity, hasura])
      .apply(([it, { requireClaims }]) => writeJwtSecret(it as ResolvedIdentity, requireClaims)),
  );
}

function adminSecretOf({ name, args, self, what, settings }: StackBuild): pulumi.Output<string> {
  const adminSecret = args.hasura?.adminSecret;
  if (adminSecret !== undefined) {
    return pulumi.secret(
      settledLater(
        what,
        { adminSecret },
        (it, problems) => readHasura(it, settings.stage, problems).adminSecret,
      ),
    );
  }
  const opts = { parent: self };
  return new random.RandomPassword(`${name}-admin-secret`, { length: 48, special: false }, opts)
    .result;
}

function startEngine(
  build: StackBuild,
  database: Database,
  databases: EngineDatabases,
  adminSecret: pulumi.Output<string>,
): HasuraEngine | undefined {
  const { name, args, identity, network, settings } = build;
  if (network === undefined) return undefined;
  const facts = pulumi.unsecret(identity);
  const { env = {} } = args.hasura ?? {};
  const extra = settledLater(
    build.what,
    { env },
    (it, problems) => readHasura(it, settings.stage, problems).env ?? {},
  );
  return new HasuraEngine(
    `${name}-hasura`,
    {
      owner: build.owner,
      settings: build.hasura,
      unauthorizedRole: facts.apply((it) => it.unauthorizedRole),
      secrets: pulumi.output({
        adminSecret,
        jwtSecret: jwtSecretOf(build),
        metadataDatabaseUrl: databases.metadataUrl,
        databaseUrl: databases.applicationUrl,
        extra,
      }),
      probeHeader: facts.apply((it) => probeHeader(it.tokenShape.header)),
      ...(settings.fetchesKeys && { jwksUrl: facts.apply((it) => it.jwksUrl ?? "") }),
      network,
      probeAgain: database.container ? [database.container.id] : [],
      dockerHost: args.dockerHost,
    },
    { parent: build.self, dependsOn: [databases] },
  );
}

/** The values that exist, by name. */
function named<T>(values: Record<string, pulumi.Output<string> | undefined>): pulumi.Output<T> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return pulumi.output(Object.fromEntries(present)) as unknown as pulumi.Output<T>;
}
