import { join } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "../../..");

/** What the compiler says about programs, by name, that import this package by its name: `name: message`. */
export function compileExamples(examples: Readonly<Record<string, string>>): string[] {
  const files = new Map(
    Object.entries(examples).map(([name, code], index) => [
      join(ROOT, `example-${index}.ts`),
      { name, code },
    ]),
  );
  const program = programOf(new Map([...files].map(([file, { code }]) => [file, code])));
  return [...files].flatMap(([file, { name }]) => {
    const source = program.getSourceFile(file);
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return found.map(
      ({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  });
}

/** One program for all files, because reading the packages that they import takes longest. */
function programOf(files: ReadonlyMap<string, string>): ts.Program {
  const path = join(ROOT, "tsconfig.json");
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  return ts.createProgram({
    rootNames: [...files.keys()],
    options: { ...options, paths: { "clerk-hasura": [join(ROOT, "infra/index.ts")] } },
    host,
  });
}
