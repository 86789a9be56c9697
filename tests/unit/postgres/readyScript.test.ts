import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stepInterpreter } from "../../../infra/docker/dockerStep";
import { POSTGRES_READY_SCRIPT } from "../../../infra/postgres/readyScript";
import { runProcess } from "../../e2e/support/runProcess";

/** Answers as Docker would; what runs in the container runs here. */
const DOCKER = `#!/bin/sh
case "$1" in
  update) echo "$*" > "$LIMITED" ;;
  exec) exec /bin/bash -s ;;
  inspect) echo 3 ;;
  logs) cat "$LOG" ;;
esac
`;

/** Says of the server what the test wants, and keeps what it is given. */
const PSQL = `#!/bin/sh
case "$*" in
  *data_directory*) echo "$DATA" ;;
  *"select 1") [ "$ANSWERS" = 0 ] && echo 1 ;;
  *) cat > "$GIVEN" ;;
esac
`;

describe("the script that waits for Postgres", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "clerk-hasura-ready-"));
    for (const [name, text] of Object.entries({ docker: DOCKER, psql: PSQL })) {
      writeFileSync(join(directory, name), text);
      chmodSync(join(directory, name), 0o755);
    }
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function run(answers: boolean, { log = "", data = "/mount/data" } = {}) {
    const given = join(directory, "given.sql");
    writeFileSync(join(directory, "log"), log);
    const env = {
      PATH: `${directory}:${process.env.PATH}`,
      CONTAINER: "it",
      MOUNT: "/mount",
      PIDS_LIMIT: "1124",
      DATA: data,
      LIMITED: join(directory, "limited"),
      SECONDS_TO_WAIT: "1",
      GIVEN: given,
      LOG: join(directory, "log"),
      ANSWERS: answers ? "0" : "1",
    };
    const [shell = "", ...args] = stepInterpreter(POSTGRES_READY_SCRIPT);
    const finished = await runProcess(shell, args, { env });
    return { ...finished, sql: () => readFileSync(given, "utf8").split("\n") };
  }

  const SETTINGS = [
    "log_min_error_statement = panic",
    "log_statement = none",
    "log_min_duration_statement = -1",
    "log_min_duration_sample = -1",
    "log_transaction_sample_rate = 0",
    "debug_print_parse = off",
    "debug_print_rewritten = off",
  ];
  for (const setting of SETTINGS) {
    it(`sets ${setting} for itself and for the superuser's sessions, before any password is sent`, async () => {
      const { code, sql } = await run(true);
      expect(code).to.equal(0);
      const lines = sql();
      const password = lines.findIndex((line) => line.startsWith("alter role postgres password"));
      const before = lines.slice(0, password);
      expect(before).to.include.members([`set ${setting};`, `alter role postgres set ${setting};`]);
    });
  }

  it("shows the last words of a server that does not answer, without statements that give a password", async () => {
    const words = [
      "STATEMENT:  CREATE ROLE \"hasura\" WITH ENCRYPTED PASSWORD 'in-plain'",
      "STATEMENT:  ALTER ROLE \"hasura\" PASSWORD  E'in-plain'",
    ];
    const log = ["FATAL:  no space left", ...words, "bye", ""].join("\n");
    const { code, text } = await run(false, { log });
    expect(code).to.equal(1);
    expect(text).to.contain("no space left").and.contain("bye").and.not.contain("in-plain");
  });

  it("limits the container's processes before anything else", async () => {
    await run(false);
    expect(readFileSync(join(directory, "limited"), "utf8")).to.equal(
      "update --pids-limit 1124 it\n",
    );
  });

  for (const data of ["/mount", "/mount/18/docker"]) {
    it(`takes a server whose data is on the volume: ${data}`, async () => {
      expect((await run(true, { data })).code).to.equal(0);
    });
  }

  for (const data of ["/elsewhere", "/mounted"]) {
    it(`refuses a server whose data is not on the volume: ${data}`, async () => {
      const { code, text } = await run(true, { data });
      expect(code).to.equal(1);
      expect(text).to.contain(data).and.contain("outside the volume").and.contain("postgres.image");
    });
  }
});
