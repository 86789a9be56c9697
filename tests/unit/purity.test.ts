import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import ts from "typescript";

const ROOT = join(__dirname, "../..");
/** Those of validation that speak Pulumi's language, whose users are components. */
const FOR_COMPONENTS = ["rejectProblems", "settledLater"];
/** What decides nothing by the clock, the network or the disk. */
const PURE_PACKAGES = ["node:crypto", "node:net", "node:path", "node:util"];

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith(".ts"))
    .sort();
}

const PURE = [
  ...filesIn("infra/clerk"),
  ...filesIn("policy/rules"),
  ...filesIn("infra/validation").filter(
    (name) => !FOR_COMPONENTS.some((own) => name.endsWith(`/${own}.ts`)),
  ),
];

/** What a file needs when it runs: imports of types alone are gone by then. */
function importsOf(file: string): string[] {
  const code = readFileSync(join(ROOT, file), "utf8");
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true);
  return source.statements.flatMap((statement) => {
    const named =
      (ts.isImportDeclaration(statement) && !isTypeOnly(statement.importClause)) ||
      (ts.isExportDeclaration(statement) && !statement.isTypeOnly);
    const from = named ? statement.moduleSpecifier : undefined;
    return from !== undefined && ts.isStringLiteral(from) ? [from.text] : [];
  });
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  if (clause.name !== undefined || bindings === undefined) return false;
  return ts.isNamedImports(bindings) && bindings.elements.every((one) => one.isTypeOnly);
}

/** The packages that a file reaches, each with the way to it. */
function packagesOf(file: string, way: readonly string[] = []): string[] {
  const path = [...way, file];
  return importsOf(file).flatMap((name) => {
    if (!name.startsWith(".")) return [`${path.join(" > ")} > ${name}`];
    const next = relative(ROOT, join(ROOT, dirname(file), `${name}.ts`));
    return path.includes(next) ? [] : packagesOf(next, path);
  });
}

describe("what is pure", () => {
  it("is all of infra/clerk and policy/rules, and most of infra/validation", () => {
    expect(PURE).to.include.members([
      "infra/clerk/identity.ts",
      "infra/clerk/template/shortcodes.ts",
      "policy/rules/policyRules.ts",
      "infra/validation/problems.ts",
    ]);
  });

  for (const file of PURE) {
    it(`reaches neither Pulumi nor the world outside: ${file}`, () => {
      const reached = packagesOf(file);
      const impure = reached.filter((way) => !PURE_PACKAGES.some((name) => way.endsWith(name)));
      expect(impure).to.deep.equal([]);
    });
  }
});
