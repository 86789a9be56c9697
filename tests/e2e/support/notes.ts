import { dataOf, type EngineClient, type Headers } from "./engineClient";
import { TestStack } from "./testStack";
import { hmacSigner, signToken } from "./tokens";

/** A row that a token sees. */
export interface Note {
  user_id: string;
  body: string;
}

const PERMISSION = {
  columns: ["id", "user_id", "body"],
  filter: { user_id: { _eq: "X-Hasura-User-Id" } },
};

/** Begins SQL that makes tables as a migration does: as the owner, where the stack has one. */
const AS_OWNER =
  "select set_config('role', rolname, true) from pg_roles where rolname = 'app_owner' and pg_has_role(oid, 'MEMBER');";

/** Adds the source, with a table of notes that users see their own rows of, and a ledger that only administrators see. */
export async function makeNotes(client: EngineClient): Promise<void> {
  await client.metadata("pg_add_source", {
    name: "default",
    configuration: { connection_info: { database_url: { from_env: "PG_DATABASE_URL" } } },
  });
  await client.sql(`${AS_OWNER}
    create table notes (id serial primary key, user_id text not null, body text not null, hidden text);
    create table ledger (id serial primary key, amount int not null);
    insert into notes (user_id, body)
      select 'user_' || (n % 2 + 1), 'note ' || n from generate_series(1, 200) n;
    insert into ledger (amount) select n from generate_series(1, 500) n;`);
  for (const name of ["notes", "ledger"]) {
    await client.metadata("pg_track_table", {
      source: "default",
      table: { schema: "public", name },
    });
  }
  await client.metadata("pg_create_select_permission", {
    source: "default",
    table: { schema: "public", name: "notes" },
    role: "user",
    permission: PERMISSION,
  });
}

/** Counts and hashes of all rows, straight from the tables and through their indexes. */
export async function fingerprint(client: EngineClient): Promise<string> {
  const rows = await client.sql(`
    select (select count(*) || ' ' || md5(string_agg(n::text, ',' order by id)) from notes n),
           (select count(*) || ' ' || md5(string_agg(l::text, ',' order by id)) from ledger l)`);
  return JSON.stringify(rows);
}

/** The notes that a request sees. */
export async function notesSeen(client: EngineClient, headers: Headers): Promise<Note[]> {
  const answer = await client.graphql("{ notes(order_by: {id: asc}) { user_id body } }", headers);
  return dataOf<{ notes: Note[] }>(answer).notes;
}

/** A stack that is up and holds rows, and what tells whether it still does. */
export interface NotedStack {
  client: EngineClient;
  /** Fingerprint of all rows. */
  rows: string;
  /** Token of the user, good for an hour. */
  token: string;
}

/** Brings up a stack with rows and a token for one of their users; `made` gets the stack at once, to be cleaned up whatever comes. */
export async function bringUpNotes(
  user: string,
  made: (stack: TestStack) => void,
): Promise<NotedStack> {
  const stack = await TestStack.create();
  made(stack);
  await stack.up();
  const client = await stack.client();
  await makeNotes(client);
  const rows = await fingerprint(client);
  const { jwtSecret, issuer } = await stack.outputs();
  const { key } = JSON.parse(jwtSecret) as { key: string };
  const token = await signToken(hmacSigner(key), { issuer, user, ttl: 3600 });
  return { client, rows, token };
}
