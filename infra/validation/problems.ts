import { mayBeSecret } from "../secrecy/credentials";

/** One thing wrong with an input: where it is, what is wrong, what is allowed and what to do, on one line. */
export interface Problem {
  path: string;
  /** Never holds a secret value. */
  reason: string;
}

/** A checked value, or every problem found with it. */
export type Result<T> =
  | { readonly value: T; readonly problems?: undefined }
  | { readonly problems: readonly Problem[]; readonly value?: undefined };

export function valid<T>(value: T): Result<T> {
  return { value };
}

export function invalid(path: string, reason: string): { readonly problems: readonly Problem[] } {
  return { problems: [{ path, reason }] };
}

/** Gathers problems, so that one call reports them all. */
export class ProblemList {
  private readonly found: Problem[] = [];
  private readonly unusable = new Map<string, boolean>();

  add(path: string, reason: string): void {
    this.found.push({ path, reason });
  }

  /** The value of a result; where it has problems instead, these are added to the list and it is undefined. */
  valueOrCollect<T>(result: Result<T>): T | undefined {
    if (result.problems === undefined) return result.value;
    this.found.push(...result.problems);
    return undefined;
  }

  addAll(problems: readonly Problem[]): void {
    this.found.push(...problems);
  }

  /** Notes that something is set there that cannot be judged: it is refused already, or known only later. */
  leaveOut(path: string, later = false): void {
    this.unusable.set(path, later || this.isLater(path));
  }

  isLeftOut(path: string): boolean {
    return this.unusable.has(path);
  }

  isLater(path: string): boolean {
    return this.unusable.get(path) === true;
  }

  /** Paths below this one that are known only later. */
  laterBelow(path: string): string[] {
    return [...this.unusable.keys()].filter((one) => one.startsWith(path) && this.isLater(one));
  }

  get size(): number {
    return this.found.length;
  }

  list(): readonly Problem[] {
    return [...this.found];
  }

  /** The value if nothing was wrong, otherwise the problems. */
  toResult<T>(value: T): Result<T> {
    return this.found.length === 0 ? { value } : { problems: this.list() };
  }
}

/** A rule of a value: the test that finds the mistake, and what to tell the user. */
export interface Rule<T> {
  broken: (value: T) => boolean;
  reason: string | ((value: T) => string);
}

/** Returns the reason of the first broken rule, or undefined. */
export function firstBroken<T>(value: T, rules: readonly Rule<T>[]): string | undefined {
  const rule = rules.find(({ broken }) => broken(value));
  if (rule === undefined) return undefined;
  return typeof rule.reason === "string" ? rule.reason : rule.reason(value);
}

/** True for text that turns something on or off; where a name is required, somebody took it for a switch (graphql-engine #4892). */
export function isSwitch(text: string): boolean {
  return /^(?:true|false|yes|no|on|off|1|0|enabled?|disabled?)$/i.test(text.trim());
}

const QUOTE_LENGTH = 80;

/**
 * Quotes a user's value on one line, at most 80 characters of it; user info and query of a URL are masked and text
 * that may be a credential is not shown at all, because people paste the wrong thing into the right field.
 */
export function quoted(text: string): string {
  if (mayBeSecret(text)) return `(${text.length} characters, not shown)`;
  const masked = text.replace(/[^/\s]*@/g, "***@").replace(/\?.*$/s, "?***");
  const short = masked.length > QUOTE_LENGTH ? `${masked.slice(0, QUOTE_LENGTH)}…` : masked;
  return JSON.stringify(short);
}

/** True where Clerk's secret key was pasted, alone or inside other text. */
export function holdsSecretKey(text: string): boolean {
  return /sk_(?:test|live)_/.test(text);
}

export const SECRET_KEY_REASON =
  "holds Clerk's secret key (sk_…, not shown), which does not belong here; set identity.publishableKey to the publishable key (pk_…), and rotate the secret key if it was saved anywhere";

/** True where a publishable key was pasted. */
export function looksLikePublishableKey(text: string): boolean {
  return /^pk_(?:test|live)_/.test(text.trim());
}

export const PUBLISHABLE_KEY_REASON =
  "is a publishable key; move it to identity.publishableKey and leave this out";
