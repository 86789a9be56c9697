/** Most characters that GitHub takes in a comment or an issue: 65,535. */
export const COMMENT_LIMIT = 65_535;

/**
 * Cuts a text at the end of a line so that it fits, and says so at its top, where an open code fence cannot swallow it.
 * @param limit Characters, as UTF-16 counts them, which is never less than GitHub counts.
 */
export function fitText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const notice = `> **Cut off:** the whole text has ${text.length} characters, and ${limit} fit here. The run has all of it.\n\n`;
  const room = text.slice(0, Math.max(0, limit - notice.length));
  const lastLine = room.lastIndexOf("\n");
  const kept = lastLine > 0 ? room.slice(0, lastLine) : room;
  // Half of a surrogate pair is not a string.
  return `${notice}${kept.replace(/[\uD800-\uDBFF]$/, "")}`.slice(0, limit);
}

/** Most backquotes in a row that a code block keeps: its fence has to be longer, at both ends. */
const MOST_BACKQUOTES = 100;
const LONG_RUN = new RegExp(`(\`{${MOST_BACKQUOTES}})\`+`, "g");

/** A text in a code block that it cannot leave, whatever it holds. */
export function fenced(text: string): string {
  // Control characters other than line ends and tabs, as terminals get them, have no place in a page.
  const plain = text.replace(/[^\P{Cc}\n\t]/gu, "").replace(LONG_RUN, "$1…");
  const runs = plain.match(/`+/g) ?? [];
  const longest = runs.reduce((most, run) => Math.max(most, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${plain.replace(/\n?$/, "\n")}${fence}\n`;
}
