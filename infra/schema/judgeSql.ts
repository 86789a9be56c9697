import { hasSqlDetails, loadModule, type Node, parseSync, type RawStmt } from "libpg-query";
import { type Problem, ProblemList, type Result } from "../validation/problems";
import { lossesOf } from "./sqlLosses";

const LINE_FEED = 10;
const SPACE = 32;

/** One statement of a file. */
export interface SqlStatement {
  /** Counted from 1. */
  line: number;
  /** Where it begins, in bytes. */
  start: number;
  /** Where it ends, in bytes, without its semicolon. */
  end: number;
}

/** What can be said of a migration without running it. */
export interface SqlFacts {
  /** Such as "drops column email of public.users"; empty where no data is lost. */
  losses: string[];
  /** True for a statement that Postgres runs only outside a transaction. */
  outsideTransaction: boolean;
  statements: SqlStatement[];
  /** What is to run: the file with spaces for BEGIN and COMMIT, which the migration's own transaction stands in for. */
  sql: string;
}

/**
 * Judges a migration by Postgres' own grammar. A problem's path is its line. Refused are errors of syntax, and what could leave half a
 * migration behind: transaction commands other than pairs of BEGIN and COMMIT, and, beside other statements, one that cannot run in a
 * transaction.
 */
export async function judgeSql(sql: string): Promise<Result<SqlFacts>> {
  await loadModule();
  const problems = new ProblemList();
  const parsed = parsedStatements(sql, problems);
  const bytes = Buffer.from(sql);
  const statements = located(parsed, bytes);
  const nodes = parsed.map(({ stmt }) => stmt);
  const paired = pairsOf(nodes);
  const outside = nodes.map((stmt) => stmt !== undefined && runsOutside(stmt));
  nodes.forEach((stmt, index) => {
    if (stmt === undefined || paired.includes(index)) return;
    const reason = reasonOf(stmt, outside[index] === true && nodes.length > 1);
    if (reason !== undefined) problems.add(`line ${statements[index]?.line}`, reason);
  });
  return problems.toResult({
    losses: nodes.flatMap((stmt) => (stmt === undefined ? [] : lossesOf(stmt))),
    outsideTransaction: outside.includes(true),
    statements: statements.filter((_, index) => !paired.includes(index)),
    sql: withoutText(
      bytes,
      statements.filter((_, index) => paired.includes(index)),
    ),
  });
}

/** Where BEGIN and COMMIT stand, if they come in pairs, as Hasura's console writes them around a change of a primary key. */
function pairsOf(nodes: readonly (Node | undefined)[]): number[] {
  const commands = nodes.flatMap((node, index) =>
    node !== undefined && "TransactionStmt" in node ? [{ index, ...node.TransactionStmt }] : [],
  );
  const arePairs = commands.every(({ kind, options, chain }, place) => {
    if (options !== undefined || chain) return false;
    if (place % 2 === 1) return kind === "TRANS_STMT_COMMIT";
    return kind === "TRANS_STMT_BEGIN" || kind === "TRANS_STMT_START";
  });
  return arePairs && commands.length % 2 === 0 ? commands.map(({ index }) => index) : [];
}

/** The text with spaces in place of some statements, so that all others keep their lines and bytes. */
function withoutText(bytes: Buffer, statements: readonly SqlStatement[]): string {
  const rest = Buffer.from(bytes);
  for (const { start, end } of statements) {
    for (let at = start; at < end; at += 1) if (rest[at] !== LINE_FEED) rest[at] = SPACE;
  }
  return rest.toString("utf8");
}

function parsedStatements(sql: string, problems: ProblemList): RawStmt[] {
  try {
    return parseSync(sql).stmts ?? [];
  } catch (error) {
    problems.addAll([syntaxProblem(sql, error)]);
    return [];
  }
}

function syntaxProblem(sql: string, error: unknown): Problem {
  if (!hasSqlDetails(error)) {
    const words = error instanceof Error ? error.message : `${error}`;
    return { path: "line 1", reason: `cannot be read (${words}); write smaller statements` };
  }
  const before = textBefore(sql, error.sqlDetails?.cursorPosition);
  const reason = syntaxReason(before, sql.slice(before.length), error.message);
  return { path: `line ${before.split("\n").length}`, reason };
}

/** The position counts characters, of which UTF-16 may need two. */
function textBefore(sql: string, characters = 0): string {
  return Array.from(sql).slice(0, Math.max(characters, 0)).join("");
}

const STDIN =
  "COPY FROM STDIN has no input in a migration; write INSERT, for example by pg_dump --inserts";

function syntaxReason(before: string, rest: string, words: string): string {
  const command = /^\\\S*/.exec(rest)?.[0];
  if (command !== undefined) return `${command} is a command of psql, not SQL; write it as SQL`;
  if (/\bCOPY\b[^;]*\bFROM\s+STDIN\b[^;]*;/i.test(before)) return STDIN;
  return `${words}; correct it`;
}

function located(statements: readonly RawStmt[], bytes: Buffer): SqlStatement[] {
  let line = 1;
  let at = 0;
  return statements.map(({ stmt_location: start = 0, stmt_len: length }) => {
    for (; at < start; at += 1) if (bytes[at] === LINE_FEED) line += 1;
    return { line, start, end: length ? start + length : bytes.length };
  });
}

function reasonOf(statement: Node, besideOthers: boolean): string | undefined {
  if ("TransactionStmt" in statement) {
    return "begins or ends a transaction, but a migration runs in one transaction, so that it is never left half done; allowed: BEGIN and COMMIT in pairs, without options; remove the statement";
  }
  if ("CopyStmt" in statement && statement.CopyStmt.is_from && !statement.CopyStmt.filename) {
    return STDIN;
  }
  if (!besideOthers) return undefined;
  return "cannot run in a transaction, so it must be the only statement of its migration; move it to a migration of its own";
}

/** Statements that Postgres refuses within a transaction (PreventInTransactionBlock in its sources). */
const OUTSIDE = [
  "AlterSystemStmt",
  "CreatedbStmt",
  "CreateSubscriptionStmt",
  "CreateTableSpaceStmt",
  "DropdbStmt",
  "DropSubscriptionStmt",
  "DropTableSpaceStmt",
];

function runsOutside(statement: Node): boolean {
  if (OUTSIDE.some((kind) => kind in statement)) return true;
  if ("IndexStmt" in statement) return statement.IndexStmt.concurrent === true;
  if ("DropStmt" in statement) return statement.DropStmt.concurrent === true;
  if ("VacuumStmt" in statement) return statement.VacuumStmt.is_vacuumcmd === true;
  if ("ClusterStmt" in statement) return statement.ClusterStmt.relation === undefined;
  if ("ReindexStmt" in statement) {
    const { kind, params = [] } = statement.ReindexStmt;
    const whole = kind !== "REINDEX_OBJECT_INDEX" && kind !== "REINDEX_OBJECT_TABLE";
    return whole || params.some((it) => "DefElem" in it && it.DefElem.defname === "concurrently");
  }
  if (!("AlterTableStmt" in statement)) return false;
  return (statement.AlterTableStmt.cmds ?? []).some((one) => {
    const change = "AlterTableCmd" in one ? one.AlterTableCmd.def : undefined;
    return change !== undefined && "PartitionCmd" in change && change.PartitionCmd.concurrent;
  });
}
