import { hasSqlDetails, loadModule, type Node, parseSync, type RawStmt } from "libpg-query";
import { ProblemList, type Result } from "../validation/problems";
import { lossesOf } from "./sqlLosses";

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
}

/**
 * Judges a migration by Postgres' own grammar. A problem's path is its line. Refused are errors of syntax, transactions of its own, and
 * beside others a statement that needs to run outside a transaction: any of them could leave half a migration behind.
 */
export async function judgeSql(sql: string): Promise<Result<SqlFacts>> {
  await loadModule();
  const problems = new ProblemList();
  const parsed = parsedStatements(sql, problems);
  const bytes = Buffer.from(sql);
  const statements = located(parsed, bytes);
  const nodes = parsed.map(({ stmt }) => stmt);
  const outside = nodes.map((stmt) => stmt !== undefined && runsOutside(stmt));
  nodes.forEach((stmt, index) => {
    const reason = stmt && reasonOf(stmt, outside[index] === true && nodes.length > 1);
    if (reason !== undefined) problems.add(`line ${statements[index]?.line}`, reason);
  });
  const losses = nodes.flatMap((stmt) => (stmt === undefined ? [] : lossesOf(stmt)));
  return problems.toResult({ losses, outsideTransaction: outside.includes(true), statements });
}

function parsedStatements(sql: string, problems: ProblemList): RawStmt[] {
  try {
    return parseSync(sql).stmts ?? [];
  } catch (error) {
    const before = hasSqlDetails(error) ? textBefore(sql, error.sqlDetails?.cursorPosition) : "";
    const words = error instanceof Error ? error.message : `${error}`;
    problems.add(`line ${linesIn(before)}`, syntaxReason(before, sql.slice(before.length), words));
    return [];
  }
}

/** The position counts characters, of which UTF-16 may need two. */
function textBefore(sql: string, characters = 0): string {
  return Array.from(sql).slice(0, Math.max(characters, 0)).join("");
}

function linesIn(before: string): number {
  return before.split("\n").length;
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
    for (; at < start; at += 1) if (bytes[at] === 10) line += 1;
    return { line, start, end: length ? start + length : bytes.length };
  });
}

function reasonOf(statement: Node, besideOthers: boolean): string | undefined {
  if ("TransactionStmt" in statement) {
    return "begins or ends a transaction; each migration runs in one transaction of its own, so that it is never left half done; remove the statement";
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
