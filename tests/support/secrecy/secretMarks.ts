import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

/** A place in the code that makes something secret, and the code without it. */
export interface SecretMark {
  /** Path within the checkout. */
  file: string;
  line: number;
  /** The mark as it is written, shortened. */
  text: string;
  /** The whole file without the mark. */
  mutated: string;
}

/** A stretch of a file and what takes its place. */
interface Edit {
  node: ts.Node;
  replaced: ts.Node;
  by: string;
}

const CONFIG_READER = /^(?:get|require)Secret/;
const OWN_MARKER = /^mark\w*Secrets?$/;

/** `pulumi.secret(x)` becomes `pulumi.output(x)`, which is the same but for the mark; `config.requireSecret` becomes `require`. */
function unmarkedCall(node: ts.CallExpression): Edit | undefined {
  const callee = node.expression;
  const [argument] = node.arguments;
  if (ts.isPropertyAccessExpression(callee)) {
    const { text } = callee.name;
    if (text === "secret") return { node, replaced: callee.name, by: "output" };
    if (CONFIG_READER.test(text)) {
      return { node, replaced: callee.name, by: text.replace("Secret", "") };
    }
  }
  const own = ts.isIdentifier(callee) && (callee.text === "secret" || OWN_MARKER.test(callee.text));
  if (!own || argument === undefined) return undefined;
  return { node, replaced: node, by: `(${argument.getText()})` };
}

/** What a setting of a secret kind is without the mark. */
const OPEN_KINDS: ReadonlyMap<string, string> = new Map([
  ["Secret", "Text"],
  ["SecretRecord", "Rec"],
]);

/** `additionalSecretOutputs: [...]` lists nothing any more, and a setting of a secret kind has the open one. */
function unmarkedProperty(node: ts.PropertyAssignment): Edit | undefined {
  const name = node.name.getText();
  const { initializer } = node;
  if (name === "additionalSecretOutputs") return { node, replaced: initializer, by: "[]" };
  const by = ts.isIdentifier(initializer) ? OPEN_KINDS.get(initializer.text) : undefined;
  return by === undefined ? undefined : { node, replaced: initializer, by };
}

function editsOf(source: ts.SourceFile): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const edit = ts.isCallExpression(node)
      ? unmarkedCall(node)
      : ts.isPropertyAssignment(node)
        ? unmarkedProperty(node)
        : undefined;
    if (edit !== undefined) edits.push(edit);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits;
}

function marksOf(root: string, file: string): SecretMark[] {
  const code = readFileSync(join(root, file), "utf8");
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true);
  return editsOf(source).map(({ node, replaced, by }) => ({
    file,
    line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
    text: node.getText().replace(/\s+/g, " ").slice(0, 70),
    mutated: code.slice(0, replaced.getStart()) + by + code.slice(replaced.getEnd()),
  }));
}

/** Every place below a folder that makes something secret, as the compiler reads the code. */
export function secretMarks(root: string, folder = "infra"): SecretMark[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .flatMap((name) => marksOf(root, name));
}
