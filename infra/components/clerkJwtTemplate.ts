import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_CLERK_API_URL } from "../clerk/clerkApi";
import {
  DEFAULT_LIFETIME_SECONDS,
  DEFAULT_TEMPLATE_SKEW_SECONDS,
} from "../clerk/template/checkTemplate";
import { hasuraClaims } from "../components/hasuraClaims";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";
import { checkTemplateArgs, type TemplateInput } from "../settings/checkTemplateArgs";
import { checkedLater } from "../validation/checkedLater";
import { knownNow, plainOutputs } from "../validation/knownNow";
import type { Problem } from "../validation/problems";
import { rejectProblems } from "../validation/rejectProblems";
import type { ClerkJwtTemplateArgs } from "./clerkJwtTemplateArgs";

/** A JWT template of a Clerk instance, whose claims previews show and refreshes compare. */
export class ClerkJwtTemplate extends pulumi.ComponentResource {
  /** Name that apps ask for by `getToken({ template })`. */
  public readonly templateName: pulumi.Output<string>;
  /** Clerk's id of the template. */
  public readonly templateId: pulumi.Output<string>;

  /** Throws one error that lists every problem, before anything is created. */
  constructor(name: string, args: ClerkJwtTemplateArgs, opts?: pulumi.ComponentResourceOptions) {
    const what = `ClerkJwtTemplate "${name}"`;
    rejectProblems(what, checkKnown(args));
    super("clerk-hasura:index:ClerkJwtTemplate", name, {}, opts);
    const settings = checkedSettings(what, args);
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

/** What can be said before anything is registered; claims and keys with an Output in them are judged as a whole, later. */
function checkKnown({ claims, ...args }: ClerkJwtTemplateArgs): Problem[] {
  const known = knownNow<Record<string, unknown> | undefined>(claims);
  const { signingKey, ...rest } = args;
  const key = knownNow<TemplateInput["signingKey"]>(signingKey);
  const input: TemplateInput = {
    ...knownNow<TemplateInput>(rest).value,
    ...(key.complete && key.value !== undefined ? { signingKey: key.value } : {}),
    ...(known.complete && known.value !== undefined ? { claims: known.value } : {}),
  };
  const missing = args.secretKey === undefined ? [MISSING_KEY] : [];
  const late = plainOutputs(args, ["adopt", "importId"]);
  return [...missing, ...late, ...checkTemplateArgs(input)];
}

const MISSING_KEY: Problem = {
  path: "secretKey",
  reason:
    "is missing; copy it from Clerk's dashboard (API keys), and check the variable that it is read from",
};

/** Settings that are no secrets, checked apart from those that are: one secret would hide them all in a diff. */
function checkedSettings(what: string, args: ClerkJwtTemplateArgs) {
  const { secretKey, signingKey: _key, preset, publishableKey, adopt, importId, ...rest } = args;
  const kind = { secretKey, preset, publishableKey };
  const settings = checkedLater<TemplateInput>(
    what,
    { ...rest, adopt, importId },
    checkTemplateArgs,
  );
  const key = checkedLater<TemplateInput>(what, kind, checkTemplateArgs);
  const open = <T>(read: (it: TemplateInput) => T) =>
    pulumi.all([settings, pulumi.unsecret(key)]).apply(([it]) => read(it as TemplateInput));
  return {
    name: open((it) => it.name ?? "hasura"),
    claims: open((it) => it.claims ?? hasuraClaims({})),
    lifetimeSeconds: open((it) => it.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS),
    allowedSkewSeconds: open((it) => it.allowedSkewSeconds ?? DEFAULT_TEMPLATE_SKEW_SECONDS),
    apiUrl: open((it) => it.apiUrl ?? DEFAULT_CLERK_API_URL),
  };
}

function signingKeyOf(what: string, { signingKey }: ClerkJwtTemplateArgs) {
  if (signingKey === undefined) return {};
  const checked = checkedLater<TemplateInput>(what, { signingKey }, checkTemplateArgs);
  return {
    signingAlgorithm: pulumi.output(signingKey.algorithm),
    signingKey: pulumi.secret(checked.apply((it) => it.signingKey?.key ?? "")),
  };
}
