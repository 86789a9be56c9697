export type CacheHeaders = { cacheControl?: string; expires?: string };

const HTTP_DATE = /^\s*[a-z]{3}, \d{2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT\s*$/i;

const TOKEN_CHARACTER = /[A-Za-z0-9!#$%&'*+.^_`|~-]/;

/** `value` is undefined for a name alone, which is another thing than a name with an empty value. */
type Directive = { name: string; value: string | undefined };

/**
 * When a key set has to be fetched again, in milliseconds since the epoch; undefined means that the
 * answer gives no expiry, so that none is stored (JWT.hs determineJwkExpiryLifetime).
 */
export function jwkExpiry(
  { cacheControl, expires }: CacheHeaders,
  now: number,
): number | undefined {
  if (cacheControl !== undefined) {
    const directives = new CacheControlReader(cacheControl).read();
    const age = directives?.find(
      ({ name, value }) => value !== undefined && (name === "max-age" || name === "s-maxage"),
    );
    const lifetime = age === undefined ? undefined : Number.parseInt(age.value ?? "", 10);
    // Either is an error to the engine, which then does not come to look at Expires.
    if (directives === undefined || !isAge(age?.value)) return undefined;
    const has = (flag: string) =>
      directives.some(({ name, value }) => name === flag && value === undefined);
    if (has("must-revalidate")) return now + (lifetime ?? 0) * 1000;
    if (has("no-cache") || has("no-store")) return now;
    if (lifetime !== undefined) return now + lifetime * 1000;
  }
  const date = expires !== undefined && HTTP_DATE.test(expires) ? Date.parse(expires) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

/** No age at all is none that cannot be read. */
function isAge(value: string | undefined): boolean {
  return value === undefined || /^[0-9]/.test(value);
}

/** Reads by the grammar of Data.Parser.CacheControl, as far as the header follows it; blanks are single ones. */
class CacheControlReader {
  private at = 0;

  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Undefined where not even one directive can be read. */
  read(): Directive[] | undefined {
    while (this.takes(/,/)) this.takes(/\s/);
    const first = this.directive();
    if (first === undefined) return undefined;
    const directives = [first];
    while (this.comma()) {
      const next = this.tried(() => {
        this.takes(/\s/);
        return this.directive();
      });
      if (next !== undefined) directives.push(next);
    }
    return directives;
  }

  private comma(): boolean {
    const found = this.tried(() => {
      this.takes(/\s/);
      return this.takes(/,/) || undefined;
    });
    return found !== undefined;
  }

  private directive(): Directive | undefined {
    const name = this.token();
    if (name === undefined) return undefined;
    const value = this.tried(() => (this.takes(/=/) ? (this.token() ?? this.quoted()) : undefined));
    return { name, value };
  }

  private token(): string | undefined {
    const start = this.at;
    while (this.takes(TOKEN_CHARACTER));
    return this.at === start ? undefined : this.text.slice(start, this.at);
  }

  private quoted(): string | undefined {
    if (!this.takes(/"/)) return undefined;
    let value = "";
    while (this.at < this.text.length) {
      if (this.takes(/"/)) return value;
      if (!this.takes(/\\/) && !/[\s -~]/.test(this.text.charAt(this.at))) return undefined;
      value += this.text.charAt(this.at);
      this.at += 1;
    }
    return undefined;
  }

  private takes(character: RegExp): boolean {
    const fits = this.at < this.text.length && character.test(this.text.charAt(this.at));
    if (fits) this.at += 1;
    return fits;
  }

  /** Goes back to where it was when nothing is found. */
  private tried<T>(read: () => T | undefined): T | undefined {
    const start = this.at;
    const found = read();
    if (found === undefined) this.at = start;
    return found;
  }
}
