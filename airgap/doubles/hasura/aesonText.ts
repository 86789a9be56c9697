/**
 * What the engine's decoder (aeson) says of a text that is no JSON: where reading stopped, with up to
 * 30 characters of what stands there. It is why an engine prints part of a secret that is no JSON.
 */
export function explainBadJson(text: string): string {
  const reader = new Reader(text);
  try {
    reader.value();
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
  return reader.unexpected("end-of-input").message;
}

/** The first JSON value of a text, whatever follows it; undefined where there is none. */
export function leadingJson(text: string): string | undefined {
  const reader = new Reader(text);
  try {
    reader.value();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
  return reader.read();
}

class Unreadable extends Error {}

class Reader {
  private at = 0;

  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  read(): string {
    return this.text.slice(0, this.at);
  }

  value(): void {
    this.skipBlanks();
    if (this.take(/"/y)) this.string();
    else if (this.take(/\{/y)) this.members("}", "record key literal or }", "key literal");
    else if (this.take(/\[/y)) this.members("]", "", "");
    else if (!this.take(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y)) {
      throw this.unexpected("JSON value");
    }
  }

  unexpected(wanted: string): Unreadable {
    const rest = this.text.slice(this.at, this.at + 30);
    const what = rest === "" ? "end-of-input" : JSON.stringify(rest);
    return new Unreadable(`Unexpected ${what}, expecting ${wanted}`);
  }

  /** The members of an object or list whose bracket is read; lists have no keys. */
  private members(end: "}" | "]", first: string, next: string): void {
    this.skipBlanks();
    if (this.take(end === "}" ? /\}/y : /\]/y)) return;
    for (let wanted = first; ; wanted = next) {
      if (end === "}") this.key(wanted);
      this.value();
      this.skipBlanks();
      if (this.take(end === "}" ? /\}/y : /\]/y)) return;
      const comma = this.at;
      if (!this.take(/,/y)) throw this.unexpected(`, or ${end}`);
      this.skipBlanks();
      if (end === "}" && this.text[this.at] !== '"' && this.at < this.text.length) {
        this.at = comma;
        throw this.unexpected(next);
      }
    }
  }

  private key(wanted: string): void {
    if (!this.take(/"/y)) throw this.unexpected(wanted);
    this.string();
    this.skipBlanks();
    if (!this.take(/:/y)) throw this.unexpected(":");
  }

  private string(): void {
    this.take(/(?:[^"\\]|\\.)*/sy);
    if (!this.take(/"/y)) {
      throw new Unreadable("Unexpected end-of-input while parsing string literal");
    }
  }

  private skipBlanks(): void {
    this.take(/[ \t\r\n]+/y);
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return false;
    this.at += found[0].length;
    return true;
  }
}
