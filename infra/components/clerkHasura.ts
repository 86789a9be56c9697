import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ResolvedIdentity } from "../clerk/identity";
import type { Ownership } from "../docker/containerDefaults";
import { checkDocker, dockerEnvironment } from "../docker/dockerConnection";
import { ownNetwork } from "../docker/ownNetwork";
import { checkHasura, type HasuraInput } from "../hasura/checkHasura";
import { clientEnvironment, endpointsOf } from "../hasura/endpoints";
import { extraHosts, HasuraEngine } from "../hasura/engine";
import { ENGINE_IMAGE } from "../hasura/hasuraArgs";
import { probeHeader } from "../hasura/readyScript";
import { requiresClaims } from "../hasura/requiresClaims";
import { adoptedNames } from "../postgres/adoptedNames";
import { checkPostgres, type PostgresInput } from "../postgres/checkPostgres";
import {
  containerDatabase,
  type Database,
  type ExternalShellArgs,
  externalDatabase,
} from "../postgres/database";
import { EngineDatabases } from "../postgres/engineDatabases";
import { POSTGRES_IMAGE } from "../postgres/server";
import { checkArgs } from "../settings/checkArgs";
import { checkedLater } from "../validation/checkedLater";
import { rejectProblems } from "../validation/rejectProblems";
import type { ClerkHasuraArgs, ContainerNames, ImageDigests } from "./clerkHasuraArgs";
import { probeEngine } from "./probe";
import { fetchesKeys, jwksAddress, stackIdentity } from "./stackIdentity";

/** Everything the named steps of the constructor share. */
interface Build {
  self: pulumi.ComponentResource;
  what: string;
  name: string;
  args: ClerkHasuraArgs;
  owner: Ownership;
  hasura: pulumi.Output<HasuraInput>;
  postgres: pulumi.Output<PostgresInput>;
  identity: pulumi.Output<ResolvedIdentity>;
  /** The stack's own network; absent while it is suspended. */
  network?: docker.Network;
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
  /** Where the issuer's keys are; empty where a key was supplied, secret where the address has a query. */
  public readonly jwksUrl: pulumi.Output<string>;
  /** Issuer that tokens must name; empty where any is accepted. */
  public readonly issuer: pulumi.Output<string>;
  /** What an accepted token looks like, as JSON without secrets. */
  public readonly tokenShape: pulumi.Output<string>;
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
    rejectProblems(`ClerkHasura "${name}"`, [
      ...checkArgs(args),
      ...checkDocker(opts, args.dockerHost),
    ]);
    // No inputs are recorded: a plain secret among them would be plain in the state.
    super("clerk-hasura:index:ClerkHasura", name, {}, opts);
    const build = prepare(this, name, args);
    const database = databaseOf(build);
    const databases = engineDatabases(build, database);
    const adminSecret = adminSecretOf(build);
    const engine = startEngine(build, database, databases, adminSecret);

    const endpoints = build.hasura.apply((it) =>
      endpointsOf(it.bindAddress ?? "127.0.0.1", it.port ?? 8080),
    );
    // Public by nature, though they were computed beside a key.
    const facts = pulumi.unsecret(build.identity);
    this.endpoint = endpoints.endpoint;
    this.websocketEndpoint = endpoints.websocketEndpoint;
    this.adminSecret = adminSecret;
    this.jwtSecret = pulumi.secret(build.identity.jwtSecret);
    this.databaseUrl = databases.applicationUrl;
    this.jwksUrl = jwksAddress(build.identity);
    this.issuer = facts.apply((it) => it.issuer ?? "");
    this.tokenShape = facts.apply((it) => JSON.stringify(it.tokenShape));
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
    if (args.probe && engine) this.probe(build, engine);
    this.registerOutputs({ endpoint: this.endpoint, websocketEndpoint: this.websocketEndpoint });
  }

  private probe({ self, name, identity }: Build, engine: HasuraEngine): void {
    const { endpoint, adminSecret, jwtSecret, jwksUrl, issuer, tokenShape } = this;
    const { dockerEnvironment } = this;
    const unauthorizedRole = pulumi.unsecret(identity).apply((it) => it.unauthorizedRole);
    const container = engine.containerName;
    const facts = { endpoint, adminSecret, jwtSecret, jwksUrl, issuer, tokenShape };
    const triggers = [engine.containerId];
    probeEngine(
      `${name}-probe`,
      { ...facts, unauthorizedRole, container, dockerEnvironment, triggers },
      { parent: self, dependsOn: [engine.ready] },
    );
  }
}

