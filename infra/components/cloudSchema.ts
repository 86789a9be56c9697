import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { baseUrl, readCloudEngine } from "../hasura/checkCloud";
import { jobImage, type SchemaSettings } from "../schema/checkSchema";
import { settledLater } from "../validation/rejectProblems";
import { schemaResource } from "./stackSchema";

/** The schema of a project of Hasura Cloud: a folder of migrations and metadata as Hasura's CLI keeps them. */
export interface HasuraCloudSchemaArgs {
  /** Folder with `config.yaml`, `migrations` and `metadata`, relative to the program's folder and within it. Its seeds never run. */
  path: string;
  /** GraphQL URL or base URL of the project: https, and no loopback address. */
  endpoint: pulumi.Input<string>;
  /** Admin secret that the project has; treated as secret. Default: `project.adminSecret`; one of both is required. */
  adminSecret?: pulumi.Input<string>;
  /** Image with `hasura-cli` of the project's own release: the engine's, whose tag ends in `.cli-migrations-v3`. */
  image: pulumi.Input<string>;
  /** Versions of migrations that were changed, removed or inserted late on purpose. Default: none, and each is refused. */
  accept?: string[];
  /** Seconds that all migrations and metadata of one update may take, 30 to 86400. Default: 900. */
  timeoutSeconds?: number;
}

/** Where the schema of a project goes. */
export interface CloudSchemaPlace {
  what: string;
  name: string;
  self: pulumi.ComponentResource;
  args: HasuraCloudSchemaArgs;
  settings: SchemaSettings;
  /** What `project` sets. */
  projectSecret: pulumi.Input<string> | undefined;
  dockerHost: pulumi.Input<string> | undefined;
  /** The project's variables, which name its databases. */
  variables: pulumi.Resource | undefined;
}

/** Applies the schema to a project by a container on the Docker host. */
export function applyCloudSchema(place: CloudSchemaPlace): void {
  const { what, name, self, args, settings, dockerHost, variables } = place;
  const instance = new random.RandomId(`${name}-instance`, { byteLength: 8 }, { parent: self });
  const scope = { project: pulumi.getProject(), stack: pulumi.getStack(), name };
  const { endpoint } = args;
  const adminSecret = args.adminSecret ?? place.projectSecret;
  const at = settledLater(what, { endpoint }, (it, problems) =>
    readCloudEngine(it, ["endpoint"], problems),
  );
  const secrets = settledLater(what, { adminSecret }, (it, problems) =>
    readCloudEngine(it, ["adminSecret"], problems),
  );
  const image = settledLater(what, { own: args.image }, ({ own }, problems) =>
    jobImage(own, undefined, problems),
  );
  schemaResource(
    { self, name, owner: { scope, instance: instance.hex }, dockerHost },
    settings,
    {
      image,
      seeds: false,
      // Nothing but the engine's role owns tables there.
      engineAlters: true,
      endpoint: at.apply((it) => baseUrl(it.endpoint ?? "")),
      adminSecret: pulumi.secret(secrets.apply((it) => it.adminSecret ?? "")),
      triggers: [],
    },
    variables ? [variables] : [],
  );
}
