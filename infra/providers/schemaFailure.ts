import { type RemoteError, remoteError } from "../http/remoteError";
import { diagnosisSql, type StatementFailure, shownStatement } from "../schema/frameSql";
import { judgeSql } from "../schema/judgeSql";
import type { Problem } from "../validation/problems";
import { runSql, type SchemaTools } from "./schemaTools";

/** A file of SQL that was rolled back. */
export interface FailedFile {
  source: string;
  /** Within the schema's folder. */
  path: string;
  sql: string;
}

/** All that is wrong, on one line. */
export function problemsError(problems: readonly Problem[]): RemoteError {
  const lines = problems.map(({ path, reason }) => `${path} ${reason}`);
  return remoteError(`The schema was not applied: ${lines.join("; ")}`);
}

/**
 * Says which statement of a file fails and why. The engine's errors name neither line nor statement, so that the file runs once more,
 * statement by statement, and is taken back.
 */
export async function failedFile(
  tools: SchemaTools,
  { source, path, sql }: FailedFile,
  ownerRole: string | undefined,
  cliText: string,
): Promise<RemoteError> {
  const statements = await statementsOf(sql);
  const texts = statements.map(({ text }) => text);
  const failure = await diagnose(tools, source, diagnosisSql(texts, ownerRole));
  const failed = failure && statements[failure.statement];
  if (failure === undefined || failed === undefined) return failedBy(path, cliWords(cliText));
  const { message, code, hint } = failure;
  const shown = shownStatement(failed.text);
  const more = hint === "" ? "" : `, ${hint}`;
  return failedBy(`${path}, line ${failed.line}`, `${message} (${code}${more}), in: ${shown}`);
}

function failedBy(place: string, reason: string): RemoteError {
  return remoteError(
    `${place}: ${reason}; the file was rolled back, and those before it are applied; correct it and run the update again`,
  );
}

async function statementsOf(sql: string): Promise<{ line: number; text: string }[]> {
  const { value } = await judgeSql(sql);
  const bytes = Buffer.from(sql);
  return (value?.statements ?? []).map(({ line, start, end }) => ({
    line,
    text: bytes.subarray(start, end).toString("utf8"),
  }));
}

/** Undefined where the statements pass now, or where the engine cannot say. */
async function diagnose(
  tools: SchemaTools,
  source: string,
  sql: string,
): Promise<StatementFailure | undefined> {
  try {
    const rows = await runSql(tools, source, sql);
    const text = rows[0]?.[0] ?? "";
    return text === "" ? undefined : (JSON.parse(text) as StatementFailure);
  } catch {
    // What the CLI said is shown instead.
    return undefined;
  }
}

/** Says that a statement outside a transaction failed. */
export function failedOutside(path: string, cliText: string): RemoteError {
  return remoteError(
    `${path}: ${cliWords(cliText)}; it ran outside a transaction, as the engine's own role; drop what it left behind, such as an invalid index, correct it and run the update again`,
  );
}

const MESSAGE = /"?message"?\s*[:=]\s*\\*"?((?:[^"\\\n]|\\[^"\n]){1,300})/;
const FATAL = /level=fatal msg="((?:[^"\\]|\\.){1,300})/;

/** What Postgres or the CLI said last, without the SQL that the CLI repeats. */
export function cliWords(text: string): string {
  const [, words] = MESSAGE.exec(text) ?? FATAL.exec(text) ?? [];
  return words ?? "hasura-cli failed without a word";
}
