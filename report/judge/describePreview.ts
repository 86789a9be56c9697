import { maskMessage } from "../maskText";
import { Action, isGone, isKept, nameOf, type Preview, type ResourceChange } from "../read/preview";
import { Kind, kindOf } from "../read/resourceKind";
import { DATA_LOSS, type Entry, type Group, type Message, type Report, Severity } from "../report";
import { changedProperties } from "./changedProperties";
import { costOf } from "./costOf";
import { identityChanges } from "./identityChanges";
import { migrationChanges } from "./migrationChanges";
import { rightChanges } from "./rightChanges";
import { type CostContext, serverImagesOf } from "./serverCost";

/** Groups in the order in which a reader has to see them. */
const GROUPS: readonly [title: string, word: string, holds: (entry: Entry) => boolean][] = [
  [DATA_LOSS, "with data loss", ({ cost }) => cost?.severity === Severity.DataLoss],
  ["Deleted", "deleted", ({ action }) => action === Action.Delete],
  ["Replaced", "replaced", ({ action }) => action === Action.Replace],
  ["Changed", "changed", ({ action }) => action === Action.Update],
  ["Created", "created", ({ action }) => action === Action.Create],
  ["Other steps", "with other steps", () => true],
];

const COUNTED: readonly [action: Action, words: string][] = [
  [Action.Create, "to create"],
  [Action.Update, "to change"],
  [Action.Replace, "to replace"],
  [Action.Delete, "to delete"],
  [Action.Other, "with other steps"],
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
    ...rightChanges(preview),
    migrations: preview.changes.flatMap(migrationChanges),
    groups: groupsOf(entries),
    messages: messagesOf(preview, secrets),
  };
}

/** What the changes of a preview mean for each other. */
interface ChangeContext extends CostContext {
  /** Names of resources that are deleted or replaced, by URN. */
  names: ReadonlyMap<string, string>;
}

/** What every change of a preview is judged against. */
export function changeContext(changes: readonly ResourceChange[]): ChangeContext {
  const gone = changes.filter(isGone);
  return {
    gone: new Set(gone.filter((change) => !isKept(change)).map(kindOf)),
    serverImages: serverImagesOf(changes),
    names: new Map(gone.map(({ urn, name }) => [urn, name])),
  };
}

/** What one change is, why it happens and what it costs; no text of it is escaped yet. */
function describeChange(change: ResourceChange, context: ChangeContext): Entry {
  const kind = kindOf(change);
  const { because, changed } = changedProperties(change);
  const cost = costOf(change, context);
  return {
    name: change.name,
    what: kind === Kind.Other ? change.type : kind,
    action: change.action,
    because,
    through: because.length === 0 ? replacedDependencies(change, context) : [],
    changed,
    ...(cost && { cost }),
    isProtected: isGone(change) && change.old?.protect === true,
  };
}

/** Why a resource is replaced where no property of its own says so. */
function replacedDependencies(change: ResourceChange, { names }: ChangeContext): string[] {
  if (change.action !== Action.Replace) return [];
  const urns = [...(change.old?.dependencies ?? []), ...(change.new?.dependencies ?? [])];
  return [...new Set(urns)]
    .filter((urn) => urn !== change.urn)
    .flatMap((urn) => names.get(urn) ?? []);
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

/** Errors first; a message about many resources is shown once. */
function messagesOf({ diagnostics, changes }: Preview, secrets: readonly string[]): Message[] {
  const names = new Set(changes.map(({ name }) => name));
  const read = new Set<string>();
  const shown = new Map<string, Message>();
  for (const severity of ["error", "warning", "info"] as const) {
    for (const { message, urn, severity: own } of diagnostics) {
      if (own !== severity || shown.size >= MOST_MESSAGES || read.has(message)) continue;
      read.add(message);
      const text = maskMessage(message, names, secrets);
      const resource = urn && nameOf(urn);
      if (!shown.has(text)) shown.set(text, { severity, text, ...(resource && { resource }) });
    }
  }
  return [...shown.values()];
}
