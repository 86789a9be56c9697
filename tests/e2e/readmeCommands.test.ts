import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { blocks, sectionOf } from "../unit/docs/pages";
import { CHECKOUT, makeCheckout, personEnvironment } from "./support/checkout";
import { freePorts } from "./support/exampleStack";
import { demandProcess } from "./support/runProcess";

/** What the commands read beside what every test's checkout has. */
const MORE = ["tsconfig.build.json"];
const PAPERS = ["README.md", "LICENSE", "CHANGELOG.md"];

/** As they are printed, by a shell; tests/unit/docs/commandsRun.test.ts looks for each of them. */
describe("the README's commands", function () {
  this.timeout(300_000);
  const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-e2e-"));
  const checkout = join(directory, "clerk-hasura");
  /** Somebody else's, who has Pulumi installed. */
  const project = join(directory, "project");
  const state = join(directory, "state");

  const read = (file: string) => readFileSync(join(checkout, file), "utf8");
  const run = (command: string, cwd = checkout) => {
    const env = personEnvironment();
    env.PULUMI_BACKEND_URL = pathToFileURL(state).href;
    env.PULUMI_CONFIG_PASSPHRASE = "the README's commands";
    env.PATH = [join(checkout, "node_modules", ".bin"), env.PATH].join(delimiter);
    return demandProcess("sh", ["-c", command], { cwd, env, timeoutMs: 240_000 });
  };

  before(() => {
    for (const folder of [state, project]) mkdirSync(folder);
    writeFileSync(join(project, "Pulumi.yaml"), "name: shop\nruntime: yaml\n");
    makeCheckout(checkout, { ownPackages: true });
    for (const name of [...MORE, ...PAPERS]) {
      cpSync(join(CHECKOUT, name), join(checkout, name), { recursive: true });
    }
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it("bring a stack up and query it, under a name and on ports of the test's own", async () => {
    const stack = `readme${process.pid}`;
    const [port = 0, postgresPort = 0] = await freePorts(2);
    const [, query = ""] = blocks(sectionOf("README.md", "Quick start"), "bash");
    await run(`npx pulumi stack init ${stack}`);
    const ports = [`--path hasura.port ${port}`, `--path postgres.port ${postgresPort}`];
    const schema = "--path schema.path hasura";
    for (const setting of ["preset development", schema, ...ports]) {
      await run(`npx pulumi config set ${setting}`);
    }
    try {
      const said = await run(`npm run up -- --stack ${stack}`);
      expect(said).to.include(`Stack ${stack} is up.`);
      const own = query.replace("--user", `--stack ${stack} --user`).replace("8080", String(port));
      const [, printed = ""] = /^ +try it +(curl .+)$/m.exec(said) ?? [];
      for (const command of [own, printed]) {
        const { data } = JSON.parse(await run(command));
        const titles = data.todos.map(({ title }: { title: string }) => title);
        expect(titles).to.have.members(["Sign in with Clerk", "Read my own rows"]);
      }
    } finally {
      await run(`npm run down -- --delete-data --stack ${stack}`);
    }
  });

  it("make a stack for a trial", async () => {
    const said = await run("npm run new-stack -- try --port 9090 --postgres-port 9432 --yes");
    expect(said).to.include("npm run up -- --stack try");
    expect(read("Pulumi.try.yaml")).to.match(/preset: development[\s\S]*postgres:\s+port: "?9432/);
  });

  it("make a stack for staging, which can be previewed", async () => {
    await run(
      "npm run new-stack -- staging --publishable-key pk_live_Y2xlcmsuc3RhZ2luZy5leGFtcGxlLmNvbSQ --cors-domains https://app.staging.example.com",
    );
    expect(read("Pulumi.staging.yaml")).to.include("preset: production");
    const previewed = await run("npx pulumi preview --stack staging");
    expect(previewed).to.match(/\+ \d+ to create/);
  });

  it("report what an update of it would do", async () => {
    await run("npm run preview:report -- --stack staging --markdown report.md --html report.html");
    expect(read("report.md")).to.match(/stack `staging`[\s\S]*Created \(\d+\)/);
    expect(read("report.html")).to.match(/^<!DOCTYPE html>/);
  });

  it("judge it by the policies", async () => {
    const judged = await run("npm run policy -- --stack staging");
    expect(judged).to.include("Stack staging keeps every mandatory rule");
  });

  it("print the schema that docs show", async () => {
    const printed = await run("pulumi package get-schema ../clerk-hasura/plugin", project);
    const schema = JSON.parse(printed);
    const published = JSON.parse(readFileSync(join(CHECKOUT, "docs/schema.json"), "utf8"));
    expect(Object.keys(schema.resources)).to.deep.equal(Object.keys(published.resources));
  });

  it("build the package", async () => {
    const manifest = read("package.json");
    const [tarball = ""] = /^clerk-hasura-[\d.]+\.tgz$/m.exec(await run("npm run build")) ?? [];
    expect(existsSync(join(checkout, "dist", tarball || "no tarball"))).to.equal(true);
    expect(read("package.json"), "the checkout's manifest").to.equal(manifest);
  });
});
