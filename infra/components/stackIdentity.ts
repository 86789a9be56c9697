import * as pulumi from "@pulumi/pulumi";
import { JwksMode } from "../clerk/claimsSource";
import { type PinnedKey, type ResolvedIdentity, resolveIdentity } from "../clerk/identity";
import type { IdentityArgs } from "../clerk/identityArgs";
import type { IdentityInput } from "../clerk/identityInput";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";
import { resolvedLater } from "../validation/checkedLater";

/** What the key set is fetched for, where it is pinned. */
export interface IdentityPlace {
  /** The component, as error texts name it. */
  what: string;
  name: string;
  parent: pulumi.Resource;
  /** PEM certificates of further authorities that the issuer's address may be signed by. */
  caCertificates?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Whether tokens must have the claims that issuer and audience are compared with. Default: false. */
  requireClaims?: pulumi.Input<boolean>;
}

/** Where the issuer's keys are, empty where a key was supplied; secret where it has a query, which may hold a key. */
export function jwksAddress(identity: pulumi.Output<ResolvedIdentity>): pulumi.Output<string> {
  return pulumi.unsecret(identity).apply(({ jwksUrl = "" }) => {
    const address = pulumi.output(jwksUrl);
    return jwksUrl.includes("?") ? pulumi.secret(address) : address;
  });
}

/** Whether the engine is given an address and no key; a signing key is an object of its own, so that this is known at once. */
export function fetchesKeys({ signingKey, jwks }: IdentityArgs): boolean {
  return signingKey === undefined && jwks !== JwksMode.Pinned;
}

/** The identity that a component's engine accepts, checked; with `jwks: pinned` its key is fetched by the update, never by a preview. */
export function stackIdentity(
  args: IdentityArgs,
  place: IdentityPlace,
): pulumi.Output<ResolvedIdentity> {
  const { requireClaims = false } = place;
  const identity = resolvedLater(
    place.what,
    { args, requireClaims },
    (it: { args: IdentityInput; requireClaims: boolean }) => resolveIdentity(it.args, it),
  );
  if (args.jwks !== JwksMode.Pinned) return identity;
  const jwksUrl = jwksAddress(identity);
  const pinned = new RemoteResource(
    RemoteKind.PinnedJwks,
    `${place.name}-jwks`,
    {
      jwksUrl,
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
  return resolvedLater(
    place.what,
    { args, pinned: key, requireClaims },
    (it: { args: IdentityInput; pinned: PinnedKey; requireClaims: boolean }) =>
      resolveIdentity(it.args, it),
  );
}
