import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { type PackedPackage, packedPackage, ROOT, readInstalled } from "./packedPackage";

/** Sources of the checkout's own program, which the component does not need. */
const PROGRAM = [
  "infra/program.ts",
  "infra/program/config.ts",
  "infra/program/configKeys.ts",
  "infra/program/configValues.ts",
  "infra/providers/providers.cjs",
];

function compiledOf(source: string): string[] {
  const path = `dist/${source.replace(/\.ts$/, "")}`;
  return [".d.ts", ".d.ts.map", ".js", ".js.map"].map((ending) => `${path}${ending}`);
}

describe("the npm package, its content", () => {
  let packed: PackedPackage;
  before(async function () {
    this.timeout(120_000);
    packed = await packedPackage();
  });

  it("is the component's sources, what each compiles to, and the papers; nothing else", () => {
    const sources = packed.files.filter((path) => path.startsWith("infra/"));
    const papers = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
    const expected = [...sources, ...sources.flatMap(compiledOf), ...papers];
    expect(packed.files).to.deep.equal([...expected, "remoteProviders/package.json"].sort());
    expect(sources.filter((path) => !/^infra\/[A-Za-z/]+\.ts$/.test(path))).to.deep.equal([]);
    expect(sources).to.include.members([
      "infra/index.ts",
      "infra/providers/jwtTemplateProvider.ts",
    ]);
    expect(sources.filter((path) => PROGRAM.includes(path))).to.deep.equal([]);
  });

  it("names in its own list of left out files only such that exist", () => {
    expect(PROGRAM.filter((path) => !existsSync(join(ROOT, path)))).to.deep.equal([]);
  });

  it("has maps whose sources it has as well", () => {
    const maps = packed.files.filter((path) => path.endsWith(".map"));
    const missing = maps.filter((path) => {
      const { sources } = JSON.parse(readInstalled(packed, path)) as { sources: string[] };
      const [source = ""] = sources;
      return sources.length !== 1 || !packed.files.includes(join(dirname(path), source));
    });
    expect(maps.length).to.be.greaterThan(100);
    expect(missing).to.deep.equal([]);
  });

  it("requires node's own modules and the packages that its package.json names, each of them", () => {
    const { dependencies, peerDependencies } = JSON.parse(readInstalled(packed, "package.json"));
    const named = packed.files
      .filter((path) => path.endsWith(".js"))
      .flatMap((path) => [...readInstalled(packed, path).matchAll(/require\("([^".][^"]*)"\)/g)])
      .map(([, name = ""]) => name)
      .filter((name) => !name.startsWith("node:"));
    // The loader's text asks for this package itself.
    const others = [...new Set(named)].filter((name) => !name.startsWith("clerk-hasura/"));
    expect(others.sort()).to.deep.equal(
      Object.keys({ ...dependencies, ...peerDependencies }).sort(),
    );
  });

  it("holds no path of the machine that built it, and no loader of TypeScript", () => {
    const compiled = packed.files.filter((path) => /\.(js|ts|map|json)$/.test(path));
    const local = compiled.filter((path) => readInstalled(packed, path).includes(ROOT));
    expect(local).to.deep.equal([]);
    const loaders = packed.files.filter(
      (path) => path.endsWith(".js") && /require\("tsx/.test(readInstalled(packed, path)),
    );
    expect(loaders).to.deep.equal([]);
  });
});
