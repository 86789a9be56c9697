import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import type { PostgresSettings } from "./checkPostgres";

/** What a database is made from. */
export interface GrantedDatabaseArgs {
  settings: pulumi.Output<PostgresSettings>;
  setting: "applicationDatabase" | "metadataDatabase";
  /** Its name on the server, where it exists already. */
  existing?: string;
  role: postgresql.Role;
  /** What the role may do in the schema `public`. */
  inPublic: string[];
  /** Steps that come before each of its own. */
  after: pulumi.Resource[];
}

/** A database and the last of the steps that make it. */
export interface GrantedDatabase {
  name: pulumi.Output<string>;
  last: pulumi.Resource;
}

/** What a database is born with: another value would replace it, and drop its rows. */
const BORN_WITH = ["encoding", "lcCollate", "lcCtype", "template"];
/** What the owner of a database that exists decided. */
const DECIDED_ELSEWHERE = [
  "allowConnections",
  "connectionLimit",
  "isTemplate",
  "owner",
  "tablespaceName",
];

/**
 * One database in which the engine's role may create schemas, with pgcrypto where the engine looks for it.
 * The steps run one after another: parallel grants collide ("tuple concurrently updated", terraform-provider-postgresql #178).
 */
export function grantedDatabase(
  name: string,
  { settings, setting, existing, role, inPublic, after }: GrantedDatabaseArgs,
  child: pulumi.CustomResourceOptions,
): GrantedDatabase {
  const kept = existing === undefined ? {} : { retainOnDelete: true };
  const then = (...steps: pulumi.Resource[]) => ({
    ...child,
    ...kept,
    dependsOn: [...after, ...steps],
  });
  const made = new postgresql.Database(
    name,
    {
      name: settings[setting],
      encoding: "UTF8",
      lcCollate: settings.collation,
      lcCtype: settings.characterType,
      template: "template0",
    },
    {
      ...then(),
      import: existing,
      ignoreChanges: existing === undefined ? BORN_WITH : [...BORN_WITH, ...DECIDED_ELSEWHERE],
    },
  );
  const extension = new postgresql.Extension(
    `${name}-pgcrypto`,
    { name: "pgcrypto", schema: "public", database: made.name },
    // Where it exists it stays in its schema.
    { ...then(made), ...(existing !== undefined && { ignoreChanges: ["schema"] }) },
  );
  const to = { database: made.name, role: role.name };
  const onDatabase = new postgresql.Grant(
    `${name}-grant`,
    { ...to, objectType: "database", privileges: ["CONNECT", "CREATE", "TEMPORARY"] },
    then(extension),
  );
  const onSchema = new postgresql.Grant(
    `${name}-schema-grant`,
    { ...to, schema: "public", objectType: "schema", privileges: inPublic },
    then(onDatabase),
  );
  return { name: made.name, last: onSchema };
}
