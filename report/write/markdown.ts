import {
  type Entry,
  type Group,
  isLoss,
  type Message,
  type Remark,
  type Report,
  type RightRow,
  Severity,
} from "../report";
import { caveats, costText, countsText, lossText, whySentence } from "./entryText";
import { escapeMarkdown, markdownCode, markdownSentence } from "./escape";

/** Characters that a comment on GitHub may have. */
export const GITHUB_LIMIT = 65_535;
/** Characters that a report needs for its head and the note about what is left out. */
const SMALLEST_LIMIT = 3_000;

const MOST_PROPERTIES = 8;
const LONGEST_MESSAGE = 300;
const NOTE_ROOM = 700;
/** Lines about rights at most, so that there is room for what happens to resources. */
const MOST_RIGHTS = 100;
const RIGHTS_TABLE = "\n| Right | Before | After |\n| --- | --- | --- |\n";
const TABLE = "| Resource | What changes | What it costs |\n| --- | --- | --- |\n";

/** Lines that stand or fall together with their heading. */
interface Section {
  heading: string;
  /** What a line that is left out is counted as. */
  word: string;
  isResource: boolean;
  size: number;
  /** Lines that are written at most. Default: all for which there is room. */
  most?: number;
  line: (index: number) => string;
}

/** The report as Markdown of at most `limit` characters, the worst first, with a count of what is left out. */
export function renderMarkdown(report: Report, limit = GITHUB_LIMIT): string {
  const room = Math.max(limit, SMALLEST_LIMIT) - NOTE_ROOM;
  let text = headOf(report);
  const left: { word: string; isResource: boolean; count: number }[] = [];
  for (const { heading, word, isResource, size, most = size, line } of sectionsOf(report)) {
    let written = 0;
    for (; written < Math.min(size, most); written += 1) {
      const next = `${written === 0 ? heading : ""}${line(written)}\n`;
      if (text.length + next.length > room) break;
      text += next;
    }
    if (written < size) left.push({ word, isResource, count: size - written });
  }
  return `${text}${noteOf(left)}`;
}

function headOf(report: Report): string {
  const of = report.stack === "" ? "" : `: stack ${markdownCode(report.stack, 60)}`;
  const loss = lossText(report);
  const lines = [
    `## ${escapeMarkdown(report.title, 60)}${of}`,
    `**${countsText(report)}**${loss === "" ? "" : ` **${loss}**`}`,
    ...caveats(report).map((caveat) => `**Note.** ${caveat}`),
  ];
  return `${lines.join("\n\n")}\n`;
}

function sectionsOf(report: Report): Section[] {
  const { identity, messages, groups } = report;
  return [
    {
      heading: "\n### Who is let in\n\n",
      word: "changes for tokens",
      isResource: false,
      size: identity.length,
      line: (index) => `- ${markdownSentence(identity[index] ?? [])}`,
    },
    ...groups.filter(isLoss).map(groupSection),
    ...schemaSections(report),
    {
      heading: "\n### Messages\n\n",
      word: "messages",
      isResource: false,
      size: messages.length,
      line: (index) => messageLine(messages[index]),
    },
    ...groups.filter((group) => !isLoss(group)).map(groupSection),
  ];
}

/** What the schema changes. */
function schemaSections({ rights, rightRows, migrations }: Report): Section[] {
  return [
    {
      heading: "\n### Who may do what\n\n",
      word: "changes of rights",
      isResource: false,
      size: rights.length,
      most: MOST_RIGHTS,
      line: (index) => remarkLine(rights[index]),
    },
    {
      heading: RIGHTS_TABLE,
      word: "rows of rights",
      isResource: false,
      size: rightRows.length,
      most: MOST_RIGHTS,
      line: (index) => rightLine(rightRows[index]),
    },
    {
      heading: `\n### Migrations (${migrations.length})\n\n`,
      word: "migrations",
      isResource: false,
      size: migrations.length,
      line: (index) => remarkLine(migrations[index]),
    },
  ];
}

function groupSection({ title, word, entries }: Group): Section {
  return {
    heading: `\n### ${title} (${entries.length})\n\n${TABLE}`,
    word,
    isResource: true,
    size: entries.length,
    line: (index) => rowOf(entries[index]),
  };
}

function remarkLine(remark: Remark | undefined): string {
  if (remark === undefined) return "";
  const mark = remark.mark === undefined ? "" : `**${escapeMarkdown(remark.mark)}:** `;
  return `- ${mark}${markdownSentence(remark.sentence)}`;
}

function rightLine(row: RightRow | undefined): string {
  if (row === undefined) return "";
  const cells = [row.right, row.before, row.after].map(markdownSentence);
  return `| ${cells.join(" | ")} |`;
}

function messageLine(message: Message | undefined): string {
  if (message === undefined) return "";
  const about = message.resource === undefined ? "" : ` ${markdownCode(message.resource)}`;
  return `- **${message.severity}**${about}: ${escapeMarkdown(message.text, LONGEST_MESSAGE)}`;
}

function rowOf(entry: Entry | undefined): string {
  if (entry === undefined) return "";
  const name = `${markdownCode(entry.name)}, ${escapeMarkdown(entry.what)}`;
  const cost = escapeMarkdown(costText(entry), 500);
  const marked = entry.cost?.severity === Severity.DataLoss ? `**${cost}**` : cost;
  return `| ${name} | ${markdownSentence(whySentence(entry, MOST_PROPERTIES))} | ${marked} |`;
}

function noteOf(left: readonly { word: string; isResource: boolean; count: number }[]): string {
  if (left.length === 0) return "";
  const resources = left.filter(({ isResource }) => isResource);
  const total = resources.reduce((sum, { count }) => sum + count, 0);
  const parts = left.map(({ word, count }) => `${count} ${word}`).join(", ");
  const subject = total === 1 ? "1 resource is" : `${total} resources are`;
  const what = total === 0 ? "Some lines are" : subject;
  return `\n**${what} left out, because a comment cannot be longer: ${parts}. The HTML report has them all.**\n`;
}
