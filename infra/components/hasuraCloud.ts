import * as pulumi from "@pulumi/pulumi";
import { ddnAuthConfig } from "../clerk/ddnAuthConfig";
import { type ResolvedIdentity, readIdentity } from "../clerk/identity";
import type { IdentityArgs } from "../clerk/identityArgs";
import { writeJwtSecret } from "../clerk/jwtSecret";
import { checkDocker } from "../docker/dockerConnection";
import { readCloud, settleCloudSchema } from "../hasura/checkCloud";
import { DEFAULT_CLOUD_API_URL } from "../providers/callCloud";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";
import type { SchemaSettings } from "../schema/checkSchema";
import { withIdentityDefaults } from "../settings/identity";
import { programFolder } from "../settings/settle";
import { ProblemList } from "../validation/problems";
import { rejectProblems, settledLater } from "../validation/rejectProblems";
import { group, object, text, whole } from "../validation/shape";
import { applyCloudSchema, type HasuraCloudSchemaArgs } from "./cloudSchema";
import { jwksAddress, settledIdentity } from "./stackIdentity";

/** An existing project of Hasura Cloud. */
export interface HasuraCloudProjectArgs {
  /** Id of the project, as its page in the dashboard has it in the address. */
  projectId: pulumi.Input<string>;
  /** Personal access token, without `pat` before it; treated as secret. */
  token: pulumi.Input<string>;
  /** Admin secret of at least 32 characters; treated as secret and never removed from the project. Default: the project's is left alone. */
  adminSecret?: pulumi.Input<string>;
  /** Further variables of the project; a name the component sets itself is refused. Values are treated as secrets. Default: none. */
  env?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Replace variables that the project has already. Default: false, they are refused. */
  overwrite?: boolean;
  /** Hasura Cloud's API. Default: `https://data.pro.hasura.io/v1/graphql`. */
  apiUrl?: pulumi.Input<string>;
}

/** Whose tokens a Hasura accepts that runs elsewhere. */
export interface HasuraCloudArgs {
  /** Whose tokens are accepted. */
  identity: IdentityArgs;
  /** The project whose variables are set. Default: none; the values are outputs only. */
  project?: HasuraCloudProjectArgs;
  /** Migrations and metadata of the project, applied once its variables are set. Default: none. */
  schema?: HasuraCloudSchemaArgs;
  /** Docker engine that runs the container which applies the schema, as DOCKER_HOST names it. Default: the docker provider's. */
  dockerHost?: pulumi.Input<string>;
}

/** Clerk's tokens for a project of Hasura Cloud, or for any Hasura that runs elsewhere. */
export class HasuraCloud extends pulumi.ComponentResource {
  /** Value of HASURA_GRAPHQL_JWT_SECRET; secret. */
  public readonly jwtSecret: pulumi.Output<string>;
  /** Where the issuer's keys are; empty where a key was supplied, secret where the address has a query. */
  public readonly jwksUrl: pulumi.Output<string>;
  /** Issuer that tokens must name; empty where any is accepted. */
  public readonly issuer: pulumi.Output<string>;
  /** What an accepted token looks like, as JSON without secrets. */
  public readonly tokenShape: pulumi.Output<string>;
  /** AuthConfig document of Hasura DDN for the same tokens, as JSON, which is YAML too; secret, and empty where DDN cannot express them. */
  public readonly ddnAuthConfig: pulumi.Output<string>;

