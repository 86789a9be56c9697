/**
 * An absolute URL, or undefined where a text is none. Not by `URL.canParse`, which refuses texts beyond ASCII once V8 has compiled
 * its caller (seen in Node 20.20).
 */
export function readUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
