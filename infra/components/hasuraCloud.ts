import * as pulumi from "@pulumi/pulumi";
import { ddnAuthConfig } from "../clerk/ddnAuthConfig";
import { type ResolvedIdentity, resolveIdentity } from "../clerk/identity";
import type { IdentityInput } from "../clerk/identityInput";
import { type CloudInput, checkCloud } from "../hasura/checkCloud";
import { DEFAULT_CLOUD_API_URL } from "../providers/callCloud";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";
import { checkedLater } from "../validation/checkedLater";
import { knownNow, plainOutputs, wholeOutputs } from "../validation/knownNow";
import type { Problem } from "../validation/problems";
import { rejectProblems } from "../validation/rejectProblems";
import type { HasuraCloudArgs, HasuraCloudProjectArgs } from "./hasuraCloudArgs";
import { jwksAddress, stackIdentity } from "./stackIdentity";

type Needed = "projectId" | "token";

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
    rejectProblems(what, checkArgs(args));
    super("clerk-hasura:index:HasuraCloud", name, {}, opts);
    const identity = stackIdentity(args.identity, { what, name, parent: this });
    if (args.project) setVariables(what, name, args.project, identity, this);
    const facts = pulumi.unsecret(identity);
    this.jwtSecret = pulumi.secret(identity.jwtSecret);
    this.jwksUrl = jwksAddress(identity);
    this.issuer = facts.apply((it) => it.issuer ?? "");
    this.tokenShape = facts.apply((it) => JSON.stringify(it.tokenShape));
    this.ddnAuthConfig = pulumi.secret(identity.apply(ddnDocument));
    this.registerOutputs({});
  }
}

function checkArgs(args: HasuraCloudArgs): readonly Problem[] {
  const whole = wholeOutputs(args, ["identity", "project"]);
  if (whole.length > 0) return whole;
  const { identity, project } = args;
  const known = knownNow<IdentityInput>(identity ?? {});
  const identityProblems = known.complete ? resolveIdentity(known.value).problems : [];
  const problems = [
    ...plainOutputs(args, ["identity.jwks", "project.overwrite"]),
    ...(identityProblems ?? []),
  ];
  if (project === undefined) return problems;
  return [
    ...problems,
    ...missingSettings(project, ["projectId", "token"]),
    ...checkCloud(knownNow<CloudInput>(project).value),
  ];
}

function missingSettings(
  project: Partial<Record<Needed, unknown>>,
  needed: readonly Needed[],
): Problem[] {
  const missing = needed.filter((name) => project[name] === undefined);
  const reason =
    "is missing; copy it from the Cloud dashboard, and check the variable that it is read from";
  return missing.map((name) => ({ path: `project.${name}`, reason }));
}

/** An Output may turn out to hold nothing, too, where it was made of a variable that is not set. */
function checkLater(name: Needed): (input: CloudInput) => Problem[] {
  return (input) => [...missingSettings(input, [name]), ...checkCloud(input)];
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
): void {
  const { projectId, apiUrl, overwrite = false, token, adminSecret, env } = args;
  const place = checkedLater<CloudInput>(what, { projectId, apiUrl }, checkLater("projectId"));
  const secrets = checkedLater<CloudInput>(what, { token, adminSecret, env }, checkLater("token"));
  const variables = pulumi.all([secrets, identity]).apply(([given, it]) => ({
    ...given.env,
    HASURA_GRAPHQL_JWT_SECRET: it.jwtSecret,
    ...(given.adminSecret === undefined ? {} : { HASURA_GRAPHQL_ADMIN_SECRET: given.adminSecret }),
    ...(it.unauthorizedRole === undefined
      ? {}
      : { HASURA_GRAPHQL_UNAUTHORIZED_ROLE: it.unauthorizedRole }),
  }));
  new RemoteResource(
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
