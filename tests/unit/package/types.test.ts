import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { type PackedPackage, packedPackage } from "./packedPackage";

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
