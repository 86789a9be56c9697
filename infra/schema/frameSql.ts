/** A text as SQL has it, whatever `standard_conforming_strings` says. */
export function sqlText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Who runs a file of SQL. */
export interface Frame {
  /** The job, as the lease names it. */
  holder: string;
  /** Role that owns what the file creates. Default: the engine's. */
  ownerRole?: string | undefined;
}

/**
 * SQL between a check of the lease, whose row stays locked meanwhile, and its own record, all in one transaction: a job that is killed
 * leaves a recorded file or nothing, and one that lost the lease changes nothing.
 */
export function frameSql(sql: string, { holder, ownerRole }: Frame, records: string): string {
  const role = ownerRole === undefined ? "" : ` set local role ${sqlName(ownerRole)};`;
  // Without the line break a comment at the end would take the rest in.
  return `do $clerk_hasura$ begin perform from clerk_hasura.lease where holder = ${sqlText(holder)} for update; if not found then raise exception 'clerk-hasura: another update has taken over'; end if; end $clerk_hasura$;${role}
${sql}
;reset role;
${records}
`;
}

/** What Postgres says of one statement. */
export interface StatementFailure {
  /** Counts from 0. */
  statement: number;
  message: string;
  detail: string;
  hint: string;
  /** Five characters, such as 42P01. */
  code: string;
}

/**
 * SQL that runs statements one by one, takes them all back and returns {@link StatementFailure} as JSON, or an empty text where none failed. It
 * raises nothing itself, because an engine in production shows no words of Postgres. A statement may take 30 s.
 */
export function diagnosisSql(statements: readonly string[], ownerRole?: string): string {
  const role = ownerRole === undefined ? "" : `set local role ${sqlName(ownerRole)};`;
  const runs = statements.map((sql, index) => `n := ${index}; execute ${sqlText(sql)};`);
  const body = `declare n int := 0; m text; d text; h text; c text;
begin
${runs.join("\n")}
raise exception using errcode = 'CLERK';
exception when query_canceled or others then
  get stacked diagnostics m = message_text, d = pg_exception_detail, h = pg_exception_hint, c = returned_sqlstate;
  if c <> 'CLERK' then
    perform set_config('clerk_hasura.failure', json_build_object('statement', n, 'message', m, 'detail', d, 'hint', h, 'code', c)::text, true);
  end if;
end`;
  return `set local statement_timeout = '30s'; ${role}
do ${sqlText(body)};
reset role;
select coalesce(current_setting('clerk_hasura.failure', true), '');`;
}

/** Comments, names in quotes, and literals, each of which may hold the marks of the others. */
const TOKEN =
  /(--[^\n]*|\/\*[\s\S]*?\*\/)|("(?:[^"]|"")*")|\$(\w*)\$[\s\S]*?\$\3\$|\be'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'/gi;
const SHOWN = 160;

/** The beginning of a statement on one line, without comments and its literals, which may be anybody's data. */
export function shownStatement(sql: string): string {
  const masked = sql.replace(TOKEN, (_token, comment?: string, name?: string) =>
    comment === undefined ? (name ?? "'…'") : " ",
  );
  const text = masked.replace(/\s+/g, " ").trim();
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
