import type { Action } from "./read/preview";

/** A text, or something to be set in code font; both are escaped by whoever renders them. */
export type Piece = string | { readonly code: string };
export type Sentence = readonly Piece[];

/** Builds a sentence from a template; what stands in `${}` is set in code font. */
export function sentence(words: TemplateStringsArray, ...codes: string[]): Sentence {
  return words.flatMap((word, at): Piece[] => {
    const code = codes[at];
    return code === undefined ? [word] : [word, { code }];
  });
}

/** A sentence that may have to be seen first. */
export interface Remark {
  /** Why it has to be seen first. Example: `no token needed`. */
  mark?: string;
  sentence: Sentence;
}

/** What a role may do with one thing, before and after; an empty side is no right. */
export interface RightRow {
  right: Sentence;
  before: Sentence;
  after: Sentence;
}

/** How bad a change is for those who use the stack, worst first. */
export const Severity = {
  DataLoss: "data loss",
  Unknown: "unknown",
  Outage: "outage",
  Restart: "restart",
  Access: "access",
  Minor: "minor",
} as const;
export type Severity = (typeof Severity)[keyof typeof Severity];

/** What a change costs a user. */
export interface Cost {
  severity: Severity;
  text: string;
}

/** A changed property; `from` and `to` only where its values are public, `to` alone of what is created. */
export interface PropertyChange {
  path: string;
  from?: string;
  to?: string;
}

/** One resource in a report. */
export interface Entry {
  name: string;
  /** What it is, in words. */
  what: string;
  action: Action;
  /** Properties that force a replacement; empty for other actions. */
  because: readonly PropertyChange[];
  /** Names of replaced resources that it depends on. */
  through: readonly string[];
  /** The other changed properties. */
  changed: readonly PropertyChange[];
  cost?: Cost;
  isProtected: boolean;
}

/** Entries under one heading. */
export interface Group {
  title: string;
  /** What one entry is counted as, for example "replaced". */
  word: string;
  entries: readonly Entry[];
}

/** Title of the group that a reader has to see first. */
export const DATA_LOSS = "Data loss";

export function isLoss({ title }: Group): boolean {
  return title === DATA_LOSS;
}

/** A masked message. */
export interface Message {
  severity: "error" | "warning" | "info";
  resource?: string;
  text: string;
}

/** All that is rendered. */
export interface Report {
  title: string;
  stack: string;
  failed: boolean;
  fromGraphs: boolean;
  /** For example "2 to replace"; empty where nothing changes. */
  counts: readonly string[];
  unchanged: number;
  /** What changes for those who hold tokens. */
  identity: readonly Sentence[];
  /** What changes in who may do what, what has to be seen first at the top. */
  rights: readonly Remark[];
  /** The rights of roles that change. */
  rightRows: readonly RightRow[];
  /** Migrations that will run, and those that were changed after they ran. */
  migrations: readonly Remark[];
  /** Worst first. */
  groups: readonly Group[];
  messages: readonly Message[];
}
