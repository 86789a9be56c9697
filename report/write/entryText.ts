import { PLACEHOLDERS } from "../judge/publicValue";
import { Action } from "../read/preview";
import {
  type Entry,
  isLoss,
  type Piece,
  type PropertyChange,
  type Report,
  type Sentence,
} from "../report";

/** Why and in which properties a resource changes; at most `most` properties of each sort are named. */
export function whySentence(entry: Entry, most: number): Sentence {
  const { because, changed, through, action } = entry;
  const parts: Sentence[] = [];
  if (because.length > 0) parts.push(["because of ", ...listed(because, most)]);
  if (through.length > 0) {
    const names = through.map((path) => ({ path }));
    parts.push(["because of replaced ", ...listed(names, most)]);
  }
  if (changed.length > 0) {
    parts.push([parts.length === 0 ? "" : "also ", ...listed(changed, most)]);
  }
  if (parts.length === 0 && action === Action.Replace) return ["the preview gives no reason"];
  return parts.flatMap((part, at) => (at === 0 ? part : ["; ", ...part]));
}

function listed(changes: readonly PropertyChange[], most: number): Piece[] {
  const shown = changes.slice(0, most).flatMap((change, at): Piece[] => {
    const text: Piece[] = [{ code: change.path }, ...values(change)];
    return at === 0 ? text : [", ", ...text];
  });
  const rest = changes.length - most;
  return rest > 0 ? [...shown, ` and ${rest} more`] : shown;
}

function values({ from, to }: PropertyChange): Piece[] {
  if (to === undefined) return [];
  if (from === undefined) return [" (", value(to), ")"];
  return [" (", value(from), " → ", value(to), ")"];
}

function value(text: string): Piece {
  return PLACEHOLDERS.has(text) ? text : { code: text };
}

/** What a change costs; empty where it costs nothing. */
export function costText({ cost, isProtected }: Entry): string {
  const guard =
    "It is protected: the update is refused, and changes nothing, until the protection is removed.";
  return [cost?.text, isProtected ? guard : undefined]
    .filter((text) => text !== undefined)
    .join(" ");
}

/** The counts in one line. */
export function countsText({ counts, unchanged, failed }: Report): string {
  if (failed && counts.length === 0) return "No change is known.";
  const stays = unchanged === 1 ? "1 stays as it is" : `${unchanged} stay as they are`;
  return counts.length === 0 ? `Nothing changes: ${stays}.` : `${counts.join(", ")}; ${stays}.`;
}

/** Entries whose data is lost. */
export function lossText({ groups }: Report): string {
  const lost = groups.find(isLoss)?.entries.length ?? 0;
  if (lost === 0) return "";
  return lost === 1 ? "1 resource loses data." : `${lost} resources lose data.`;
}

/** What a reader has to know about the whole before reading it. */
export function caveats({ failed, fromGraphs }: Report): string[] {
  return [
    ...(failed ? ["The preview failed: the list is not complete."] : []),
    ...(fromGraphs
      ? [
          "Compares what the program asks for before and after, without looking at what exists. Secrets are left out, so a changed secret is not seen. Whether a change replaces a resource follows from rules of this report.",
        ]
      : []),
  ];
}
