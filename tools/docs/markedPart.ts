/** Lines of a page between which a generated part stands. */
export interface Markers {
  start: string;
  end: string;
}

/** The text of a cell of a Markdown table. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** The page with what stands between its markers replaced; throws where they are missing. */
export function withPart(page: string, { start, end }: Markers, part: string): string {
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`the page has no markers; put back ${start} and ${end}`);
  }
  return `${page.slice(0, from + start.length)}\n\n${part}\n\n${page.slice(to)}`;
}
