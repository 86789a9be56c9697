import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AdoptedNames, PostgresSettings } from "./checkPostgres";

/** A role that logs in with a generated password. */
export interface LoginRole {
  role: postgresql.Role;
  password: pulumi.Output<string>;
}

/** The roles of a stack on its server. */
export interface DatabaseRoles {
  engine: LoginRole;
  /** Owns what migrations create; absent where the application's database or the engine's role existed already. */
  owner?: postgresql.Role;
  readOnly?: LoginRole;
}

/** What the roles are made from. */
export interface DatabaseRolesArgs {
  settings: pulumi.Output<PostgresSettings>;
  adopted: AdoptedNames;
  hasOwner: boolean;
  hasReadOnly: boolean;
  engineAlters: boolean;
  enginePassword: pulumi.Output<string>;
}

/** What the owner of a role that exists decided. Its password cannot be read; the login step sets it where the engine's does not fit. */
const DECIDED_ELSEWHERE = [
  "assumeRole",
  "bypassRowLevelSecurity",
  "connectionLimit",
  "createDatabase",
  "createRole",
  "encryptedPassword",
  "idleInTransactionSessionTimeout",
  "inherit",
  "login",
  "password",
  "replication",
  "roles",
  "searchPaths",
  "statementTimeout",
  "validUntil",
];

/** Makes the roles. On a server that stays they go in the opposite order, after the databases that hold what they own. */
export function databaseRoles(
  name: string,
  args: DatabaseRolesArgs,
  child: pulumi.CustomResourceOptions,
): DatabaseRoles {
  const kept: pulumi.CustomResourceOptions = {
    ...child,
    // A role owns what it made in a database that stays.
    ...(Object.keys(args.adopted).length > 0 && { retainOnDelete: true }),
  };
  const owner = args.hasOwner
    ? new postgresql.Role(
        `${name}-owner`,
        { name: args.settings.apply((it) => it.ownerRole ?? ""), login: false, superuser: false },
        kept,
      )
    : undefined;
  const role = engineRole(`${name}-role`, args, owner, kept);
  const engine = { role, password: args.enginePassword };
  const readOnly = args.hasReadOnly ? readOnlyRole(`${name}-read-only`, args, kept) : undefined;
  return { engine, ...(owner && { owner }), ...(readOnly && { readOnly }) };
}

/** Those that exist, as resources to wait for. */
export function rolesOf({ engine, owner, readOnly }: DatabaseRoles): pulumi.Resource[] {
  return [owner, engine.role, readOnly?.role].filter((it) => it !== undefined);
}

function engineRole(
  name: string,
  { settings, adopted, engineAlters, enginePassword }: DatabaseRolesArgs,
  owner: postgresql.Role | undefined,
  kept: pulumi.CustomResourceOptions,
): postgresql.Role {
  const existing = adopted.engineRole;
  return new postgresql.Role(
    name,
    {
      name: settings.engineRole,
      login: true,
      superuser: false,
      password: enginePassword,
      // Up to 15 the member decides whether it inherits; from 16 on that is what its memberships begin with.
      ...(owner && { roles: [owner.name], inherit: engineAlters }),
    },
    {
      ...kept,
      ...(existing !== undefined && { import: existing, ignoreChanges: DECIDED_ELSEWHERE }),
    },
  );
}

function readOnlyRole(
  name: string,
  { settings }: DatabaseRolesArgs,
  kept: pulumi.CustomResourceOptions,
): LoginRole {
  const { result: password } = new random.RandomPassword(
    `${name}-password`,
    { length: 32, special: false },
    { parent: kept.parent },
  );
  const role = new postgresql.Role(
    `${name}-role`,
    {
      name: settings.apply((it) => it.readOnlyRole ?? ""),
      login: true,
      superuser: false,
      password,
    },
    kept,
  );
  return { role, password };
}
