import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { dockerName } from "../../../infra/docker/names";
import { GUARD_FILE } from "../../../infra/postgres/startScript";
import { reportArguments } from "../../../report/reportArguments";
import { parseArguments } from "../../../tools/commands/arguments.mjs";
import { readNewStackFlags } from "../../../tools/commands/newStackFlags.mjs";
import { argumentDocs } from "../../../tools/docs/argumentDocs";
import { blocks, commands, pagesIn, readPage as read } from "./pages";

const ROOT = join(__dirname, "../../..");
const DECISIONS = pagesIn("docs/adr");
const RECIPES = pagesIn("docs/recipes");
const FOLDERS = ["docs", "docs/report", "docs/upgrade", "examples"];
const GUIDES = FOLDERS.flatMap(pagesIn).filter((page) => page !== "docs/report/preview.md");
const PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...GUIDES, ...DECISIONS, ...RECIPES];
const LAUNCHED = ["up", "down", "doctor", "token", "recover", "policy", "setup"];

/** Name and arguments of the npm script that a command runs; undefined where it runs none. */
function scriptOf(command: string): { name: string; args: string[] } | undefined {
  const match = /(?:^|\s)npm (?:run (?:--silent )?)?([a-z][\w:]*)(?: -- (.+))?$/.exec(command);
  const [, name, args] = match ?? [];
  return name === undefined ? undefined : { name, args: args?.split(/\s+/) ?? [] };
}

/** Words of a command as a shell reads them, as far as pages quote. */
function shellWords(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
}

function scripts(): string[] {
  return Object.keys(JSON.parse(read("package.json")).scripts);
}

describe("README", () => {
  const readme = read("README.md");

  it("names the two commands on lines of their own", () => {
    const lines = blocks(readme, "bash").flatMap((block) => block.split("\n"));
    expect(lines).to.include("npm run up");
    expect(lines).to.include("npm test");
  });

  it("lists the outputs of the program, all of them and no other", () => {
    const exported = [...read("infra/program.ts").matchAll(/^export const (\w+)/gm)];
    const section = readme.split("\n## Outputs\n")[1]?.split("\n## ")[0] ?? "";
    const listed = [...section.matchAll(/^\| `(\w+)` \|/gm)];
    expect(listed.map(([, name]) => name)).to.deep.equal(exported.map(([, name]) => name));
  });

  it("has a picture of the architecture and a security model of ten points", () => {
    expect(blocks(readme, "mermaid")).to.have.length(1);
    const section = readme.split("\n## Security model\n")[1]?.split("\n## ")[0] ?? "";
    expect(section.match(/^\d+\. /gm)).to.have.length(10);
  });

  it("backs up the databases of the stack dev where they are", () => {
    const scope = { project: "clerk-hasura", stack: "dev", name: "backend" };
    const container = dockerName(scope, "postgres");
    const lines = blocks(readme, "bash").flatMap((block) => block.split("\n"));
    const docs = argumentDocs(ROOT, ["postgres.applicationDatabase", "postgres.metadataDatabase"]);
    const databases = [...docs.values()].map((doc) => doc.default?.replaceAll("`", ""));
    expect(lines.filter((line) => line.includes("pg_dump"))).to.deep.equal(
      databases.map((it) => `docker exec ${container} pg_dump -U postgres -Fc ${it} > ${it}.dump`),
    );
    expect(read("infra/program.ts")).to.include('new ClerkHasura("backend"');
    expect(readme).to.include(GUARD_FILE.split("/").at(-1));
  });

  it("names each variable of the environment that a person may set", () => {
    const sources = ["infra/program/stackConfig.ts", "tools/setup/setUp.mjs"].map(read).join("\n");
    const names = new Set(sources.match(/CLERK_HASURA_[A-Z_]+/g));
    names.delete("CLERK_HASURA_SUSPENDED"); // Set by `npm run down` alone.
    expect([...names].filter((name) => !readme.includes(`| \`${name}\` |`))).to.deep.equal([]);
  });
});

for (const page of PAGES) {
  describe(page, () => {
    const text = read(page);

    it("names only npm scripts that exist, with arguments that they take", () => {
      const used = commands(text)
        .map(scriptOf)
        .filter((script) => script !== undefined);
      expect(used.filter(({ name }) => !scripts().includes(name))).to.deep.equal([]);
      for (const { name, args } of used.filter((script) => LAUNCHED.includes(script.name))) {
        // A sentence that only names the script leaves out what it cannot run without.
        if (name !== "token" || args.length > 0) parseArguments(name, args);
      }
      for (const { name, args } of used) {
        if (name === "preview:report") reportArguments(shellWords(args.join(" ")));
        if (name === "new-stack") readNewStackFlags(shellWords(args.join(" ")));
      }
    });

    it("links only to files that exist", () => {
      const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = ""]) => target);
      const files = links.filter((link) => !/^https?:/.test(link));
      const missing = files.filter((link) => !existsSync(join(ROOT, dirname(page), link)));
      expect(missing).to.deep.equal([]);
    });
  });
}

describe("CONTRIBUTING's table", () => {
  it("names only paths that exist", () => {
    const rows = read("CONTRIBUTING.md").matchAll(/^\| (`[^|]+`) \|/gm);
    const paths = [...rows].flatMap(([, cell = ""]) => cell.match(/[^`, ]+/g) ?? []);
    expect(paths).to.include("infra/clerk");
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
