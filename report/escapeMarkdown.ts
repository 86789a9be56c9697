import type { Sentence } from "./report";
import { visibleText } from "./visibleText";

/** Characters that mean nothing within backquotes, neither to Markdown nor to a reader who looks for tags and mentions. */
const CODE = /^[A-Za-z0-9 ._:/$,;()[\]{}=+#%?!*^'"-]+$/;
/** What Markdown could read as more than text; a full stop or colon only where an address could go on. */
const MEANINGFUL = /[!#$%&*+<=>?@[\\\]^_`{|}~]|\.(?=\S)|:(?! )/g;
/** Marks that GitHub and GitLab turn into mentions, references and emoji after Markdown is done with them. */
const REFERRING = "@#!~%$&:";
/** Seen by nobody; keeps such a mark from what follows it. */
const APART = "&#8203;";

/**
 * Text of any origin as Markdown in a table cell or a list: one line, no tag, no cell border, no mention, no link, nothing
 * hidden. At most `most` characters of it, 120 by default.
 */
export function escapeMarkdown(text: string, most?: number): string {
  const visible = visibleText(text, most);
  return visible
    .replace(MEANINGFUL, (mark) => {
      const entity = `&#${mark.charCodeAt(0)};`;
      return REFERRING.includes(mark) ? entity + APART : entity;
    })
    .replace(/\bGH-(?=\d)/gi, (start) => start + APART);
}

/** The same in code font, where that can be done safely. */
export function markdownCode(text: string, most?: number): string {
  const visible = visibleText(text, most);
  return CODE.test(visible) ? `\`${visible}\`` : escapeMarkdown(visible, most);
}

/** A sentence with its pieces in code font. */
export function markdownSentence(sentence: Sentence): string {
  return sentence
    .map((piece) => (typeof piece === "string" ? prose(piece) : markdownCode(piece.code, 250)))
    .join("");
}

/** Words of this project; the spaces at their ends stay. */
function prose(text: string): string {
  const [start = ""] = /^ */.exec(text) ?? [];
  const [end = ""] = /[^ ]( *)$/.exec(text)?.slice(1) ?? [];
  return `${start}${escapeMarkdown(text, 500)}${end}`;
}
