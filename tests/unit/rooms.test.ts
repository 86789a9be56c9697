import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import ts from "typescript";

const ROOT = join(__dirname, "../..");

/** Rooms from the top down: a file may import from its own room and from those below it, types included. */
const ROOMS: readonly string[][] = [
  // The graph of a program is drawn as the report draws it.
  ["tools/ci"],
  ["report"],
  ["tools"],
  ["policy"],
  ["infra/index.ts", "infra/program.ts", "infra/program.cjs"],
  ["infra/program"],
  ["infra/components"],
  ["infra/settings"],
  // The probe runs the doctor within an update.
  ["infra/providers"],
  ["infra/doctor"],
  // The engine logs in to the server.
  ["infra/hasura"],
  ["infra/postgres"],
  ["infra/docker"],
  // It judges a folder by its files alone.
  ["infra/schema"],
  // A key set is read as the engine reads it.
  ["infra/http"],
  ["infra/clerk"],
  ["infra/validation"],
  ["infra/secrecy"],
  ["infra/loadTypeScript.cjs"],
];

/** Folders whose files decide nothing by Pulumi, the clock, the network or the disk. */
const PURE = ["infra/clerk", "infra/schema", "infra/validation", "infra/secrecy", "policy/rules"];
/** Those of validation that speak Pulumi's language, whose users are components. */
const FOR_COMPONENTS = ["rejectProblems"];
const PURE_PACKAGES = ["node:crypto", "node:net", "node:path", "node:url", "node:util"];
/** A schema is a folder of files in YAML and SQL. */
const SCHEMA_PACKAGES = ["js-yaml", "libpg-query", "node:fs"];

interface Import {
  /** A file below the root, or a package. */
  target: string;
  /** True where nothing of it is left when the file runs. */
  typeOnly: boolean;
}

const FILES = ["infra", "policy", "report", "tools"]
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((name) => join(folder, String(name))),
  )
  .filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.includes("/tests/"))
  .sort();
const IMPORTS = new Map(FILES.map((file) => [file, importsOf(file)]));

/** Every module that a file names: in import, export, import(), require() and in types. */
function importsOf(file: string): Import[] {
  const code = readFileSync(join(ROOT, file), "utf8");
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true);
  const found: Import[] = [];
  const add = (name: ts.Node | undefined, typeOnly: boolean) => {
    if (name !== undefined && ts.isStringLiteral(name)) {
      found.push({ target: targetOf(file, name.text), typeOnly });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true);
    }
    if (ts.isCallExpression(node) && isLoading(node.expression)) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  if (clause.name !== undefined || bindings === undefined) return false;
  return ts.isNamedImports(bindings) && bindings.elements.every((one) => one.isTypeOnly);
}

function isLoading(called: ts.Expression): boolean {
  return (
    called.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(called) && called.text === "require")
  );
}

function targetOf(file: string, name: string): string {
  if (!name.startsWith(".")) return name;
  const path = relative(ROOT, join(ROOT, dirname(file), name));
  const candidates = [path, `${path}.ts`, `${path}.mjs`, path.replace(/\.m?js$/, ".ts")];
  return candidates.find((one) => FILES.includes(one)) ?? path;
}

function rankOf(file: string): number {
  return ROOMS.findIndex((rooms) =>
    rooms.some((room) => file === room || file.startsWith(`${room}/`)),
  );
}

function isOwnFile(target: string): boolean {
  return FILES.includes(target);
}

/** The files that a file leads to, by any way. */
function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  for (const { target } of IMPORTS.get(file) ?? []) {
    if (reached.has(target)) continue;
    reached.add(target);
    reachedFrom(target, reached);
  }
  return reached;
}

/** Every group of files that lead to each other. */
function circles(): string[] {
  const reached = new Map(FILES.map((file) => [file, reachedFrom(file)]));
  const leads = (from: string, to: string) => reached.get(from)?.has(to) === true;
  const groups = FILES.filter((file) => leads(file, file)).map((file) =>
    FILES.filter((other) => leads(file, other) && leads(other, file)).join(", "),
  );
  return [...new Set(groups)];
}

/** The packages that a file reaches when it runs, each with the way to it. */
function packagesOf(file: string, way: readonly string[] = []): string[] {
  const path = [...way, file];
  const needed = (IMPORTS.get(file) ?? []).filter(({ typeOnly }) => !typeOnly);
  return needed.flatMap(({ target }) => {
    if (!isOwnFile(target)) return [[...path, target].join(" > ")];
    return path.includes(target) ? [] : packagesOf(target, path);
  });
}

describe("the rooms of the house", () => {
  it("have a place for each file", () => {
    expect(FILES.filter((file) => rankOf(file) < 0)).to.deep.equal([]);
  });

  it("import from below alone", () => {
    const upward = [...IMPORTS].flatMap(([file, imports]) =>
      imports
        .filter(({ target }) => isOwnFile(target) && rankOf(target) < rankOf(file))
        .map(({ target }) => `${file} > ${target}`),
    );
    expect(upward).to.deep.equal([]);
  });

  it("hold no circle of files, not even of types", () => {
    expect(circles()).to.deep.equal([]);
  });

  const pure = FILES.filter(
    (file) =>
      PURE.some((room) => file.startsWith(`${room}/`)) &&
      !FOR_COMPONENTS.some((own) => file.endsWith(`/${own}.ts`)),
  );
  for (const room of PURE) {
    it(`reach neither Pulumi nor the world outside from ${room}`, () => {
      const files = pure.filter((file) => file.startsWith(`${room}/`));
      expect(files).not.to.deep.equal([]);
      const allowed = [...PURE_PACKAGES, ...(room === "infra/schema" ? SCHEMA_PACKAGES : [])];
      const impure = files
        .flatMap((file) => packagesOf(file))
        .filter((way) => !allowed.some((name) => way.endsWith(` > ${name}`)));
      expect(impure).to.deep.equal([]);
    });
  }
});
