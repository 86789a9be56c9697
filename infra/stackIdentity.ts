import * as pulumi from "@pulumi/pulumi";
import { JwksMode } from "./clerk/claimsSource";
import { type PinnedKey, type ResolvedIdentity, resolveIdentity } from "./clerk/identity";
import type { IdentityArgs } from "./clerk/identityArgs";
import type { IdentityInput } from "./clerk/identityInput";
import { RemoteKind, RemoteResource } from "./remote/remoteResource";
import { checkedLater } from "./validation/checkedLater";

/** What the key set is fetched for, where it is pinned. */
export interface IdentityPlace {
  /** The component, as error texts name it. */
  what: string;
  name: string;
  parent: pulumi.Resource;
  /** PEM certificates of further authorities that the issuer's address may be signed by. */
  caCertificates?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** The identity that a component's engine accepts, checked; with `jwks: pinned` its key is fetched by the update, never by a preview. */
export function stackIdentity(
  args: IdentityArgs,
  place: IdentityPlace,
): pulumi.Output<ResolvedIdentity> {
  const problemsOf = (it: IdentityInput) => resolveIdentity(it).problems ?? [];
  const input = checkedLater<IdentityInput>(place.what, args, problemsOf);
  if (args.jwks !== JwksMode.Pinned) return input.apply((it) => resolved(it));
  const jwksUrl = pulumi.unsecret(input.apply((it) => resolved(it).jwksUrl ?? ""));
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
  return pulumi
    .all([input, pinned.output<string>("algorithm"), pinned.output<string>("key")])
    .apply(([it, algorithm, key]) => resolved(it, { algorithm, key }));
}

function resolved(input: IdentityInput, pinned?: PinnedKey): ResolvedIdentity {
  const { value } = resolveIdentity(input, pinned);
  if (value === undefined) throw new Error("an identity with problems passed its check");
  return value;
}
