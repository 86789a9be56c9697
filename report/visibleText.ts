/** Characters that are not seen, reorder what is seen, or break a line. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFC]/gu;
/** Accents heaped on one character cover the lines around it. */
const HEAPED = /(\p{M}{3})\p{M}+/gu;
const CUT = "…";

/**
 * A text on one line, in which nothing is hidden: what cannot be seen is spelt as its code point.
 * `most` is a number of characters, 120 by default.
 */
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
