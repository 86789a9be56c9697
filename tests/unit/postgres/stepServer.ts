import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stepInterpreter } from "../../../infra/docker/dockerStep";
import { settlePostgres } from "../../../infra/postgres/checkPostgres";
import { decidedNames } from "../../../infra/postgres/namesStep";
import { type Finished, runProcess } from "../../e2e/support/runProcess";

/** Runs the script that Docker is given, here; what it says of its container's making is kept. */
const DOCKER = `#!/bin/sh
printf '%s\\n' "$*" >> "$ASKED"
for last in "$@"; do :; done
case "$1" in
  create) printf '%s' "$last" > "$ASKED.script"; echo made ;;
  start) exec bash -uc "$(cat "$ASKED.script")" ;;
  exec) exec bash -uc "$last" ;;
  run) echo system-authorities | base64 | tr -d "\\n" ;;
esac
`;
/** Says of the server what the test wants, and lets the engine in where the password is the server's. */
const PSQL = `#!/bin/sh
given=$(cat)
printf '%s@%s:%s %s\\n' "$PGUSER" "$PGHOST" "$PGPORT" "$given" >> "$GIVEN"
[ -z "\${PGSSLROOTCERT:-}" ] || cp "$PGSSLROOTCERT" "$ASKED.authorities"
case "$given" in
  *"alter role"*) [ "$ALTERS" = 1 ] && printf %s "$CLERK_HASURA_PASSWORD" > "$KNOWN" || { echo "permission denied"; exit 1; } ;;
  *extension*) echo "$EXTENSION_SAYS"; [ -z "$EXTENSION_SAYS" ] ;;
  "select 1") [ "$PGPASSWORD" = "$(cat "$KNOWN")" ] || { echo "password authentication failed"; exit 1; } ;;
  *) echo "$FOUND" ;;
esac
`;
/** The engine's, with whatever a shell could trip over. */
export const PASSWORD = "p@ss'word \\ $HOME";
export const b64 = (text: string) => `${Buffer.from(text).toString("base64")}\n`;
/** What an administrator may do that may do all that a stack asks. */
export const EVERYTHING = "createsRoles\ncreatesDatabases";
/** What the names step prints of a stack with defaults. */
export const NAMES = Object.entries(decidedNames(settlePostgres({})))
  .map((pair) => pair.join("="))
  .join("\n");

const ENVIRONMENT = {
  ALTERS: "1",
  EXTENSION_SAYS: "",
  FOUND: EVERYTHING,
  CONTAINER: "it",
  IMAGE: "",
  NETWORKS: "own theirs",
  ENGINE_IMAGE: "",
  HOSTS: "",
  SERVER_HOST: "fd00::5",
  SERVER_PORT: "5432",
  SERVER_SSLMODE: "disable",
  ADMIN: "root",
  ADMIN_DATABASE: "postgres",
  ENGINE_ROLE: "hasura",
  ENGINE_INHERITS: "false",
  OWNER_ROLE: "",
  READ_ONLY_ROLE: "",
  OWN_DATABASES: "",
  TAKES_DATA: "",
  APPLICATION_DATABASE: "app",
  METADATA_DATABASE: "hasura_metadata",
  ADOPT: "",
  STAYS: "",
  EXTENSIONS: "",
  TAKES_CATALOG: "",
  NAMES,
};

/** A server that steps ask, of files in a folder of its own. */
export class StepServer {
  private readonly directory = mkdtempSync(join(tmpdir(), "clerk-hasura-steps-"));

  constructor() {
    for (const [name, text] of Object.entries({ docker: DOCKER, psql: PSQL })) {
      writeFileSync(this.at(name), text);
      chmodSync(this.at(name), 0o755);
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** What was written down under a name: `asked` of Docker, `given` to psql, the password `known`. */
  read(name: string): string {
    return readFileSync(this.at(name), "utf8");
  }

  /** Runs a step's script where the server knows the password. */
  run(script: string, over: Record<string, string> = {}, known = PASSWORD): Promise<Finished> {
    writeFileSync(this.at("known"), known);
    const own = { ASKED: this.at("asked"), GIVEN: this.at("given"), KNOWN: this.at("known") };
    const env = { PATH: `${this.directory}:${process.env.PATH}`, ...own, ...ENVIRONMENT, ...over };
    const input = b64("admin's") + b64(PASSWORD) + b64("our-authorities");
    const [shell = "", ...args] = stepInterpreter(script);
    return runProcess(shell, args, { env, input });
  }

  private at(name: string): string {
    return join(this.directory, name);
  }
}
