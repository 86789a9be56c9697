import type * as pulumi from "@pulumi/pulumi";
import type { IdentityArgs } from "../clerk/identityArgs";

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
}
