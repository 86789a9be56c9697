/** What a role may do, each right in one word, by what it is on; nothing is an empty text. */
export type Rights = Record<string, string>;

const TABLE = ["select", "insert", "update", "delete", "truncate", "trigger"];
const DATABASE = ["connect", "create", "temporary"];
const SCHEMA = ["create", "usage"];

type Kind = "database" | "schema" | "table" | "sequence" | "function";

/** Seen from the application's database. */
const SUBJECTS: Record<string, [kind: Kind, name: string, rights: string[]]> = {
  "metadata database": ["database", "hasura_metadata", DATABASE],
  "application database": ["database", "app", DATABASE],
  "schema public": ["schema", "public", SCHEMA],
  "schema hdb_catalog": ["schema", "hdb_catalog", SCHEMA],
  "schema of the owner": ["schema", "reports", SCHEMA],
  "table of the owner": ["table", "public.todos", TABLE],
  "sequence of the owner": ["sequence", "public.todos_id_seq", ["select", "usage", "update"]],
  "function of the owner": ["function", "public.open_todos()", ["execute"]],
  "table by the engine": ["table", "public.drafts", TABLE],
};

const ALL = "select insert update delete truncate trigger";
const NOTHING: Rights = {
  "metadata database": "",
  "application database": "",
  "schema public": "",
  "schema hdb_catalog": "",
  "schema of the owner": "",
  "table of the owner": "",
  "sequence of the owner": "",
  "function of the owner": "",
  "table by the engine": "",
};
const OWNER: Rights = {
  ...NOTHING,
  "application database": "connect create",
  "schema public": "create usage",
  "schema hdb_catalog": "usage",
  "schema of the owner": "create usage",
  "table of the owner": ALL,
  "sequence of the owner": "select usage update",
  "function of the owner": "execute",
  "table by the engine": "insert",
};
const ENGINE: Rights = {
  "metadata database": "connect create temporary",
  "application database": "connect create temporary",
  "schema public": "usage",
  "schema hdb_catalog": "create usage",
  "schema of the owner": "usage",
  "table of the owner": "select insert update delete trigger",
  "sequence of the owner": "select usage update",
  "function of the owner": "execute",
  "table by the engine": "select insert update delete trigger",
};
const READER: Rights = {
  ...NOTHING,
  "application database": "connect",
  "schema public": "usage",
  "schema of the owner": "usage",
  "table of the owner": "select",
  "sequence of the owner": "select",
  "table by the engine": "select",
};
/** What docs/operations.md says. In production what people made through the engine is the owner's, too. */
export const INTENDED: Record<string, Record<string, Rights>> = {
  development: {
    app_owner: OWNER,
    hasura: {
      ...ENGINE,
      "schema public": "create usage",
      "schema of the owner": "create usage",
      "table of the owner": ALL,
      "table by the engine": ALL,
    },
    reporting: READER,
    stranger: NOTHING,
  },
  production: {
    app_owner: { ...OWNER, "table by the engine": ALL },
    hasura: ENGINE,
    reporting: READER,
    stranger: NOTHING,
  },
};

/** Asks the server what a role may do without a `set role`. */
export async function rightsOf(
  role: string,
  ask: (sql: string) => Promise<Record<string, unknown>[]>,
): Promise<Rights> {
  const parts = Object.entries(SUBJECTS).map(
    ([what, [kind, name, rights]]) =>
      `select '${what}' as what, coalesce(string_agg(it, ' ' order by nr), '') as rights
       from unnest(array['${rights.join("','")}']) with ordinality as given (it, nr)
       where has_${kind}_privilege('${role}', '${name}', it)`,
  );
  const rows = await ask(parts.join("\nunion all "));
  return Object.fromEntries(rows.map(({ what, rights }) => [String(what), String(rights)]));
}
