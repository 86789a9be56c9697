import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

const { env } = process;
const IMAGES = [
  [env.CLERK_HASURA_POSTGRES_IMAGE, env.CLERK_HASURA_POSTGRES_MAJOR],
  [env.CLERK_HASURA_OTHER_POSTGRES_IMAGE, env.CLERK_HASURA_OTHER_POSTGRES_MAJOR],
];
const container = `chtest-airgap-${process.pid}`;
const execute = promisify(execFile);

const docker = async (...args: string[]) => {
  const { stdout, stderr } = await execute("docker", args);
  return `${stdout}${stderr}`;
};

/** Runs the image to its end, without any of its own settings. */
async function refusal(...args: string[]): Promise<{ code: unknown; text: string }> {
  const outcome = await execute("docker", ["run", "--rm", ...args]).catch((error) => error);
  return { code: outcome.code, text: String(outcome.stderr) };
}

const psql = async (host: string, query: string) => {
  const login = ["--env", "PGPASSWORD=from-a-file", container];
  const args = ["psql", "-h", host, "-U", "hasura", "-d", "app", "-tAc", query];
  return (await docker("exec", ...login, ...args)).trim();
};

async function untilReady(): Promise<void> {
  const deadline = Date.now() + 110_000;
  for (;;) {
    const ready = await psql("127.0.0.1", "SELECT 1").catch(() => "");
    if (ready === "1") return;
    if (Date.now() > deadline) throw new Error(await docker("logs", "--tail", "20", container));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const FILES = {
  password: "from-a-file",
  "10-table.sql": "CREATE TABLE made (by text); INSERT INTO made VALUES ('sql');",
  "20-sourced.sh": [
    'psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c \\',
    `  "INSERT INTO made SELECT 'sourced, listening on <' || current_setting('listen_addresses') || '>'"`,
  ].join("\n"),
};

async function createContainer(image: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "clerk-hasura-image-"));
  const locked = ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "postgres"];
  const settings = [
    "POSTGRES_PASSWORD_FILE=/run/password",
    "POSTGRES_USER=hasura",
    "POSTGRES_DB=app",
    "POSTGRES_INITDB_ARGS=--data-checksums",
  ].flatMap((setting) => ["--env", setting]);
  try {
    const server = [image, "-c", "max_connections=33"];
    await docker("create", "--name", container, ...locked, ...settings, ...server);
    for (const [name, content] of Object.entries(FILES)) {
      const path = join(folder, name);
      writeFileSync(path, content, { mode: 0o644 });
      const target = name === "password" ? "/run/password" : `/docker-entrypoint-initdb.d/${name}`;
      await docker("cp", path, `${container}:${target}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The same contract holds for the official images: name them in the variables.
for (const [image = "", major = ""] of IMAGES) describeImage(image, major);

function describeImage(image: string, major: string): void {
  const name = image.split("/").at(-1) || "that is not set";
  (image === "" ? describe.skip : describe)(
    `the Postgres image ${name}, unprivileged`,
    function () {
      this.timeout(120_000);
      before(async () => {
        await createContainer(image);
        await docker("start", container);
        await untilReady();
      });
      after(() => docker("rm", "--force", "--volumes", container));

      it("refuses to start without a password", async () => {
        const { code, text } = await refusal(image);
        expect(code).to.equal(1);
        expect(text).to.include("superuser password is not specified");
      });
      it("refuses a password given twice", async () => {
        const twice = ["--env", "POSTGRES_PASSWORD=a", "--env", "POSTGRES_PASSWORD_FILE=/b"];
        const { code, text } = await refusal(...twice, image);
        expect(code).to.equal(1);
        const names = "POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE";
        expect(text).to.include(`both ${names} are set (but are exclusive)`);
      });
      it("runs the scripts while it listens on its socket only", async () => {
        expect(await psql("127.0.0.1", "SELECT by FROM made")).to.equal(
          "sql\nsourced, listening on <>",
        );
      });
      it("is of the major version that is said of it", async () => {
        expect(await psql("127.0.0.1", "SHOW server_version_num")).to.match(
          RegExp(`^${major}\\d{4}$`),
        );
      });
      it("takes arguments for the server and for initdb", async () => {
        expect(await psql("127.0.0.1", "SHOW max_connections")).to.equal("33");
        expect(await psql("127.0.0.1", "SHOW data_checksums")).to.equal("on");
      });
      it("lets others in by scram passwords alone", async () => {
        const rule = "SELECT auth_method FROM pg_hba_file_rules ORDER BY line_number DESC LIMIT 1";
        expect(await psql("127.0.0.1", rule)).to.equal("scram-sha-256");
        const address = await docker(
          "inspect",
          "--format",
          "{{.NetworkSettings.IPAddress}}",
          container,
        );
        expect(await psql(address.trim(), "SELECT current_user")).to.equal("hasura");
        const wrong = ["--env", "PGPASSWORD=wrong", container, "psql", "-h", address.trim()];
        const login = docker("exec", ...wrong, "-U", "hasura", "-d", "app", "-c", "SELECT 1");
        const text = await login.catch((error) => String(error.stderr));
        expect(text).to.include("password authentication failed");
      });
      it("has what the component starts it with", async () => {
        const unpackers = "command -v flock gunzip xzcat zstd | wc -l";
        expect(await docker("exec", container, "bash", "-c", unpackers)).to.equal("4\n");
        expect(await docker("exec", container, "id", "-u")).to.equal("999\n");
      });
      it("shuts down cleanly when it is stopped, and keeps its data", async () => {
        await docker("stop", "--time", "30", container);
        const state = await docker("inspect", "--format", "{{.State.ExitCode}}", container);
        expect(state.trim()).to.equal("0");
        expect(await docker("logs", "--tail", "3", container)).to.include(
          "database system is shut down",
        );
        await docker("start", container);
        await untilReady();
        expect(await psql("127.0.0.1", "SELECT count(*) FROM made")).to.equal("2");
        expect(await docker("logs", container)).to.include("Skipping initialization");
      });
    },
  );
}
