import { join } from "node:path";
import ts from "typescript";
import { constantText, UNKNOWN } from "./constantText";
import { cell } from "./markedPart";
import { REFUSAL_TOPICS, type RefusalTopic } from "./refusalTopics";

/** What a user may be told, `…` standing for what only the run knows. */
export interface Refusal {
  /** Paths of the arguments, where the source tells them beside the text. */
  paths: string[];
  text: string;
}

const VERB =
  /^(?:\S+ )?(?:is|has|holds|must|would|begins|ends|names|means|excludes|leads|stands|lets|wants|uses|starts|contradicts|takes|may|cannot)\b/;
/** Half a sentence has that many words; what is shorter is glue, or the name of something. */
const WORDS = 5;
const CODE = /^(?:query|mutation|exports\.| )|\n|createRequire|process\.cwd/;
const PATH = /^(?:hasura|postgres|project)\.[\w.]+…?$/;

function isRefusal(node: ts.Node, text: string): boolean {
  if (CODE.test(text)) return false;
  if (VERB.test(text) && text.split(" ").length > 1) return true;
  // A remedy that several texts share is shown in each of them.
  const isPart = ts.isVariableDeclaration(node.parent) && !text.includes("; ");
  return text.split(" ").length >= WORDS && !isPart;
}

function topLevel(node: ts.Node): ts.Node {
  return ts.isSourceFile(node.parent) ? node : topLevel(node.parent);
}

function pathsIn(node: ts.Node, checker: ts.TypeChecker): string[] {
  const found: string[] = [];
  const visit = (it: ts.Node): void => {
    const text = ts.isExpression(it) ? constantText(it, checker) : undefined;
    if (text !== undefined && PATH.test(text)) found.push(text);
    else ts.forEachChild(it, visit);
  };
  visit(node);
  return [...new Set(found)];
}

/** What a shared rule is asked about: the paths in the calls of a function, in its own file. */
function askedPaths(name: string, source: ts.SourceFile, checker: ts.TypeChecker): string[] {
  const found: string[] = [];
  const visit = (it: ts.Node): void => {
    if (ts.isCallExpression(it) && it.expression.getText() === name) {
      found.push(...it.arguments.flatMap((argument) => pathsIn(argument, checker)));
    }
    ts.forEachChild(it, visit);
  };
  visit(source);
  return [...new Set(found)];
}

/** The path that an object gives beside a reason, if it is always the same. */
function ownPath(node: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const object = node.parent.parent;
  if (!ts.isPropertyAssignment(node.parent) || !ts.isObjectLiteralExpression(object)) {
    return undefined;
  }
  const path = object.properties.find((it) => it.name?.getText() === "path");
  const isAssigned = path && ts.isPropertyAssignment(path);
  return isAssigned ? constantText(path.initializer, checker) : undefined;
}

function pathsOf(node: ts.Expression, source: ts.SourceFile, checker: ts.TypeChecker): string[] {
  const own = ownPath(node, checker);
  if (own !== undefined) return own.startsWith(UNKNOWN) ? [] : [own];
  const around = topLevel(node);
  if (!ts.isFunctionDeclaration(around)) return [];
  const within = pathsIn(around, checker);
  return within.length > 0 ? within : askedPaths(around.name?.text ?? "", source, checker);
}

/** Every text of a file that a user may be told. */
function refusalsOf(source: ts.SourceFile, checker: ts.TypeChecker): Refusal[] {
  const found = new Map<string, Refusal>();
  const visit = (node: ts.Node): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
    const text = isText ? constantText(node, checker) : undefined;
    if (isText && text !== undefined && isRefusal(node, text)) {
      const paths = pathsOf(node, source, checker);
      const known = found.get(text)?.paths ?? [];
      found.set(text, { paths: [...new Set([...known, ...paths])], text });
    }
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found.values()].filter(({ text }) => text.replaceAll(UNKNOWN, "").length > 1);
}

/** A program of the component's sources, whose texts are read. */
export class RefusalReader {
  private readonly program: ts.Program;

  constructor(private readonly root: string) {
    const files = REFUSAL_TOPICS.flatMap((topic) => topic.files);
    const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    this.program = ts.createProgram({ rootNames: files.map((it) => this.place(it)), options });
  }

  private place(file: string): string {
    return join(this.root, "infra", file);
  }

  /** Texts of a file of `infra`; throws where there is none of that name. */
  of(file: string): Refusal[] {
    const source = this.program.getSourceFile(this.place(file));
    if (source === undefined) throw new Error(`infra/${file} is no source of the component`);
    return refusalsOf(source, this.program.getTypeChecker());
  }
}

const HEAD = `## What is refused

Every text that tells what is wrong with an argument, or with what an update met, as the source has it; \`…\` stands for what only
the run knows. What can be known before any resource exists is refused then, all of it in one error, each line with the path of the
argument before the text: \`- hasura.port: 0 is out of bounds; allowed: …\`. Outputs are checked when they resolve. Ranges of numbers
stand with the arguments above.`;

/** In code font, whatever backquotes it holds. */
function verbatim(text: string): string {
  return cell(text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``);
}

function topicSection({ title, files }: RefusalTopic, reader: RefusalReader): string {
  const refusals = files.flatMap((file) => reader.of(file));
  const shown = (it: Refusal) => it.paths.map((path) => `\`${path}\``).join(", ");
  const lines = refusals.some(({ paths }) => paths.length > 0)
    ? [
        "| argument | text |",
        "| --- | --- |",
        ...refusals.map((it) => `| ${shown(it)} | ${verbatim(it.text)} |`),
      ]
    : ["| text |", "| --- |", ...refusals.map(({ text }) => `| ${verbatim(text)} |`)];
  return `### ${title}\n\n${lines.join("\n")}`;
}

/** All of it as Markdown, by topic. */
export function refusalReference(root: string): string {
  const reader = new RefusalReader(root);
  return [HEAD, ...REFUSAL_TOPICS.map((topic) => topicSection(topic, reader))].join("\n\n");
}
