import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Finished, startProcess } from "./support/runProcess";
import { changedNothing, TestStack } from "./support/testStack";

const HOST = "clerk.example.com";
const LIVE = `pk_live_${Buffer.from(`${HOST}$`).toString("base64")}`;

describe("the commands of a team, as they are typed", function () {
  this.timeout(300_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create();
  });
  after(() => stack?.cleanUp());

  /** Runs one of the project's scripts by npm. */
  function npm(script: string, ...args: string[]): Promise<Finished> {
    const command = ["run", "--silent", script, "--", ...args];
    const options = { cwd: stack.checkout, env: stack.env, timeoutMs: 120_000 };
    return startProcess("npm", command, options).finished;
  }
  const settingsOf = (name: string) =>
    readFileSync(join(stack.checkout, `Pulumi.${name}.yaml`), "utf8");

  describe("npm run new-stack", () => {
    const flags = ["--preset", "production", "--publishable-key", LIVE, "--yes"];
    const own = ["--cors-domains", "https://app.example.com", "--secrets-provider", "passphrase"];

    it("makes a production stack that passes every check", async () => {
      const made = await npm("new-stack", "production", ...flags, ...own);
      expect(made.code, made.text).to.equal(0);
      expect(settingsOf("production")).to.contain("clerk-hasura:preset: production");
      const launcher = join(stack.checkout, "node_modules", ".bin", "pulumi");
      const args = ["preview", "--stack", "production", "--non-interactive", "--color", "never"];
      const options = { cwd: stack.checkout, env: stack.env, timeoutMs: 120_000 };
      const { code, text } = await startProcess(launcher, args, options).finished;
      expect(code, text).to.equal(0);
    });

    it("refuses a stack that exists, in one line", async () => {
      const again = await npm("new-stack", "production", ...flags, ...own);
      expect(again.code).to.not.equal(0);
      expect(again.text.trim().split("\n"), again.text).to.have.length(1);
      expect(again.text).to.contain("production");
    });

    it("leaves nothing behind where it refuses", async () => {
      const refused = await npm("new-stack", "other", ...flags.slice(0, 2), "--yes", ...own);
      expect(refused.code, refused.text).to.not.equal(0);
      expect(existsSync(join(stack.checkout, "Pulumi.other.yaml"))).to.equal(false);
    });
  });

  describe("npm run policy", () => {
    it("finds nothing against the production stack", async () => {
      const { code, text } = await npm("policy", "--stack", "production");
      expect(code, text).to.equal(0);
    });

    it("ends with 5 where a mandatory rule is broken, and names it", async () => {
      await stack.configure({
        plain: { preset: "development", "postgres.bindAddress": "0.0.0.0" },
      });
      const { code, text } = await npm("policy", "--stack", stack.name);
      expect(code, text).to.equal(5);
      expect(text).to.contain("database").and.contain("0.0.0.0");
    });

    it("ends with 1 where the preview itself fails", async () => {
      const { code, text } = await npm("policy", "--stack", "nowhere");
      expect(code, text).to.equal(1);
      expect(text, "a stack trace").to.not.match(/^\s+at .+[:(]/m);
    });
  });

  describe("npm run preview:report", () => {
    const page = () => join(stack.directory, "preview.html");
    const comment = () => join(stack.directory, "preview.md");
    const report = () =>
      npm("preview:report", "--stack", stack.name, "--markdown", comment(), "--html", page());

    before(async () => {
      await stack.configure({ plain: { "postgres.bindAddress": "127.0.0.1" } });
      await stack.up();
    });

    it("says that nothing changes where nothing does", async () => {
      const { code, text } = await report();
      expect(code, text).to.equal(0);
      expect(changedNothing(await stack.preview())).to.equal(true);
      expect(readFileSync(comment(), "utf8")).to.match(/Nothing changes: \d+ stay as they are\./);
    });

    it("tells what a new issuer and another server setting cost, and shows no secret", async () => {
      const issuer = "https://issuer.example.com";
      const postgresParameters = '{"max_connections":"150"}';
      await stack.configure({
        plain: { "identity.issuer": issuer, "postgres.parameters": postgresParameters },
      });
      const { code, text } = await report();
      expect(code, text).to.equal(0);
      const { adminSecret, jwtSecret, databaseUrl } = await stack.outputs();
      for (const file of [comment(), page()]) {
        const written = readFileSync(file, "utf8");
        expect(written).to.contain(issuer).and.contain("tokens of the old issuer will be refused");
        expect(written).to.contain("Database restart").and.contain("Engine restart");
        for (const secret of [adminSecret, databaseUrl, JSON.parse(jwtSecret).key]) {
          expect(written).to.not.contain(secret);
        }
      }
    });

    it("refuses what is no preview in one line", async () => {
      const broken = join(stack.directory, "broken.json");
      writeFileSync(broken, '{"steps": [');
      const { code, text } = await npm("preview:report", "--file", broken);
      expect(code).to.not.equal(0);
      expect(text.trim().split("\n"), text).to.have.length(1);
    });
  });
});
