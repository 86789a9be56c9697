import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  type IdentityReading,
  type ResolvedIdentity,
  readIdentity,
  withPinnedKey,
} from "../clerk/identity";
import type { IdentityArgs, SigningKeyArgs } from "../clerk/identityArgs";
import { JwksMode } from "../clerk/keySource";
import { SigningAlgorithm } from "../clerk/signingKey";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";
import type { ClerkHasuraArgs, TemplateArgs } from "../settings/clerkHasuraArgs";
import { checkStage, KeyMaker, withIdentityDefaults } from "../settings/identity";
import { type Settings, secretKeyPreset } from "../settings/settle";
import { agreeingSettings, readTemplate, settleTemplate } from "../settings/template";
import type { ProblemList } from "../validation/problems";
import { settledLater } from "../validation/rejectProblems";
import { ClerkJwtTemplate } from "./clerkJwtTemplate";
import { ClerkSigningKey } from "./clerkSigningKey";

/** The component that an identity belongs to. */
export interface IdentityPlace {
  /** The component, as error texts name it. */
  what: string;
  name: string;
  parent: pulumi.Resource;
  /** PEM certificates of further authorities that the issuer's certificate may be signed by. */
  caCertificates?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** Whose tokens a stack accepts, and the template that it manages. */
export interface StackIdentity {
  identity: pulumi.Output<ResolvedIdentity>;
  /** Empty without a template. */
  templateName: pulumi.Output<string>;
}

/** Where the issuer's keys are, empty where a key was supplied; secret where it has a query, which may hold a key. */
export function jwksAddress(identity: pulumi.Output<ResolvedIdentity>): pulumi.Output<string> {
  return pulumi.unsecret(identity).apply(({ jwksUrl = "" }) => {
    const address = pulumi.output(jwksUrl);
    return jwksUrl.includes("?") ? pulumi.secret(address) : address;
  });
}

/** The identity of a stack, with the template and the keys that it makes for it. */
export function stackIdentity(
  args: ClerkHasuraArgs,
  { stage, keyMaker }: Settings,
  place: IdentityPlace,
): StackIdentity {
  const identity = withIdentityDefaults(args);
  const { name, parent } = place;
  const own = args.template?.signingKey;
  const key =
    own &&
    new ClerkSigningKey(
      `${name}-template-key`,
      { algorithm: own.algorithm, privateKey: own.key, rotation: own.rotation },
      { parent },
    );
  const template =
    args.template && stackTemplate(args.template, identity, { ...place, stage, key });
  const signingKey =
    keyMaker === KeyMaker.Stack ? developmentKey(place) : key && acceptedKey(key, template);
  const given = signingKey === undefined ? identity : { ...identity, signingKey };
  const check = (reading: IdentityReading, problems: ProblemList) =>
    checkStage(reading, stage, problems);
  return {
    identity: settledIdentity(given, place, check),
    templateName: template?.templateName ?? pulumi.output(""),
  };
}

/** A stack without an issuer signs its own tokens, so that it can be tried without an account. */
function developmentKey({ name, parent }: IdentityPlace): SigningKeyArgs {
  const length = { length: 64, special: false };
  const { result } = new random.RandomPassword(`${name}-signing-key`, length, { parent });
  return { algorithm: SigningAlgorithm.HS256, key: result };
}

/** Known once Clerk has taken its half: the engine must not wait for tokens of a key that Clerk refused. */
function acceptedKey(own: ClerkSigningKey, template?: ClerkJwtTemplate): SigningKeyArgs {
  const key = pulumi.all([own.verificationKey, template?.templateId]).apply(([half]) => half);
  return { algorithm: own.algorithm, key };
}

function stackTemplate(
  template: TemplateArgs,
  identity: IdentityArgs,
  place: IdentityPlace & Pick<Settings, "stage"> & { key: ClerkSigningKey | undefined },
): ClerkJwtTemplate {
  const { secretKey, signingKey: _key, adopt, importId, ...rest } = template;
  const { what, name, parent, key } = place;
  const settings = settledLater(
    what,
    { rest, identity: agreeingSettings(identity) },
    (it, problems) => settleTemplate(readTemplate(it.rest, problems), it.identity, problems),
  );
  return new ClerkJwtTemplate(
    `${name}-template`,
    {
      secretKey,
      name: settings.name,
      claims: settings.claims as unknown as pulumi.Inputs,
      shortcodes: settings.shortcodes,
      lifetimeSeconds: settings.lifetimeSeconds,
      allowedSkewSeconds: settings.allowedSkewSeconds,
      apiUrl: settings.apiUrl,
      adopt,
      importId,
      preset: secretKeyPreset(place.stage),
      publishableKey: identity.publishableKey,
      ...(key && { signingKey: { algorithm: key.algorithm, key: key.privateKey } }),
    },
    { parent },
  );
}

/** An identity once it is known; with `jwks: pinned` its key is fetched by the update, never by a preview. */
export function settledIdentity(
  args: IdentityArgs,
  place: IdentityPlace,
  check?: (reading: IdentityReading, problems: ProblemList) => void,
): pulumi.Output<ResolvedIdentity> {
  const identity = settledLater(place.what, args, (it, problems) => {
    const reading = readIdentity(it, problems);
    check?.(reading, problems);
    return reading.identity;
  });
  if (args.jwks !== JwksMode.Pinned) return identity;
  const pinned = new RemoteResource(
    RemoteKind.PinnedJwks,
    `${place.name}-jwks`,
    {
      jwksUrl: jwksAddress(identity),
      keyId: args.pinnedKeyId,
      caCertificates: place.caCertificates,
      fetch: !pulumi.runtime.isDryRun(),
    },
    ["algorithm", "key", "kid", "fingerprint"],
    { parent: place.parent },
  );
  const key = {
    algorithm: pinned.output<string>("algorithm"),
    key: pinned.output<string>("key"),
  };
  return settledLater(place.what, { identity, key }, (it, problems) =>
    withPinnedKey(it.identity, it.key, problems),
  );
}
