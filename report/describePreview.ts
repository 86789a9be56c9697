import { changeContext, describeChange } from "./describeChange";
import { identityChanges } from "./identityChanges";
import { maskMessage } from "./maskMessage";
import { nameOf } from "./mergeSteps";
import { Action, type Preview } from "./preview";
import { DATA_LOSS, type Entry, type Group, type Message, type Report, Severity } from "./report";

/** Groups in the order in which a reader has to see them. */
const GROUPS: readonly [title: string, word: string, holds: (entry: Entry) => boolean][] = [
  [DATA_LOSS, "with data loss", ({ cost }) => cost?.severity === Severity.DataLoss],
  ["Deleted", "deleted", ({ action }) => action === Action.Delete],
  ["Replaced", "replaced", ({ action }) => action === Action.Replace],
  ["Changed", "changed", ({ action }) => action === Action.Update],
  ["Created", "created", ({ action }) => action === Action.Create],
  ["Otherwise touched", "otherwise touched", () => true],
];

const COUNTED: readonly [action: Action, words: string][] = [
  [Action.Create, "to create"],
  [Action.Update, "to change"],
  [Action.Replace, "to replace"],
  [Action.Delete, "to delete"],
  [Action.Other, "otherwise touched"],
];

const SEVERITIES = Object.values(Severity);
const MOST_MESSAGES = 50;

/** What a preview means, ready to be rendered; `title` stands above it, `secrets` are masked in messages. */
export function describePreview(
  preview: Preview,
  title: string,
  secrets: readonly string[] = [],
): Report {
  const context = changeContext(preview.changes);
  const entries = preview.changes.map((change) => describeChange(change, context));
  return {
    title,
    stack: preview.stack,
    failed: preview.failed,
    fromGraphs: preview.fromGraphs,
    counts: countsOf(preview),
    unchanged: preview.unchanged,
    identity: identityChanges(preview),
    groups: groupsOf(entries),
    messages: messagesOf(preview, secrets),
  };
}

function countsOf({ changes }: Preview): string[] {
  return COUNTED.flatMap(([action, words]) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
}

function groupsOf(entries: readonly Entry[]): Group[] {
  const byTitle = new Map<string, Entry[]>(GROUPS.map(([title]) => [title, []]));
  for (const entry of entries) {
    const [title = ""] = GROUPS.find(([, , holds]) => holds(entry)) ?? [];
    byTitle.get(title)?.push(entry);
  }
  return GROUPS.flatMap(([title, word]) => {
    const found = byTitle.get(title) ?? [];
    return found.length === 0 ? [] : [{ title, word, entries: worstFirst(found) }];
  });
}

/** Equal entries keep the order of the preview, which is that of the update. */
function worstFirst(entries: readonly Entry[]): Entry[] {
  const rank = ({ cost }: Entry) =>
    cost === undefined ? SEVERITIES.length : SEVERITIES.indexOf(cost.severity);
  return [...entries].sort((one, other) => rank(one) - rank(other));
}

/** Errors first; a message that was said of many resources is told once. */
function messagesOf({ diagnostics, changes }: Preview, secrets: readonly string[]): Message[] {
  const names = new Set(changes.map(({ name }) => name));
  const told = new Set<string>();
  const seen = new Map<string, Message>();
  const order = ["error", "warning", "info"] as const;
  for (const severity of order) {
    for (const { message, urn, severity: own } of diagnostics) {
      if (own !== severity || seen.size >= MOST_MESSAGES || told.has(message)) continue;
      told.add(message);
      const text = maskMessage(message, names, secrets);
      const resource = urn && nameOf(urn);
      if (!seen.has(text)) seen.set(text, { severity, text, ...(resource && { resource }) });
    }
  }
  return [...seen.values()];
}
