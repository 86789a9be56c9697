import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stepInterpreter } from "../../../infra/docker/dockerStep";
import { settlePostgres } from "../../../infra/postgres/checkPostgres";
import { LOGIN_SCRIPT } from "../../../infra/postgres/loginStep";
import { decidedNames, NAMES_SCRIPT } from "../../../infra/postgres/namesStep";
import { runProcess } from "../../e2e/support/runProcess";

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
const PASSWORD = "p@ss'word \\ $HOME";
const b64 = (text: string) => `${Buffer.from(text).toString("base64")}\n`;
const EVERYTHING = "createsRoles\ncreatesDatabases";
const NAMES = Object.entries(decidedNames(settlePostgres({})))
  .map((pair) => pair.join("="))
  .join("\n");

describe("the steps that ask a server", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "clerk-hasura-steps-"));
    for (const [name, text] of Object.entries({ docker: DOCKER, psql: PSQL })) {
      writeFileSync(join(directory, name), text);
      chmodSync(join(directory, name), 0o755);
    }
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const at = (name: string) => join(directory, name);
  async function run(script: string, over: Record<string, string> = {}, known = PASSWORD) {
    writeFileSync(at("known"), known);
    const env = {
      PATH: `${directory}:${process.env.PATH}`,
      ASKED: at("asked"),
      GIVEN: at("given"),
      KNOWN: at("known"),
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
      APPLICATION_DATABASE: "app",
      METADATA_DATABASE: "hasura_metadata",
      ADOPT: "",
      STAYS: "",
      EXTENSIONS: "",
      TAKES_CATALOG: "",
      NAMES,
      ...over,
    };
    const input = b64("admin's") + b64(PASSWORD) + b64("our-authorities");
    const [shell = "", ...args] = stepInterpreter(script);
    return runProcess(shell, args, { env, input });
  }

  const refusals: [what: string, over: Record<string, string>, said: string][] = [
    [
      "a database that is there",
      { FOUND: `${EVERYTHING}\napplicationDatabase` },
      'postgres.applicationDatabase: the database "app" exists on the server',
    ],
    [
      "a role that is there, whose password is another",
      { FOUND: `${EVERYTHING}\nengineRole` },
      'postgres.engineRole: the role "hasura" exists on the server',
    ],
    [
      "what is to be taken over and is not there",
      { ADOPT: "metadataDatabase" },
      'postgres.adopt: names metadataDatabase, but the server has no database "hasura_metadata"',
    ],
    [
      "a superuser as the engine's role",
      { FOUND: `${EVERYTHING}\nengineRole\nsuperuser`, ADOPT: "engineRole" },
      'postgres.engineRole: "hasura" is a superuser',
    ],
    [
      "an administrator who may make no role",
      { FOUND: "createsDatabases" },
      'postgres.engineRole: "root" may not create the role "hasura"; allowed: an administrator with CREATEROLE',
    ],
    [
      "an administrator who may make no database",
      { FOUND: "createsRoles\nmetadataDatabase", ADOPT: "metadataDatabase" },
      'postgres.applicationDatabase: "root" may not create the database "app"; allowed: an administrator with CREATEDB',
    ],
  ];
  for (const [what, over, said] of refusals) {
    it(`stop at ${what}`, async () => {
      const { code, text, stdout } = await run(NAMES_SCRIPT, over, "another");
      expect(code).to.equal(1);
      expect(text.split("\n").filter((line) => line.startsWith("postgres."))).to.have.length(1);
      expect(text).to.contain(said);
      expect(stdout).to.equal("");
    });
  }

  it("go on where all is free, is taken over, or was made by this stack", async () => {
    expect((await run(NAMES_SCRIPT)).stdout).to.equal(`${NAMES}\n`);
    const FOUND = `${EVERYTHING}\nengineRole\napplicationDatabase\nmetadataDatabase`;
    const ADOPT = "applicationDatabase metadataDatabase engineRole";
    expect((await run(NAMES_SCRIPT, { FOUND, ADOPT }, "another")).code).to.equal(0);
    const own = `${FOUND}\ngranted app\ngranted hasura_metadata`;
    expect((await run(NAMES_SCRIPT, { FOUND: own })).code).to.equal(0);
    // Somebody else's database beside a role of our own.
    const theirs = await run(NAMES_SCRIPT, { FOUND: `${FOUND}\ngranted app` });
    expect(theirs.text).to.match(/^postgres\.metadataDatabase: .*exists on the server/m);
  });

  it("refuse other names later, each with the way back, and ask nobody", async () => {
    const before = { PULUMI_COMMAND_STDOUT: NAMES };
    const changed = decidedNames(settlePostgres({ engineRole: "clerk", collation: "en_US.UTF-8" }));
    const names = Object.entries(changed).map((pair) => pair.join("="));
    const refused = await run(NAMES_SCRIPT, { ...before, NAMES: names.join("\n") });
    expect(refused.code).to.equal(1);
    expect(refused.text.trim().split("\n").sort()).to.deep.equal([
      'postgres.collation: is "en_US.UTF-8", but this stack was made with "C"; allowed: what the first up decided; set it back to "C"',
      'postgres.engineRole: is "clerk", but this stack was made with "hasura"; allowed: what the first up decided; set it back to "hasura"',
    ]);
    expect((await run(NAMES_SCRIPT, before)).stdout).to.equal(`${NAMES}\n`);
    expect(() => readFileSync(at("asked"))).to.throw(/ENOENT/);
  });

  it("refuse to let go of what was taken over on a server that stays, so that nothing is dropped later", async () => {
    const FOUND = `${EVERYTHING}\nengineRole\napplicationDatabase`;
    const server = { FOUND, STAYS: "1" };
    const taken = await run(NAMES_SCRIPT, { ...server, ADOPT: "applicationDatabase engineRole" });
    expect(taken.stdout).to.equal(`${NAMES}\nadopted=applicationDatabase engineRole\n`);
    const before = { ...server, PULUMI_COMMAND_STDOUT: taken.stdout };
    const refused = await run(NAMES_SCRIPT, { ...before, ADOPT: "engineRole" });
    expect(refused.code).to.equal(1);
    expect(refused.text).to.equal(
      "postgres.adopt: no longer names applicationDatabase, which this stack took over; allowed: what was taken over stays listed, so that nothing here drops it; add applicationDatabase again\n",
    );
    const more = "metadataDatabase engineRole applicationDatabase";
    expect((await run(NAMES_SCRIPT, { ...before, ADOPT: more })).code).to.equal(0);
    // The volume of the stack's own server is deleted as a whole.
    const own = await run(NAMES_SCRIPT, { FOUND, ADOPT: "applicationDatabase engineRole" });
    expect(own.stdout).to.equal(`${NAMES}\n`);
  });

  it("remember the names while nothing runs", async () => {
    const { code, stdout } = await run(NAMES_SCRIPT, { CONTAINER: "" });
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: `${NAMES}\n` });
  });

  it("prove the login to both databases, and leave a password that fits alone", async () => {
    const { code, stdout } = await run(LOGIN_SCRIPT);
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "the engine's role logs in\n" });
    const lines = readFileSync(at("given"), "utf8").trim().split("\n");
    expect(lines).to.deep.equal(Array(2).fill("hasura@fd00::5:5432 select 1"));
  });

  it("set a password that does not fit, whatever is in it, and show it nowhere", async () => {
    const { code, text } = await run(LOGIN_SCRIPT, {}, "another");
    expect(code, text).to.equal(0);
    expect(readFileSync(at("known"), "utf8")).to.equal(PASSWORD);
    for (const shown of [text, readFileSync(at("asked"), "utf8")]) {
      expect(shown).to.not.contain("p@ss");
      expect(shown).to.not.contain(b64(PASSWORD).trim());
    }
  });

  it("say what the server says where the role cannot log in", async () => {
    const { code, text } = await run(LOGIN_SCRIPT, { ALTERS: "0" }, "another");
    expect(code).to.equal(1);
    expect(text).to.contain('postgres.engineRole: "hasura" cannot log in (password authentication');
  });

  it("name an extension that cannot be created, with what the server says of it", async () => {
    const EXTENSION_SAYS = "ERROR:  permission denied";
    const { code, text } = await run(LOGIN_SCRIPT, { EXTENSIONS: "dblink", EXTENSION_SAYS });
    expect(code).to.equal(1);
    expect(text).to.contain('postgres.extensions: "dblink" cannot be created (ERROR:  permission');
  });

  it("ask an external server from the engine's networks, with the authorities that the engine trusts", async () => {
    const external = {
      CONTAINER: "",
      IMAGE: "sha256:psql",
      ENGINE_IMAGE: "engine:1",
      HOSTS: "db.lan:10.0.0.7 host.docker.internal:host-gateway",
    };
    const { code, text } = await run(LOGIN_SCRIPT, { ...external, SERVER_SSLMODE: "verify-full" });
    expect(code, text).to.equal(0);
    const asked = readFileSync(at("asked"), "utf8");
    expect(asked).to.match(/^create --rm -i --network own --user postgres --cap-drop ALL /);
    expect(asked).to.contain("network connect theirs made");
    expect(asked).to.match(
      /^create .* --add-host db\.lan:10\.0\.0\.7 --add-host host\.docker\.internal:host-gateway /,
    );
    expect(asked).to.not.contain("network connect own");
    expect(asked).to.contain("rm -f made");
    expect(readFileSync(at("asked.authorities"), "utf8")).to.equal(
      "system-authorities\nour-authorities",
    );
  });
});
