import { isGone, isKept } from "./isGone";
import { Action, type ResourceChange } from "./preview";
import { type Cost, Severity } from "./report";
import { Kind, kindOf } from "./resourceKind";

const LOST: ReadonlyMap<Kind, string> = new Map<Kind, string>([
  [Kind.DataVolume, "Data loss: every row of every database in it is deleted."],
  [Kind.Volume, "Data loss: every file in it is deleted."],
  [Kind.Database, "Data loss: the database is dropped with every row in it."],
  [Kind.Schema, "Data loss: the schema is dropped with the tables in it."],
  [Kind.Role, "Data loss: the role is dropped, and what it owns may go with it."],
]);

/** What becomes of stored rows when the resource that holds or owns them changes. */
export function dataCost(change: ResourceChange): Cost | undefined {
  const kind = kindOf(change);
  if (change.action === Action.Update) return updated(kind, change);
  if (!isGone(change)) return undefined;
  if (isKept(change)) return keptCost(change);
  return { severity: Severity.DataLoss, text: LOST.get(kind) ?? "Data loss." };
}

function keptCost({ action }: ResourceChange): Cost {
  if (action === Action.Delete) {
    const text = "Kept where it is, with all data, but no longer looked after.";
    return { severity: Severity.Minor, text };
  }
  const text =
    "The old one is kept where it is, with all data, but no longer looked after; what uses it gets another one.";
  return { severity: Severity.Outage, text };
}

function updated(kind: Kind, { diffs, detailed }: ResourceChange): Cost | undefined {
  const names = new Set([...diffs, ...detailed.keys()]);
  if (kind === Kind.Role && names.has("password")) {
    const text = "The role's password changes: a client that has the old one cannot connect again.";
    return { severity: Severity.Access, text };
  }
  if (names.has("name")) {
    const text = "It is renamed with all data; a client that uses the old name fails.";
    return { severity: Severity.Access, text };
  }
  return undefined;
}
