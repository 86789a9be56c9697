import { createHash } from "node:crypto";
import { escapeIdentifier, escapeLiteral } from "pg";
import type { PropertyMap, PropertyValue } from "../plugin/propertyValue";
import { lockRole, type PostgresServer, type Session, whileDoing } from "./connection";
import { textOf, textsOf } from "./resourceFields";
import type { ResourceKind } from "./resourceKind";
import { roleFields } from "./roleFields";

const flags: [input: string, on: string, off: string][] = [
  ["superuser", "SUPERUSER", "NOSUPERUSER"],
  ["createDatabase", "CREATEDB", "NOCREATEDB"],
  ["createRole", "CREATEROLE", "NOCREATEROLE"],
  ["inherit", "INHERIT", "NOINHERIT"],
  ["login", "LOGIN", "NOLOGIN"],
  ["replication", "REPLICATION", "NOREPLICATION"],
  ["bypassRowLevelSecurity", "BYPASSRLS", "NOBYPASSRLS"],
];

const settings: [input: string, setting: string][] = [
  ["searchPaths", "search_path"],
  ["statementTimeout", "statement_timeout"],
  ["idleInTransactionSessionTimeout", "idle_in_transaction_session_timeout"],
];

/** The password as it is, like the published plugin: what the server logs of the statement shows it (terraform-provider-postgresql #155). */
function passwordOption(password: string): string {
  if (password === "" || password.toUpperCase() === "NULL") return "PASSWORD NULL";
  return `PASSWORD ${escapeLiteral(password)}`;
}

function firstPassword(inputs: PropertyMap): string[] {
  const password = textOf(inputs, "password");
  if (password === "") return [];
  const option = passwordOption(password);
  return [option === "PASSWORD NULL" ? option : `ENCRYPTED ${option}`];
}

function changed(olds: PropertyMap | undefined, news: PropertyMap, name: string): boolean {
  return olds === undefined || JSON.stringify(olds[name]) !== JSON.stringify(news[name]);
}

function options(olds: PropertyMap | undefined, news: PropertyMap): string[] {
  const found = flags
    // One that is left out is false; naming it all the same would take a superuser for some.
    .filter(([name]) => olds === undefined || (olds[name] === true) !== (news[name] === true))
    .map(([name, on, off]) => (news[name] === true ? on : off));
  if (changed(olds, news, "connectionLimit")) {
    found.push(`CONNECTION LIMIT ${Number(news.connectionLimit ?? -1)}`);
  }
  if (changed(olds, news, "validUntil")) {
    found.push(`VALID UNTIL ${escapeLiteral(textOf(news, "validUntil") || "infinity")}`);
  }
  return found;
}

function settingValue(value: PropertyValue | undefined): string | undefined {
  if (Array.isArray(value)) {
    return value.length > 0 ? value.map((v) => escapeIdentifier(String(v))).join(", ") : undefined;
  }
  return typeof value === "number" && value !== 0 ? String(value) : undefined;
}

async function applySettings(session: Session, olds: PropertyMap | undefined, news: PropertyMap) {
  const role = escapeIdentifier(textOf(news, "name"));
  for (const [input, setting] of settings) {
    if (!changed(olds, news, input)) continue;
    const value = settingValue(news[input]);
    if (value !== undefined) await session.rows(`ALTER ROLE ${role} SET ${setting} TO ${value}`);
    else if (olds !== undefined) await session.rows(`ALTER ROLE ${role} RESET ${setting}`);
  }
}

/** Takes away every membership, whoever gave it, and gives the ones that are wanted. */
async function applyMembership(session: Session, news: PropertyMap) {
  const name = textOf(news, "name");
  const role = escapeIdentifier(name);
  const [row] = await session.rows<RoleRow>(roleQuery, [name]);
  for (const group of row?.groups ?? []) {
    await session.rows(`REVOKE ${escapeIdentifier(group)} FROM ${role}`);
  }
  for (const group of textsOf(news, "roles")) {
    await session.rows(`GRANT ${escapeIdentifier(group)} TO ${role}`);
  }
}

interface RoleRow {
  rolname: string;
  rolsuper: boolean;
  rolinherit: boolean;
  rolcreaterole: boolean;
  rolcreatedb: boolean;
  rolcanlogin: boolean;
  rolreplication: boolean;
  rolbypassrls: boolean;
  rolconnlimit: number;
  valid_until: string;
  rolconfig: string[] | null;
  groups: string[];
}

