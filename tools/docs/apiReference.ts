import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cell } from "./markedPart";
import { type Field, type Member, type PublicName, publicSurface } from "./publicSurface";

const ROOT = join(__dirname, "../..");

/** Where the reference stands. */
export const REFERENCE_FILE = "docs/api.md";

const HEAD = `# API reference

Everything that \`clerk-hasura\` exports. Written from the docstrings by \`tools/docs/apiReference.ts\`: change those, then
\`node --import tsx tools/docs/apiReference.ts --write\`. \`Input<T>\` takes a value, a promise or an output of Pulumi.`;

const KINDS: [kind: PublicName["kind"], title: string][] = [
  ["class", "Components"],
  ["interface", "Arguments and values"],
  ["enum", "Enumerations"],
  ["function", "Functions"],
];

const DEFAULT = /\s*Default: (.*)$/;

/** A type in code font, which leads to the section of the first name in it that has one. */
function typeCell(type: string, names: readonly string[]): string {
  const code = `\`${cell(type)}\``;
  const known = type.match(/\w+/g)?.find((word) => names.includes(word));
  return known === undefined ? code : `[${code}](#${known.toLowerCase()})`;
}

function defaultCell({ doc, optional }: Field): string {
  if (!optional) return "required";
  return cell(DEFAULT.exec(doc)?.[1]?.replace(/\.$/, "") ?? "none");
}

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function fieldTable(fields: readonly Field[], names: readonly string[]): string {
  const rows = fields.map((it) => [
    `\`${it.name}\``,
    typeCell(it.type, names),
    defaultCell(it),
    cell(it.doc.replace(DEFAULT, "")),
  ]);
  return table(["name", "type", "default", "meaning"], rows);
}

function valueTable(values: readonly Field[], names: readonly string[]): string {
  const rows = values.map((it) => [`\`${it.name}\``, typeCell(it.type, names), cell(it.doc)]);
  return table(["output", "type", "meaning"], rows);
}

function memberTable(name: string, members: readonly Member[]): string {
  const rows = members.map((it) => [`\`${name}.${it.name}\``, `\`${it.value}\``, cell(it.doc)]);
  return table(["member", "value", "meaning"], rows);
}

function bodyOf(it: PublicName, names: readonly string[]): string {
  switch (it.kind) {
    case "class": {
      const link = `[\`${it.args}\`](#${it.args.toLowerCase()})`;
      const made = `\`new ${it.name}(name, args, opts?)\` takes ${link}. ${it.construction}`;
      return `${made}\n\n${valueTable(it.outputs, names)}`;
    }
    case "interface":
      // What is no argument is a value that an output has, and has no default.
      return it.name.endsWith("Args") ? fieldTable(it.fields, names) : valueTable(it.fields, names);
    case "enum":
      return memberTable(it.name, it.members);
    case "function":
      return `\`${it.signature}\``;
  }
}

function section(it: PublicName, names: readonly string[]): string {
  return `### ${it.name}\n\n${it.doc}\n\n${bodyOf(it, names)}`;
}

/** What the public surface is, as Markdown. */
export function apiReference(surface: readonly PublicName[] = publicSurface(ROOT)): string {
  const names = surface.map(({ name }) => name);
  const parts = KINDS.map(([kind, title]) => {
    const sections = surface.filter((it) => it.kind === kind).map((it) => section(it, names));
    return [`## ${title}`, ...sections].join("\n\n");
  });
  return `${[HEAD, ...parts].join("\n\n")}\n`;
}

if (require.main === module) {
  const text = apiReference();
  if (process.argv.includes("--write")) writeFileSync(join(ROOT, REFERENCE_FILE), text);
  else process.stdout.write(text);
}
