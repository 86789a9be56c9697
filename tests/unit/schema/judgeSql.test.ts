import { expect } from "chai";
import { judgeSql, type SqlFacts } from "../../../infra/schema/judgeSql";

async function factsOf(sql: string): Promise<SqlFacts> {
  const { value, problems } = await judgeSql(sql);
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value;
}

/** What is wrong, a line each. */
async function problemsOf(sql: string): Promise<string[]> {
  const { problems = [] } = await judgeSql(sql);
  return problems.map(({ path, reason }) => `${path}: ${reason}`);
}

const LOSSES: [sql: string, losses: string[]][] = [
  ["DROP TABLE public.users", ["drops table public.users"]],
  [
    "DROP TABLE IF EXISTS a, b.c CASCADE",
    ["drops table a and all that depends on it", "drops table b.c and all that depends on it"],
  ],
  ["DROP VIEW v", ["drops view v"]],
  ["DROP MATERIALIZED VIEW v", ["drops materialized view v"]],
  ["DROP SCHEMA app", ["drops schema app"]],
  ["DROP SEQUENCE s", ["drops sequence s"]],
  ["DROP FOREIGN TABLE f", ["drops foreign table f"]],
  ["DROP DATABASE app", ["drops database app"]],
  ["DROP OWNED BY app", ["drops everything that a role owns"]],
  ["DROP TYPE public.mood CASCADE", ["drops type public.mood and all that depends on it"]],
  ["DROP FUNCTION f(integer) CASCADE", ["drops function f and all that depends on it"]],
  ["DROP EXTENSION citext CASCADE", ["drops extension citext and all that depends on it"]],
  [
    "ALTER TABLE public.users DROP COLUMN email, ADD COLUMN mail text, ALTER age TYPE smallint",
    ["drops column email of public.users", "changes the type of column age of public.users"],
  ],
  ["ALTER TYPE address DROP ATTRIBUTE street", ["drops column street of address"]],
  ["TRUNCATE a, app.b", ["empties table a", "empties table app.b"]],
  ["DELETE FROM users", ["deletes all rows of users"]],
  [
    "WITH gone AS (DELETE FROM users RETURNING *) INSERT INTO old SELECT * FROM gone",
    ["deletes all rows of users"],
  ],
  [
    "WITH gone AS (DELETE FROM users RETURNING *) SELECT * FROM gone",
    ["deletes all rows of users"],
  ],
  ['DROP TABLE "Weird name"', ["drops table Weird name"]],
];

const HARMLESS = [
  "CREATE TABLE a (id bigint)",
  "DELETE FROM users WHERE id = 1",
  "ALTER TABLE a DROP CONSTRAINT a_key",
  "ALTER TABLE a ALTER b SET NOT NULL",
  "ALTER TABLE a RENAME TO b",
  "ALTER TABLE a ALTER b DROP DEFAULT",
  "DROP FUNCTION f(integer)",
  "DROP INDEX i",
  "DROP TRIGGER t ON a",
  "SELECT 'DROP TABLE users' -- DROP TABLE users",
  "DO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$",
  "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM users; END",
];

const OUTSIDE = [
  "CREATE INDEX CONCURRENTLY i ON a (b)",
  "DROP INDEX CONCURRENTLY i",
  "REINDEX INDEX CONCURRENTLY i",
  "REINDEX SCHEMA public",
  "VACUUM a",
  "ALTER TABLE a DETACH PARTITION b CONCURRENTLY",
  "ALTER SYSTEM SET work_mem = '8MB'",
  "CREATE DATABASE b",
  "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
  "CLUSTER",
];

const INSIDE = [
  "CREATE INDEX i ON a (b)",
  "REINDEX TABLE a",
  "ANALYZE a",
  "CLUSTER a",
  "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
  "ALTER TABLE a DETACH PARTITION b",
  "ALTER TYPE mood ADD VALUE 'happy'",
];