function setting(row: RoleRow, name: string): string | undefined {
  const entry = (row.rolconfig ?? []).find((line) => line.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}

function stateOf(row: RoleRow): PropertyMap {
  const path = setting(row, "search_path");
  return {
    name: row.rolname,
    superuser: row.rolsuper,
    inherit: row.rolinherit,
    createRole: row.rolcreaterole,
    createDatabase: row.rolcreatedb,
    login: row.rolcanlogin,
    replication: row.rolreplication,
    bypassRowLevelSecurity: row.rolbypassrls,
    connectionLimit: row.rolconnlimit,
    validUntil: row.valid_until,
    encryptedPassword: true,
    roles: row.groups,
    searchPaths: path === undefined ? [] : path.split(", ").map((p) => p.replace(/^"|"$/g, "")),
    statementTimeout: Number(setting(row, "statement_timeout") ?? 0),
    idleInTransactionSessionTimeout: Number(
      setting(row, "idle_in_transaction_session_timeout") ?? 0,
    ),
  };
}

async function storedPassword(
  server: PostgresServer,
  session: Session,
  row: RoleRow,
  known: string,
): Promise<string> {
  if (!server.config.superuser || !row.rolcanlogin) return known;
  const [entry] = await session.rows<{ passwd: string | null }>(
    "SELECT passwd FROM pg_catalog.pg_shadow WHERE usename = $1",
    [row.rolname],
  );
  const stored = entry?.passwd ?? "";
  // A SCRAM verifier cannot be compared, so upstream believes its state: drift stays unseen.
  if (stored.startsWith("SCRAM-SHA-256") && known !== "") return known;
  const md5 = createHash("md5")
    .update(known + row.rolname)
    .digest("hex");
  return stored === `md5${md5}` ? known : stored;
}

/**
 * Makes the connecting role a member of another while work runs, unless it has that role's privileges anyway: who may
 * create roles may not give away what they own.
 */
async function asMember(session: Session, role: string, work: () => Promise<void>) {
  const [answer] = await session.rows<{ member: boolean }>(
    "SELECT pg_has_role(oid, 'USAGE') AS member FROM pg_catalog.pg_roles WHERE rolname = $1",
    [role],
  );
  if (answer?.member !== false) return work();
  const quoted = escapeIdentifier(role);
  await session.rows(`GRANT ${quoted} TO CURRENT_USER`);
  await work();
  await session.rows(`REVOKE ${quoted} FROM CURRENT_USER`);
}

const roleQuery = `SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
  rolreplication, rolbypassrls, rolconnlimit, COALESCE(rolvaliduntil::text, 'infinity') AS valid_until,
  rolconfig, ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_catalog.pg_auth_members
                   WHERE member = r.oid ORDER BY 1) AS groups
  FROM pg_catalog.pg_roles r WHERE rolname = $1`;

/** `postgresql:index/role:Role`; a changed name renames the role in place. */
export const role: ResourceKind = {
  token: "postgresql:index/role:Role",
  fields: roleFields,
  create: (server, inputs) =>
    server.transaction("", async (session) => {
      const name = textOf(inputs, "name");
      const words = [...firstPassword(inputs), ...options(undefined, inputs)].join(" ");
      const created = session.rows(`CREATE ROLE ${escapeIdentifier(name)} WITH ${words}`);
      await whileDoing(`error creating role ${name}`, created);
      await applyMembership(session, inputs);
      await applySettings(session, undefined, inputs);
      return name;
    }),
  read: (server, id, state) =>
    server.session("", async (session) => {
      const [row] = await session.rows<RoleRow>(roleQuery, [id]);
      if (!row) return undefined;
      const password = await storedPassword(server, session, row, textOf(state, "password"));
      const read: PropertyMap = { ...state, ...stateOf(row) };
      return password === "" && state.password === undefined ? read : { ...read, password };
    }),
  update: (server, olds, news, renamed) =>
    server.transaction("", async (session) => {
      const before = textOf(olds, "name");
      const name = escapeIdentifier(textOf(news, "name"));
      await lockRole(session, before);
      if (changed(olds, news, "name")) {
        const rename = session.rows(`ALTER ROLE ${escapeIdentifier(before)} RENAME TO ${name}`);
        await whileDoing("error updating role NAME", rename);
        // Upstream it stays renamed for the state, even when the transaction is undone.
        renamed(textOf(news, "name"));
      }
      // A statement of its own, and after a renaming too: an md5 one holds the role's name.
      if (changed(olds, news, "password") || changed(olds, news, "name")) {
        const set = session.rows(`ALTER ROLE ${name} ${passwordOption(textOf(news, "password"))}`);
        await whileDoing("error updating role password", set);
      }
      const words = options(olds, news);
      if (words.length > 0) await session.rows(`ALTER ROLE ${name} WITH ${words.join(" ")}`);
      await applyMembership(session, news);
      await applySettings(session, olds, news);
    }),
  delete: (server, state) =>
    server.transaction("", async (session) => {
      const name = textOf(state, "name");
      const quoted = escapeIdentifier(name);
      await lockRole(session, name);
      if (state.skipReassignOwned !== true) {
        const heir = escapeIdentifier(server.config.username);
        await asMember(session, name, async () => {
          await session.rows(`REASSIGN OWNED BY ${quoted} TO ${heir}`);
          await session.rows(`DROP OWNED BY ${quoted}`);
        });
      }
      if (state.skipDropRole === true) return;
      await whileDoing(`could not delete role ${name}`, session.rows(`DROP ROLE ${quoted}`));
    }),
};