  /** Throws one error that lists every problem, before anything is created. */
  constructor(name: string, args: HasuraCloudArgs, opts?: pulumi.ComponentResourceOptions) {
    const what = `HasuraCloud "${name}"`;
    const schema = checkNow(what, args, opts);
    super("clerk-hasura:index:HasuraCloud", name, {}, opts);
    const given = withIdentityDefaults({ identity: args.identity });
    const identity = settledIdentity(given, { what, name, parent: this });
    const variables = args.project && setVariables(what, name, args.project, identity, this);
    if (args.schema && schema) {
      applyCloudSchema({
        what,
        name,
        self: this,
        args: args.schema,
        settings: schema,
        projectSecret: args.project?.adminSecret,
        dockerHost: args.dockerHost,
        variables,
      });
    }
    const facts = pulumi.unsecret(identity);
    this.jwtSecret = pulumi.secret(identity.apply(secretOf));
    this.jwksUrl = jwksAddress(identity);
    this.issuer = facts.apply((it) => it.issuer ?? "");
    this.tokenShape = facts.apply((it) => JSON.stringify(it.tokenShape));
    this.ddnAuthConfig = pulumi.secret(identity.apply(ddnDocument));
    this.registerOutputs({});
  }
}

const shape = group({
  identity: whole(object),
  project: whole(object),
  schema: whole(object),
  dockerHost: text,
});
/** Sources of values that may come from variables which are not set. */
const NEEDED = ["projectId", "token"] as const;

/** Returns the schema as far as it is known now. */
function checkNow(
  what: string,
  args: HasuraCloudArgs,
  opts?: pulumi.ComponentResourceOptions,
): SchemaSettings | undefined {
  const problems = new ProblemList();
  const { identity = {}, project, schema } = shape(args, "", problems) ?? {};
  if (!problems.isLeftOut("identity")) readIdentity(withIdentityDefaults({ identity }), problems);
  if (project !== undefined) readCloud(project, NEEDED, problems);
  const place = { base: programFolder(), setsSecret: project?.adminSecret != null };
  const settings = schema && settleCloudSchema(schema, place, problems);
  if (schema) problems.addAll(checkDocker(opts, args.dockerHost));
  rejectProblems(what, problems.list());
  return settings;
}

/** Hasura Cloud's release is not known, so that the claims are not required. */
function secretOf(identity: ResolvedIdentity): string {
  return writeJwtSecret(identity, false);
}

function ddnDocument(identity: ResolvedIdentity): string {
  const { value } = ddnAuthConfig(identity);
  return value === undefined ? "" : JSON.stringify(value, undefined, 2);
}

function setVariables(
  what: string,
  name: string,
  args: HasuraCloudProjectArgs,
  identity: pulumi.Output<ResolvedIdentity>,
  parent: pulumi.Resource,
): pulumi.Resource {
  const { projectId, apiUrl, overwrite = false, token, adminSecret, env } = args;
  // An Output may turn out to hold nothing, too, where it was made of a variable that is not set.
  const place = settledLater(what, { projectId, apiUrl }, (it, problems) =>
    readCloud(it, ["projectId"], problems),
  );
  const secrets = settledLater(what, { token, adminSecret, env }, (it, problems) =>
    readCloud(it, ["token"], problems),
  );
  const variables = pulumi.all([secrets, identity]).apply(([given, it]) => ({
    ...given.env,
    HASURA_GRAPHQL_JWT_SECRET: secretOf(it as ResolvedIdentity),
    ...(given.adminSecret === undefined ? {} : { HASURA_GRAPHQL_ADMIN_SECRET: given.adminSecret }),
    ...(it.unauthorizedRole === undefined
      ? {}
      : { HASURA_GRAPHQL_UNAUTHORIZED_ROLE: it.unauthorizedRole }),
  }));
  return new RemoteResource(
    RemoteKind.CloudEnvironment,
    `${name}-variables`,
    {
      projectId: place.apply((it) => it.projectId ?? ""),
      apiUrl: place.apply((it) => it.apiUrl ?? DEFAULT_CLOUD_API_URL),
      token: pulumi.secret(secrets.apply((it) => it.token ?? "")),
      env: pulumi.secret(variables),
      overwrite,
    },
    [],
    // Deleting the old resource removes the variables that it wrote. If the new one were created first, it would find them set in
    // the same project and keep them, and that removal would then leave the project without them.
    { parent, deleteBeforeReplace: true },
  );
}