const TRANSACTION = "begins or ends a transaction, but a migration runs in one transaction,";
const ALONE = "cannot run in a transaction, so it must be the only statement of its migration;";
const STDIN = "COPY FROM STDIN has no input in a migration;";
const REFUSED: [sql: string, line: string][] = [
  ["SELECT 1;\nSELEC 2;", 'line 2: syntax error at or near "SELEC"; correct it'],
  ["SELECT '😀é';\n\nSELEC 2;", 'line 3: syntax error at or near "SELEC"'],
  ["CREATE TABLE a (\n  id bigint,\n);", 'line 3: syntax error at or near ")"'],
  ["SELECT 'a", "line 1: unterminated quoted string"],
  ["-- psql\n\\copy a from 'b'", "line 2: \\copy is a command of psql, not SQL; write it as SQL"],
  ["\\set ON_ERROR_STOP on\nSELECT 1;", "line 1: \\set is a command of psql"],
  ["COPY a (id) FROM stdin;\n1\n\\.\n", `line 2: ${STDIN}`],
  ["COPY a FROM STDIN", `line 1: ${STDIN}`],
  ["SELECT 1;\nBEGIN;", `line 2: ${TRANSACTION}`],
  ["SELECT 1;\nCOMMIT", `line 2: ${TRANSACTION}`],
  ["ROLLBACK", `line 1: ${TRANSACTION}`],
  ["SAVEPOINT a", `line 1: ${TRANSACTION}`],
  ["PREPARE TRANSACTION 'a'", `line 1: ${TRANSACTION}`],
  ["SELECT 1;\n/* late */\nCREATE INDEX CONCURRENTLY i ON a (b);", `line 3: ${ALONE}`],
  [`SELECT ${"(".repeat(20000)}1${")".repeat(20000)}`, "line 1: memory exhausted"],
  [`SELECT 1${"+1".repeat(50000)}`, "line 1: cannot be read (Maximum call stack"],
];

describe("the judgement of SQL", () => {
  for (const [sql, losses] of LOSSES) {
    it(`tells what ${sql} loses`, async () => {
      expect((await factsOf(sql)).losses).to.deep.equal(losses);
    });
  }

  for (const sql of HARMLESS) {
    it(`tells of no loss by ${sql}`, async () => {
      expect((await factsOf(sql)).losses).to.deep.equal([]);
    });
  }

  it("tells which statements run outside a transaction", async () => {
    for (const sql of OUTSIDE) expect((await factsOf(sql)).outsideTransaction, sql).to.equal(true);
    for (const sql of INSIDE) expect((await factsOf(sql)).outsideTransaction, sql).to.equal(false);
  });

  for (const [sql, line] of REFUSED) {
    it(`refuses ${JSON.stringify(sql.slice(0, 60))}`, async () => {
      const lines = await problemsOf(sql);
      expect(lines, lines.join("\n")).to.have.length(1);
      expect(lines[0]).to.satisfy((text: string) => text.startsWith(line), `${lines[0]}`);
      expect(lines[0]).not.to.match(/[\r\n]/);
    });
  }

  it("tells where each statement is, in bytes, and by its line", async () => {
    const sql = "-- Straße\nSELECT 'ä';\n\n/* b */ SELECT\n 2 ; SELECT 3\n";
    const { statements } = await factsOf(sql);
    const bytes = Buffer.from(sql);
    const texts = statements.map(({ line, start, end }) => [line, `${bytes.subarray(start, end)}`]);
    expect(texts).to.deep.equal([
      [2, "SELECT 'ä'"],
      [4, "SELECT\n 2 "],
      [5, "SELECT 3\n"],
    ]);
  });

  it("leaves BEGIN and COMMIT out, where they come in pairs, and nothing else", async () => {
    const sql = "BEGIN\nTRANSACTION;\nSELECT 'ä';\nCOMMIT WORK; START TRANSACTION; SELECT 2; END";
    const { sql: rest, statements } = await factsOf(sql);
    expect(rest).to.match(/^ +\n +;\nSELECT 'ä';\n +; +; SELECT 2; +$/);
    expect(Buffer.byteLength(rest)).to.equal(Buffer.byteLength(sql));
    expect(statements.map(({ line }) => line)).to.deep.equal([3, 4]);
    expect((await factsOf("SELECT 'BEGIN;'")).sql).to.equal("SELECT 'BEGIN;'");
  });

  it("refuses each of them where they do not", async () => {
    for (const sql of [
      "BEGIN;\nSELECT 1;\nROLLBACK",
      "COMMIT;\nSELECT 1;\nBEGIN",
      "BEGIN;\nSELECT 1;\nCOMMIT AND CHAIN",
      "BEGIN ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\nCOMMIT",
    ]) {
      const lines = (await problemsOf(sql)).map((line) => line.split(":")[0]);
      expect(lines, sql).to.deep.equal(["line 1", "line 3"]);
    }
  });

  it("allows what sets a transaction up, and a transaction in a procedure", async () => {
    const sql =
      "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SET LOCAL lock_timeout = '5s'; DO $$ BEGIN END $$";
    expect((await factsOf(sql)).statements).to.have.length(3);
  });

  it("goes on after what it could not read", async () => {
    await judgeSql(`SELECT ${"(".repeat(20000)}`);
    expect((await factsOf("SELECT 1")).statements).to.have.length(1);
  });
});
