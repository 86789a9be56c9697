import type { Sentence } from "./report";
import { visibleText } from "./visibleText";

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
  ["`", "&#96;"],
]);

/** Text of any origin for an element or a quoted attribute, on one line and with nothing hidden; 120 characters of it by default. */
export function escapeHtml(text: string, most?: number): string {
  return visibleText(text, most).replace(/[&<>"'`]/g, (mark) => ENTITIES.get(mark) ?? "");
}

/** The same in code font; `<bdi>` keeps scripts that run from right to left to themselves. */
export function htmlCode(text: string, most?: number): string {
  return `<code><bdi>${escapeHtml(text, most)}</bdi></code>`;
}

/** A sentence with its pieces in code font. */
export function htmlSentence(sentence: Sentence): string {
  return sentence
    .map((piece) => (typeof piece === "string" ? prose(piece) : htmlCode(piece.code, 250)))
    .join("");
}

/** Words of this project; the spaces at their ends stay. */
function prose(text: string): string {
  const [start = ""] = /^ */.exec(text) ?? [];
  const [end = ""] = /[^ ]( *)$/.exec(text)?.slice(1) ?? [];
  return `${start}${escapeHtml(text, 500)}${end}`;
}
