import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { dockerName } from "../../../infra/docker/names";
import { GUARD_FILE } from "../../../infra/postgres/startScript";
import { SETTING_PATHS } from "../../../infra/program/settingKinds";
import { reportArguments } from "../../../report/reportArguments";
import { parseArguments } from "../../../tools/commandLine";
import { anchorsOf, blocks, commands, pagesIn, readPage as read, sectionOf } from "./pages";

const ROOT = join(__dirname, "../../..");
const DECISIONS = pagesIn("docs/adr");
const FOLDERS = ["docs", "docs/recipes", "docs/report", "docs/upgrade", "examples", "airgap"];
const REPORTS = ["docs/report/preview.md", "docs/report/rights.md"];
const GUIDES = FOLDERS.flatMap(pagesIn).filter((page) => !REPORTS.includes(page));
const PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...GUIDES, ...DECISIONS];
const LAUNCHED = ["up", "down", "doctor", "token", "codegen", "recover", "policy", "setup"];

/** Name and arguments of the script that a command runs by `npm run` or `npm test`; undefined where it runs none. */
function scriptOf(command: string): { name: string; args: string[] } | undefined {
  const script =
    /(?:^|[\s(])npm (?:run (?:--silent )?(?=[a-z])|(?=test))([\w:-]+)(?: -- ([^)]+))?\)?$/;
  const [, name, args] = script.exec(command) ?? [];
  return name === undefined ? undefined : { name, args: args?.split(/\s+/) ?? [] };
}

/** Words of a command as a shell reads them, as far as pages quote. */
function shellWords(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
}

const bashLines = (page: string) => blocks(read(page), "bash").flatMap((it) => it.split("\n"));

describe("README", () => {
  it("stays within 200 lines and starts with one picture", () => {
    const readme = read("README.md");
    expect(readme.trimEnd().split("\n").length).to.be.at.most(200);
    expect(blocks(readme, "mermaid")).to.have.length(1);
  });

  it("names the two commands on lines of their own", () => {
    expect(bashLines("README.md")).to.include.members(["npm run up", "npm test"]);
  });

  it("tells the security model in ten lines, and the operations page in ten points", () => {
    const lines = sectionOf("README.md", "Security").split("\n");
    const points = lines.filter((line) => /^\d+\. /.test(line));
    expect(points).to.have.length(10);
    expect(lines.slice(0, 10)).to.deep.equal(points);
    expect(sectionOf("docs/operations.md", "Security model").match(/^\d+\. /gm)).to.have.length(10);
  });

  it("names settings by their paths", () => {
    const cells = [...sectionOf("README.md", "Settings").matchAll(/^\| (`[^|]+`) \|/gm)];
    const named = cells.flatMap(([, cell = ""]) => cell.match(/[\w.]+/g) ?? []);
    expect(named).to.have.length.above(10);
    expect(named.filter((path) => !SETTING_PATHS.has(path))).to.deep.equal([]);
  });
});

describe("docs/configuration.md", () => {
  it("lists the outputs of the program, all of them and no other", () => {
    const exported = [...read("infra/program.ts").matchAll(/^export const (\w+)/gm)];
    const listed = [...sectionOf("docs/configuration.md", "Outputs").matchAll(/^\| `(\w+)` \|/gm)];
    expect(listed.map(([, name]) => name)).to.deep.equal(exported.map(([, name]) => name));
  });
});

describe("docs/operations.md", () => {
  it("backs up the databases of the stack dev where they are", () => {
    const scope = { project: "clerk-hasura", stack: "dev", name: "backend" };
    const container = dockerName(scope, "postgres");
    const dumps = bashLines("docs/operations.md").filter((line) => line.includes("pg_dump"));
    expect(dumps).to.deep.equal(
      ["app", "hasura_metadata"].map(
        (it) => `docker exec ${container} pg_dump -U postgres -Fc ${it} > ${it}.dump`,
      ),
    );
    expect(read("infra/program.ts")).to.include('new ClerkHasura("backend"');
    expect(read("docs/operations.md")).to.include(GUARD_FILE.split("/").at(-1));
  });
});

for (const page of PAGES) {
  describe(page, () => {
    const text = read(page);

    it("names only npm scripts that exist, with arguments that they take", () => {
      const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
      const used = commands(text)
        .map(scriptOf)
        .filter((script) => script !== undefined);
      expect(used.filter(({ name }) => !scripts.includes(name))).to.deep.equal([]);
      for (const { name, args } of used.filter((script) => LAUNCHED.includes(script.name))) {
        // A sentence that only names the script leaves out what it cannot run without.
        if (name !== "token" || args.length > 0) parseArguments(name, args);
      }
      for (const { name, args } of used) {
        if (name === "preview:report") reportArguments(shellWords(args.join(" ")));
        if (name === "new-stack") parseArguments(name, shellWords(args.join(" ")));
      }
    });

    it("links only to files and headings that exist", () => {
      const links = [...text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
        ([, target = ""]) => !/^https?:/.test(target),
      );
      const broken = links.filter(([, target = "", anchor]) => {
        const file = target === "" ? page : join(dirname(page), target);
        if (!existsSync(join(ROOT, file))) return true;
        return anchor !== undefined && file.endsWith(".md") && !anchorsOf(file).includes(anchor);
      });
      expect(broken.map(([link]) => link)).to.deep.equal([]);
    });
  });
}

describe("docs/testing.md", () => {
  it("names each variable of the environment that a person may set", () => {
    const sources = ["infra/program/stackConfig.ts", "tools/setup/parts.ts"].map(read).join("\n");
    const names = new Set(sources.match(/CLERK_HASURA_[A-Z_]+/g));
    names.delete("CLERK_HASURA_SUSPENDED"); // Set by `npm run down` alone.
    const named = sectionOf("docs/testing.md", "Variables");
    expect([...names].filter((name) => !named.includes(`\`${name}\``))).to.deep.equal([]);
  });
});

describe("CONTRIBUTING's table", () => {
  it("names only paths that exist", () => {
    const rows = read("CONTRIBUTING.md").matchAll(/^\| (`[^|]+`) \|/gm);
    const paths = [...rows].flatMap(([, cell = ""]) => cell.match(/[^`, ]+/g) ?? []);
    expect(paths).to.include("infra/components");
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).to.deep.equal([]);
  });
});

describe("decisions", () => {
  it("are numbered without gaps and stay within 40 lines", () => {
    const files = DECISIONS.map((file) => file.slice("docs/adr/".length)).sort();
    const numbers = files.map((file) => Number(file.slice(0, 4)));
    expect(numbers).to.deep.equal(files.map((_, index) => index + 1));
    const long = DECISIONS.filter((file) => read(file).trimEnd().split("\n").length > 40);
    expect(long).to.deep.equal([]);
  });
});
