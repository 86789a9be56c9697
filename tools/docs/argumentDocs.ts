import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A documented property of an arguments interface. */
interface Property {
  doc: string;
  /** Name of the property's type where that is another arguments interface. */
  type: string;
}

type Interfaces = ReadonlyMap<string, ReadonlyMap<string, Property>>;

const SOURCES = [
  "infra/settings/clerkHasuraArgs.ts",
  "infra/clerk/identityArgs.ts",
  "infra/hasura/hasuraArgs.ts",
  "infra/postgres/postgresArgs.ts",
];

function docOf(member: ts.PropertySignature): string {
  const [comment] = ts.getJSDocCommentsAndTags(member);
  const text = comment && ts.getTextOfJSDocComment(comment.comment);
  return (text ?? "").replace(/\s+/g, " ");
}

function propertiesOf(declaration: ts.InterfaceDeclaration): Map<string, Property> {
  const members = declaration.members.filter(ts.isPropertySignature);
  return new Map(
    members.map((member) => [
      member.name.getText(),
      { doc: docOf(member), type: member.type?.getText() ?? "" },
    ]),
  );
}

function readInterfaces(root: string): Interfaces {
  const declarations = SOURCES.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    return source.statements.filter(ts.isInterfaceDeclaration);
  });
  const own = new Map(declarations.map((it) => [it.name.text, propertiesOf(it)]));
  for (const it of declarations) {
    for (const base of it.heritageClauses?.flatMap(({ types }) => types) ?? []) {
      for (const [name, property] of own.get(base.expression.getText()) ?? []) {
        own.get(it.name.text)?.set(name, property);
      }
    }
  }
  return own;
}

/** The docstring's sentences without its default, which the table shows in a column of its own. */
function withoutDefault(doc: string): string {
  return doc.replace(/\s*Default:.*$/, "");
}

/**
 * What an argument's docstring says, for each path given, such as `hasura.port`.
 * Throws where a path leads to no documented property, so that no key goes without an explanation.
 */
export function argumentDocs(root: string, paths: readonly string[]): Map<string, string> {
  const interfaces = readInterfaces(root);
  return new Map(
    paths.map((path) => {
      let property: Property | undefined = { doc: "", type: "ProgramArgs" };
      for (const part of path.split(".")) {
        property = interfaces.get(property?.type ?? "")?.get(part);
      }
      if (!property?.doc) throw new Error(`${path} is no documented argument of the program`);
      return [path, withoutDefault(property.doc)];
    }),
  );
}
