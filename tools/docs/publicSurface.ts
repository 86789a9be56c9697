import { join } from "node:path";
import ts from "typescript";

/** A documented field of a class or interface. */
export interface Field {
  name: string;
  type: string;
  doc: string;
  optional: boolean;
}

/** A value of an enumeration. */
export interface Member {
  name: string;
  value: string;
  doc: string;
}

/** One name that the package exports. */
export type PublicName = { name: string; doc: string } & (
  | { kind: "class"; args: string; construction: string; outputs: Field[] }
  | { kind: "interface"; fields: Field[] }
  | { kind: "enum"; members: Member[] }
  | { kind: "function"; signature: string }
);

function docOf(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).slice(-1);
  const text = comment && ts.getTextOfJSDocComment(comment.comment);
  return (text ?? "").replace(/\s+/g, " ").trim();
}

/** A type as the reader of a program writes it, without the name that this source gives the SDK. */
function typeText(node: ts.Node | undefined): string {
  return (node?.getText() ?? "").replace(/\bpulumi\./g, "").replace(/\s+/g, " ");
}

function fieldOf(member: ts.PropertySignature | ts.PropertyDeclaration): Field {
  return {
    name: member.name.getText(),
    type: typeText(member.type),
    doc: docOf(member),
    optional: member.questionToken !== undefined,
  };
}

function isPublic(member: ts.ClassElement): member is ts.PropertyDeclaration {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return ts.isPropertyDeclaration(member) && !(ts.getCombinedModifierFlags(member) & hidden);
}

function classOf(name: string, node: ts.ClassDeclaration): PublicName {
  const construction = node.members.find(ts.isConstructorDeclaration);
  return {
    kind: "class",
    name,
    doc: docOf(node),
    args: typeText(construction?.parameters[1]?.type),
    construction: construction ? docOf(construction) : "",
    outputs: node.members.filter(isPublic).map(fieldOf),
  };
}

function membersOf(node: ts.ObjectLiteralExpression): Member[] {
  return node.properties.filter(ts.isPropertyAssignment).map((member) => ({
    name: member.name.getText(),
    value: ts.isStringLiteral(member.initializer) ? member.initializer.text : "",
    doc: docOf(member),
  }));
}

function enumOf(name: string, node: ts.VariableDeclaration): PublicName | undefined {
  const { initializer } = node;
  const object = initializer && ts.isAsExpression(initializer) ? initializer.expression : undefined;
  if (!object || !ts.isObjectLiteralExpression(object)) return undefined;
  const statement = node.parent.parent;
  return { kind: "enum", name, doc: docOf(statement), members: membersOf(object) };
}

function functionOf(name: string, node: ts.FunctionDeclaration): PublicName {
  const parameters = node.parameters.map((it) => typeText(it)).join(", ");
  const signature = `${name}(${parameters}): ${typeText(node.type)}`;
  return { kind: "function", name, doc: docOf(node), signature };
}

function describe(name: string, node: ts.Declaration): PublicName | undefined {
  if (ts.isClassDeclaration(node)) return classOf(name, node);
  if (ts.isFunctionDeclaration(node)) return functionOf(name, node);
  if (ts.isVariableDeclaration(node)) return enumOf(name, node);
  if (!ts.isInterfaceDeclaration(node)) return undefined;
  const fields = node.members.filter(ts.isPropertySignature).map(fieldOf);
  return { kind: "interface", name, doc: docOf(node), fields };
}

/**
 * Everything that `infra/index.ts` exports, by name.
 * Throws where an export is of a kind that is not known here.
 */
export function publicSurface(root: string): PublicName[] {
  const entry = join(root, "infra/index.ts");
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram({ rootNames: [entry], options });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  const symbols = module ? checker.getExportsOfModule(module) : [];
  const found = symbols.map((symbol) => {
    const alias = symbol.flags & ts.SymbolFlags.Alias;
    const { declarations = [] } = alias ? checker.getAliasedSymbol(symbol) : symbol;
    const [described] = declarations.flatMap((it) => describe(symbol.name, it) ?? []);
    if (!described) throw new Error(`${symbol.name} is exported, and of no kind known here`);
    return described;
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names whose docstring is missing, as `Name` or `Name.field`. */
export function undocumented(surface: readonly PublicName[]): string[] {
  return surface.flatMap((it) => {
    const parts: { name: string; doc: string }[] =
      it.kind === "class"
        ? [...it.outputs, { name: "constructor", doc: it.construction }]
        : it.kind === "interface"
          ? it.fields
          : it.kind === "enum"
            ? it.members
            : [];
    const silent = parts.filter(({ doc }) => doc === "").map(({ name }) => `${it.name}.${name}`);
    return it.doc === "" ? [it.name, ...silent] : silent;
  });
}
