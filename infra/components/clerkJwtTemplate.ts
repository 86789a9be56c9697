import * as pulumi from "@pulumi/pulumi";
import type { SigningAlgorithm } from "../clerk/signingKey";
import type { Preset } from "../hasura/hasuraArgs";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";
import { readJwtTemplate, settleJwtTemplate } from "../settings/jwtTemplate";
import { ProblemList } from "../validation/problems";
import { rejectProblems, settledLater } from "../validation/rejectProblems";
import { hasuraClaims } from "./hasuraClaims";

/** Key with which a template signs. */
export interface TemplateSigningKeyArgs {
  /** HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512 or Ed25519. */
  algorithm: pulumi.Input<SigningAlgorithm>;
  /** The shared key, or the private key as PEM; treated as secret. */
  key: pulumi.Input<string>;
}

/** A JWT template of a Clerk instance. */
export interface ClerkJwtTemplateArgs {
  /** Clerk's secret key (`sk_test_…` or `sk_live_…`); treated as secret. */
  secretKey: pulumi.Input<string>;
  /** Name that apps ask for by `getToken({ template })`. Default: `hasura`. */
  name?: pulumi.Input<string>;
  /** Claims with shortcodes, as hasuraClaims makes them. Default: hasuraClaims({}). */
  claims?: pulumi.Inputs;
  /**
   * Shortcodes in the claims that Clerk has and this package does not know, without braces, such as `user.last_active_at`. Default:
   * none.
   */
  shortcodes?: pulumi.Input<pulumi.Input<string>[]>;
  /** Lifetime of a token in seconds, 30 to 315360000. Default: 60. */
  lifetimeSeconds?: pulumi.Input<number>;
  /** Seconds that a token is valid before it was made, 0 to 300. Default: 5. */
  allowedSkewSeconds?: pulumi.Input<number>;
  /** Sign with this key. Default: Clerk's own. */
  signingKey?: TemplateSigningKeyArgs;
  /**
   * Take over a template of this name that exists already, and that no other resource manages: one of this stack's own,
   * under another resource name, is told its old name by `aliases` instead. Counts for the first up alone, so remove it
   * after that. Destroy deletes the template, unless the component has `retainOnDelete`. Default: false, it is refused.
   */
  adopt?: boolean;
  /**
   * Take over the template of this id (`jtmp_…`) when the resource is created. Remove it after the first up; for the rest, as
   * with `adopt`. Default: none.
   */
  importId?: string;
  /** Which secret key belongs here: `development` wants sk_test_, `production` sk_live_. Default: either. */
  preset?: pulumi.Input<Preset>;
  /** Publishable key of the same instance, against which the secret key's kind is checked. Default: not checked. */
  publishableKey?: pulumi.Input<string>;
  /** Clerk's Backend API. Default: `https://api.clerk.com`. */
  apiUrl?: pulumi.Input<string>;
}

/** A JWT template of a Clerk instance, whose claims previews show and refreshes compare. */
export class ClerkJwtTemplate extends pulumi.ComponentResource {
  /** Name that apps ask for by `getToken({ template })`. */
  public readonly templateName: pulumi.Output<string>;
  /** Clerk's id of the template. */
  public readonly templateId: pulumi.Output<string>;

  /** Throws one error that lists every problem, before anything is created. */
  constructor(name: string, args: ClerkJwtTemplateArgs, opts?: pulumi.ComponentResourceOptions) {
    const what = `ClerkJwtTemplate "${name}"`;
    checkNow(what, args);
    super("clerk-hasura:index:ClerkJwtTemplate", name, {}, opts);
    const settings = settled(what, args);
    const template = new RemoteResource(
      RemoteKind.JwtTemplate,
      `${name}-template`,
      {
        secretKey: pulumi.secret(args.secretKey),
        ...settings,
        ...signingKeyOf(what, args),
        adopt: args.adopt ?? false,
        importId: args.importId,
      },
      [],
      // Two templates cannot have one name; and one that a replacement adopts would be deleted after it.
      { parent: this, deleteBeforeReplace: true },
    );
    this.templateName = settings.name;
    // Known while an update is previewed, as an answered output is not: whatever hangs on it would seem to change, too.
    this.templateId = template.id;
    this.registerOutputs({ templateName: this.templateName });
  }
}

function checkNow(what: string, args: ClerkJwtTemplateArgs): void {
  const problems = new ProblemList();
  if (args.secretKey === undefined) {
    problems.add(
      "secretKey",
      "is missing; copy it from Clerk's dashboard (API keys), and check the variable that it is read from",
    );
  }
  readJwtTemplate(args, problems);
  rejectProblems(what, problems.list());
}

/** Settings that are no secrets, settled apart from those that are: one secret would hide them all in a diff. */
function settled(what: string, args: ClerkJwtTemplateArgs) {
  const { secretKey, signingKey: _key, preset, publishableKey, ...rest } = args;
  const settings = settledLater(what, rest, (it, problems) => {
    const given = readJwtTemplate(it, problems);
    return { ...settleJwtTemplate(given), claims: given.claims ?? hasuraClaims({}) };
  });
  const kind = settledLater(what, { secretKey, preset, publishableKey }, readJwtTemplate);
  const open = pulumi.all([settings, pulumi.unsecret(kind)]).apply(([it]) => it);
  return {
    name: open.name,
    claims: open.claims,
    lifetimeSeconds: open.lifetimeSeconds,
    allowedSkewSeconds: open.allowedSkewSeconds,
    apiUrl: open.apiUrl,
  };
}

function signingKeyOf(what: string, { signingKey }: ClerkJwtTemplateArgs) {
  if (signingKey === undefined) return {};
  const checked = settledLater(what, { signingKey }, readJwtTemplate);
  return {
    signingAlgorithm: pulumi.output(signingKey.algorithm),
    signingKey: pulumi.secret(checked.apply((it) => it.signingKey?.key ?? "")),
  };
}
