import { expect } from "chai";
import { type PackedPackage, packedPackage, ROOT, readInstalled } from "./packedPackage";

describe("the npm package, its content", () => {
  let packed: PackedPackage;
  before(async function () {
    this.timeout(120_000);
    packed = await packedPackage();
  });

  it("is what the component's sources compile to, and the papers; nothing else", () => {
    const papers = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
    const compiled = packed.files.filter((path) => /^dist\/infra\/[A-Za-z/]+\.js$/.test(path));
    const expected = compiled.flatMap((path) => [path, `${path}.map`, path.replace(/js$/, "d.ts")]);
    expect(packed.files).to.deep.equal([...expected, ...papers].sort());
    expect(compiled).to.include("dist/infra/providers/jwtTemplateProvider.js");
    expect(compiled.filter((path) => path.startsWith("dist/infra/program"))).to.deep.equal([]);
  });

  it("has maps that hold their sources", () => {
    const maps = packed.files.filter((path) => path.endsWith(".map"));
    const empty = maps.filter((path) => !JSON.parse(readInstalled(packed, path)).sourcesContent[0]);
    expect(maps.length).to.be.greaterThan(50);
    expect(empty).to.deep.equal([]);
  });

  it("asks for the consumer's own SDK and for one release of each provider", () => {
    const { dependencies, peerDependencies } = JSON.parse(readInstalled(packed, "package.json"));
    expect(Object.keys(peerDependencies)).to.deep.equal(["@pulumi/pulumi"]);
    // Two releases of a provider's package in one program are two default providers.
    const ranges = Object.values<string>({ ...dependencies, ...peerDependencies });
    expect(ranges.filter((range) => !/^\^[1-9]\d*\.\d+\.\d+$/.test(range))).to.deep.equal([]);
    // 4.5.0 was published by mistake and is older than 1.x.
    expect(dependencies["@pulumi/command"]).to.match(/^\^1\./);
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
