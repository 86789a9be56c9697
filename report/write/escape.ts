import type { Sentence } from "../report";

/** Characters that are not seen, reorder what is seen, or break a line. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFC]/gu;
/** Accents heaped on one character cover the lines around it. */
const HEAPED = /(\p{M}{3})\p{M}+/gu;
const CUT = "…";

/** A text on one line, in which nothing is hidden: what cannot be seen is spelled as its code point. `most` counts characters. */
export function visibleText(text: string, most = 120): string {
  const shown = text
    .slice(0, most + 1)
    .replace(/[\s\u0085]+/gu, " ")
    .replace(INVISIBLE, (character) => {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      return `[U+${code}]`;
    })
    .replace(HEAPED, "$1")
    .trim();
  const isCut = text.length > most || shown.length > most;
  return isCut ? `${shown.slice(0, most).replace(/[\uD800-\uDBFF]$/, "")}${CUT}` : shown;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
  ["`", "&#96;"],
]);

/** Text of any origin for an element or a quoted attribute, on one line and with nothing hidden. */
export function escapeHtml(text: string, most?: number): string {
  return visibleText(text, most).replace(/[&<>"'`]/g, (mark) => ENTITIES.get(mark) ?? "");
}

/** The same in code font; `<bdi>` keeps scripts that run from right to left to themselves. */
export function htmlCode(text: string, most?: number): string {
  return `<code><bdi>${escapeHtml(text, most)}</bdi></code>`;
}

/** Characters that mean nothing within backquotes, neither to Markdown nor to a reader who looks for tags and mentions. */
const CODE = /^[A-Za-z0-9 ._:/$,;()[\]{}=+#%?!*^'"-]+$/;
/** What Markdown could read as more than text; a full stop or colon only where a URL could go on. */
const MEANINGFUL = /[!#$%&*+<=>?@[\\\]^_`{|}~]|\.(?=\S)|:(?! )/g;
/** Marks that GitHub and GitLab turn into mentions, references and emoji after Markdown is done with them. */
const REFERRING = "@#!~%$&:";
/** Seen by nobody; keeps such a mark from what follows it. */
const APART = "&#8203;";

/** Text of any origin in a table cell or a list: one line, no tag, no cell border, no mention, no link, nothing hidden. */
export function escapeMarkdown(text: string, most?: number): string {
  return visibleText(text, most)
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
export function htmlSentence(pieces: Sentence): string {
  return rendered(pieces, escapeHtml, htmlCode);
}

/** A sentence with its pieces in code font. */
export function markdownSentence(pieces: Sentence): string {
  return rendered(pieces, escapeMarkdown, markdownCode);
}

type Escape = (text: string, most?: number) => string;

function rendered(pieces: Sentence, escapes: Escape, code: Escape): string {
  return pieces
    .map((piece) => {
      if (typeof piece !== "string") return code(piece.code, 250);
      // Words of this project; the spaces at their ends stay.
      const [start = ""] = /^ */.exec(piece) ?? [];
      const [end = ""] = /[^ ]( *)$/.exec(piece)?.slice(1) ?? [];
      return `${start}${escapes(piece, 500)}${end}`;
    })
    .join("");
}
