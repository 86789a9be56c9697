import { Action, type Properties, type ResourceChange, recordIn, textIn } from "../read/preview";
import { Kind, kindOf } from "../read/resourceKind";
import { DATA_LOSS, type Remark, sentence } from "../report";
import { publicName, publicValue } from "./publicValue";

/** Stands between the digest of a migration and what it loses (infra/providers/schemaProvider.ts). */
const LOSSES = "; loses data: ";
/** Versions are numbers, not all of one length. */
const { compare } = new Intl.Collator("en", { numeric: true });

/** Names of the migrations that the update runs, in their order, each with what data it loses; empty where none. */
export function pendingMigrations(change: ResourceChange): [name: string, losses: string][] {
  const { before, after } = migrationsOf(change);
  return Object.keys(after)
    .filter((name) => !Object.hasOwn(before, name))
    .sort(compare)
    .map((name) => [name, lossesIn(textIn(after, name))]);
}

/** What becomes of the migrations; nothing for a resource of another kind. */
export function migrationChanges(change: ResourceChange): Remark[] {
  const { before, after } = migrationsOf(change);
  const pending = pendingMigrations(change).map(([name, losses]): Remark => {
    const shown = publicName(name);
    if (losses === "") return { sentence: sentence`${shown} will run.` };
    return { mark: DATA_LOSS, sentence: sentence`${shown} will run; it ${publicValue(losses)}.` };
  });
  const changed = Object.keys(before)
    .sort(compare)
    .flatMap((name): Remark[] => {
      const [shown, from, to] = [publicName(name), textIn(before, name), textIn(after, name)];
      if (to === "") {
        return [{ sentence: sentence`${shown} is no longer in the folder; what it did stays.` }];
      }
      const isEdited = digestIn(from) !== digestIn(to);
      return isEdited
        ? [{ sentence: sentence`${shown} was edited after it ran, and does not run again.` }]
        : [];
    });
  return [...pending, ...changed];
}

/** A stack that gives up its schema keeps what was applied. */
function migrationsOf(change: ResourceChange): { before: Properties; after: Properties } {
  const isOther = kindOf(change) !== Kind.HasuraSchema || change.action === Action.Delete;
  const inputs = (side: "old" | "new") => (isOther ? {} : (change[side]?.inputs ?? {}));
  return {
    before: recordIn(inputs("old"), "migrations"),
    after: recordIn(inputs("new"), "migrations"),
  };
}

function digestIn(text: string): string {
  return text.split(LOSSES)[0] ?? "";
}

function lossesIn(text: string): string {
  return text.split(LOSSES)[1] ?? "";
}
