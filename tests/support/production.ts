import type { ClerkHasuraArgs } from "../../infra";

/** Arguments with what every production stack has to say: that no website calls it, unless they say otherwise. */
export function production(args: ClerkHasuraArgs): ClerkHasuraArgs {
  return { ...args, hasura: { corsDomains: [], ...args.hasura } };
}
