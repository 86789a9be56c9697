import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";

const ROOT = join(__dirname, "../../..");

function examples(): string[] {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  return [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
}

/** What the compiler says about a program that imports this package by its name. */
function diagnose(code: string): string[] {
  const path = join(ROOT, "tsconfig.json");
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const file = join(ROOT, "example.ts");
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (name) => (name === file ? code : readFile(name));
  host.fileExists = (name) => name === file || fileExists(name);
  const program = ts.createProgram({
    rootNames: [file],
    options: { ...options, paths: { "clerk-hasura": [join(ROOT, "infra/index.ts")] } },
    host,
  });
  const source = program.getSourceFile(file);
  const found = [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ];
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("README's TypeScript example", () => {
  it("compiles against the public surface", () => {
    expect(examples()).to.have.length(1);
    expect(diagnose(examples()[0] ?? "")).to.deep.equal([]);
  }).timeout(60_000);

  it("would be refused with an argument that does not exist", () => {
    const wrong = (examples()[0] ?? "").replace("corsDomains", "corsOrigins");
    expect(diagnose(wrong).join("\n")).to.include("corsOrigins");
  }).timeout(60_000);
});
