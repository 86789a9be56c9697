import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
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

function lint(tool: string, args: string[]): { status: number | null; output: string } {
  const program = join(ROOT, "node_modules", ".bin", tool);
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

describe("the npm package, judged by others' rules", () => {
  let packed: PackedPackage;
  before(async function () {
    this.timeout(120_000);
    packed = await packedPackage();
  });

  it("passes publint with not even a suggestion", () => {
    const { status, output } = lint("publint", ["run", "--strict", packed.tarball]);
    expect(output).to.include("All good!");
    expect(status).to.equal(0);
  }).timeout(120_000);

  it("passes attw: each entry's types are those of its code, however they are looked for", () => {
    // Of entries that compilers without exports do not find, the state's loader asks for one, and Node finds it.
    const flags = ["--no-emoji", "--ignore-rules", "no-resolution"];
    const { status, output } = lint("attw", [packed.tarball, ...flags]);
    expect(output).to.include("No problems found");
    expect(status).to.equal(0);
  }).timeout(120_000);
});

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { ClerkHasura, type ClerkHasuraArgs, hasuraClaims, Preset } from "clerk-hasura";
const hasura: ClerkHasuraArgs["hasura"] = { port: 8081 };
const preset = Preset.Development;
const stack = new ClerkHasura("api", { preset, identity: { frontendApi: "clerk.example.com" }, hasura });
export const endpoint: pulumi.Output<string> = stack.endpoint;
export const claims = hasuraClaims({ defaultRole: "user" });
`;

/** How a consumer's own compiler may look for packages. */
const RESOLUTIONS: [name: string, options: ts.CompilerOptions][] = [
  ["node10", { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10 }],
  ["node16", { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 }],
  [
    "nodenext",
    { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  ],
  ["bundler", { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
];

/** What the compiler says about a consumer's program and about the package's own declarations. */
function diagnose(packed: PackedPackage, code: string, options: ts.CompilerOptions): string[] {
  const file = join(packed.consumer, "index.ts");
  const host = ts.createCompilerHost({});
  const { readFile, fileExists } = host;
  host.readFile = (name) => (name === file ? code : readFile.call(host, name));
  host.fileExists = (name) => name === file || fileExists.call(host, name);
  host.getCurrentDirectory = () => packed.consumer;
  const program = ts.createProgram({
    rootNames: [file],
    options: {
      ...options,
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      types: ["node"],
      ignoreDeprecations: "6.0",
    },
    host,
  });
  const own = program
    .getSourceFiles()
    .filter((it) => it.fileName === file || it.fileName.startsWith(packed.installed));
  return own
    .flatMap((it) => [
      ...program.getSyntacticDiagnostics(it),
      ...program.getSemanticDiagnostics(it),
    ])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("the npm package, its types", () => {
  let packed: PackedPackage;
  before(async function () {
    this.timeout(120_000);
    packed = await packedPackage();
  });

  for (const [name, options] of RESOLUTIONS) {
    it(`compile in a consumer with moduleResolution ${name}`, () => {
      expect(diagnose(packed, PROGRAM, options)).to.deep.equal([]);
    }).timeout(60_000);
  }

  it("refuse an argument that does not exist", () => {
    const [, [, options]] = RESOLUTIONS as [unknown, [string, ts.CompilerOptions]];
    const wrong = PROGRAM.replace("port: 8081", "prot: 8081");
    expect(diagnose(packed, wrong, options).join("\n")).to.include("'prot' does not exist");
  }).timeout(60_000);
});