function prepare(self: pulumi.ComponentResource, name: string, args: ClerkHasuraArgs): Build {
  const what = `ClerkHasura "${name}"`;
  const instance = new random.RandomId(`${name}-instance`, { byteLength: 8 }, { parent: self });
  const scope = { project: pulumi.getProject(), stack: pulumi.getStack(), name };
  const owner: Ownership = { scope, instance: instance.hex };
  // Secrets are taken out first: one secret field would make every setting beside it secret.
  const { adminSecret: _adminSecret, env: _env, ...hasura } = args.hasura ?? {};
  const { external: _external, ...postgres } = args.postgres ?? {};
  const { caCertificates } = args.hasura ?? {};
  const settings = checkedLater<HasuraInput>(what, hasura, checkHasura);
  const requireClaims = settings.apply((it) => requiresClaims(it.image, it.requireClaims));
  const place = { what, name, parent: self, caCertificates, requireClaims };
  const identity = stackIdentity(args.identity, place);
  return {
    self,
    what,
    name,
    args,
    owner,
    hasura: settings,
    postgres: checkedLater<PostgresInput>(what, postgres, checkPostgres),
    identity,
    network: args.suspended ? undefined : ownNetwork(self, name, owner),
  };
}

function databaseOf(build: Build): Database {
  const { self, name, args, owner, network, postgres } = build;
  const { external, majorVersion, adoptVolume, protectData = true } = args.postgres ?? {};
  if (external) {
    return externalDatabase(`${name}-postgres`, external, externalShell(build), self);
  }
  const { dockerHost } = args;
  return containerDatabase(
    `${name}-postgres`,
    { owner, settings: postgres, majorVersion, protectData, adoptVolume, network, dockerHost },
    self,
  );
}

/** What psql needs to reach an external server as the engine does. */
function externalShell({ args, network, hasura, postgres }: Build): ExternalShellArgs | undefined {
  if (network === undefined) return undefined;
  return {
    image: postgres.apply((it) => it.image ?? POSTGRES_IMAGE),
    networks: pulumi
      .all([network.name, hasura])
      .apply(([own, it]) => [own, ...[...(it.networks ?? [])].sort()]),
    hosts: hasura.apply((it) => extraHosts(it.extraHosts)),
    engineImage: hasura.apply((it) => it.image ?? ENGINE_IMAGE),
    authorities: hasura.apply((it) => (it.caCertificates ?? []).join("\n")),
    dockerHost: args.dockerHost,
  };
}

function engineDatabases(build: Build, database: Database): EngineDatabases {
  const { provider, route, ready, volume, shell } = database;
  const adopted = adoptedNames(build.args.postgres);
  return new EngineDatabases(
    `${build.name}-databases`,
    { settings: build.postgres, provider, route, ready, volume, adopted, shell },
    // Dropping a database or its owner loses rows as surely as deleting the volume.
    { parent: build.self, protect: build.args.postgres?.protectData ?? true },
  );
}

function adminSecretOf({ name, args, self, what }: Build): pulumi.Output<string> {
  const given = args.hasura?.adminSecret;
  if (given !== undefined) {
    const check = (adminSecret: string) => checkHasura({ adminSecret });
    return pulumi.secret(checkedLater<string>(what, given, check));
  }
  const opts = { parent: self };
  return new random.RandomPassword(`${name}-admin-secret`, { length: 48, special: false }, opts)
    .result;
}

function startEngine(
  build: Build,
  database: Database,
  databases: EngineDatabases,
  adminSecret: pulumi.Output<string>,
): HasuraEngine | undefined {
  const { name, args, identity, network } = build;
  if (network === undefined) return undefined;
  const facts = pulumi.unsecret(identity);
  const { env = {}, preset } = args.hasura ?? {};
  const extra = checkedLater<HasuraInput>(build.what, { env, preset }, checkHasura).apply(
    (it) => it.env ?? {},
  );
  return new HasuraEngine(
    `${name}-hasura`,
    {
      owner: build.owner,
      settings: build.hasura,
      unauthorizedRole: facts.apply((it) => it.unauthorizedRole),
      secrets: pulumi.output({
        adminSecret,
        jwtSecret: identity.jwtSecret,
        metadataDatabaseUrl: databases.metadataUrl,
        databaseUrl: databases.applicationUrl,
        extra,
      }),
      probeHeader: facts.apply((it) => probeHeader(it.tokenShape.header)),
      ...(fetchesKeys(args.identity) && { jwksUrl: facts.apply((it) => it.jwksUrl ?? "") }),
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
