import { escapeIdentifier } from "pg";
import type { PropertyMap } from "../plugin/propertyValue";
import { lockRole, type PostgresServer, type Session } from "./connection";
import { grantee, granteeOid, partsExist, samePrivileges, wantedPrivileges } from "./privileges";
import { type Fields, textOf, textsOf } from "./resourceFields";
import type { ResourceKind } from "./resourceKind";

const catalogLetters: Record<string, string> = {
  table: "r",
  sequence: "S",
  function: "f",
  type: "T",
  schema: "n",
};

const fields: Fields = {
  role: { type: "text", required: true, replaces: true },
  database: { type: "text", required: true, replaces: true },
  owner: { type: "text", required: true, replaces: true },
  schema: { type: "text", replaces: true },
  objectType: {
    type: "text",
    required: true,
    replaces: true,
    allowed: Object.keys(catalogLetters),
  },
  privileges: { type: "set", required: true },
  withGrantOption: { type: "boolean", default: false, replaces: true },
};

function forOwner(inputs: PropertyMap): string {
  const schema = textOf(inputs, "schema");
  const inSchema = schema === "" ? "" : ` IN SCHEMA ${escapeIdentifier(schema)}`;
  const owner = escapeIdentifier(textOf(inputs, "owner"));
  return `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner}${inSchema}`;
}

function objects(inputs: PropertyMap): string {
  return `${textOf(inputs, "objectType").toUpperCase()}S`;
}

async function revoke(session: Session, inputs: PropertyMap): Promise<void> {
  const role = grantee(textOf(inputs, "role"));
  await session.rows(`${forOwner(inputs)} REVOKE ALL ON ${objects(inputs)} FROM ${role}`);
}

function idOf(inputs: PropertyMap): string {
  const schema = textOf(inputs, "schema") || "noschema";
  const names = [textOf(inputs, "role"), textOf(inputs, "database"), schema];
  return [...names, textOf(inputs, "owner"), textOf(inputs, "objectType")].join("_");
}

async function apply(server: PostgresServer, inputs: PropertyMap): Promise<void> {
  if (textOf(inputs, "schema") !== "" && inputs.objectType === "schema") {
    throw new Error("cannot specify `schema` when `objectType` is `schema`");
  }
  const wanted = wantedPrivileges(inputs).join(", ");
  const role = textOf(inputs, "role");
  if (inputs.withGrantOption === true && role.toLowerCase() === "public") {
    throw new Error("withGrantOption cannot be true for role 'public'");
  }
  const option = inputs.withGrantOption === true ? " WITH GRANT OPTION" : "";
  const to = `${objects(inputs)} TO ${grantee(role)}${option}`;
  await server.transaction(textOf(inputs, "database"), async (session) => {
    await lockRole(session, textOf(inputs, "owner"));
    await revoke(session, inputs);
    if (wanted !== "") await session.rows(`${forOwner(inputs)} GRANT ${wanted} ON ${to}`);
  });
}

async function granted(session: Session, state: PropertyMap): Promise<string[]> {
  const role = await granteeOid(session, textOf(state, "role"));
  const letter = catalogLetters[textOf(state, "objectType")];
  const rows = await session.rows<{ privilege: string }>(
    `SELECT a.privilege_type AS privilege
     FROM pg_catalog.pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) a
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
     WHERE d.defaclobjtype = $1 AND a.grantee = $2 AND COALESCE(n.nspname, '') = $3
       AND pg_get_userbyid(d.defaclrole) = $4 ORDER BY 1`,
    [letter, role, textOf(state, "schema"), textOf(state, "owner")],
  );
  return rows.map(({ privilege }) => privilege);
}

/** `postgresql:index/defaultPrivileges:DefaultPrivileges`; everything but the privileges replaces it. */
export const defaultPrivileges: ResourceKind = {
  token: "postgresql:index/defaultPrivileges:DefaultPrivileges",
  fields,
  async create(server, inputs) {
    await apply(server, inputs);
    return idOf(inputs);
  },
  async read(server, id, state) {
    if (textOf(state, "role") === "") {
      throw new Error(`default privileges cannot be imported (${id})`);
    }
    if (!(await partsExist(server, state))) return undefined;
    const found = await server.session(textOf(state, "database"), (s) => granted(s, state));
    const wanted = textsOf(state, "privileges");
    if (found.length === 0 && wanted.length > 0) return undefined;
    const same = samePrivileges(textOf(state, "objectType"), wanted, found);
    return { ...state, privileges: same ? wanted : found };
  },
  update: (server, _olds, news) => apply(server, news),
  delete: (server, state) =>
    server.transaction(textOf(state, "database"), async (session) => {
      await lockRole(session, textOf(state, "owner"));
      await revoke(session, state);
    }),
};
