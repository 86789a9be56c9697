import { readRights } from "../../infra/schema/readRights";
import { isUnfiltered, Operation, type Right, rightKey } from "../../infra/schema/right";
import { Action, type Preview, type ResourceChange, sameValue } from "../read/preview";
import { Kind, kindOf } from "../read/resourceKind";
import { type Remark, type RightRow, type Sentence, sentence } from "../report";
import { anonymousRole, type Callers, callersOf } from "./callersOf";
import { exposureSentence } from "./exposureSentences";
import { sentencesOf, type Told } from "./rightSentences";
import { cellText, listed, nameCode, shortText } from "./rightWords";

/** Why a sentence has to be seen first; worst first. */
const Mark = {
  Anonymous: "No token needed",
  Unfiltered: "All rows",
  Token: "Tokens leave the stack",
  Data: "Rows leave the stack",
} as const;
type Mark = (typeof Mark)[keyof typeof Mark];

/** A right before and after; at least one of them is there. */
interface Pair {
  right: Right;
  before?: Right;
  after?: Right;
}

/** Who may do what after the update, compared with before: in sentences, and as a table of roles. */
export function rightChanges(preview: Preview): { rights: Remark[]; rightRows: RightRow[] } {
  const schemas = preview.changes.filter(isSchema);
  const pairs = schemas.flatMap((change) => pairsOf(change) ?? []);
  const hidden = schemas.filter((change) => pairsOf(change) === undefined);
  return {
    rights: [
      ...anonymousChange(preview),
      ...hidden.map(() => ({ sentence: HIDDEN })),
      ...remarksOf(pairs, callersOf(preview)),
    ],
    rightRows: pairs.filter(({ right }) => right.role !== "").map(rowOf),
  };
}

const HIDDEN: Sentence = sentence`What roles may do may change; only the update will know.`;

/** Another role for requests without a token gives these all of its rights, which may be the same as before. */
function anonymousChange(preview: Preview): Remark[] {
  const [from, to] = [anonymousRole(preview, "old"), anonymousRole(preview, "new")];
  if (from === undefined || to === undefined || from === to) return [];
  const before: Sentence = from === "" ? ["they are refused"] : ["they run as ", nameCode(from)];
  if (to === "")
    return [{ sentence: ["Requests without a token will be refused; now, ", ...before, "."] }];
  const words = ["Requests without a token will run as ", nameCode(to), "; now, ", ...before, "."];
  return [{ mark: Mark.Anonymous, sentence: words }];
}

/** A stack that gives up its schema leaves the engine as it is. */
function isSchema(change: ResourceChange): boolean {
  return kindOf(change) === Kind.HasuraSchema && change.action !== Action.Delete;
}

/** The rights that differ; undefined where one side is not known. */
function pairsOf({ old, new: later }: ResourceChange): Pair[] | undefined {
  const before = old === undefined ? [] : readRights(old.inputs.rights);
  const after = later === undefined ? [] : readRights(later.inputs.rights);
  if (before === undefined || after === undefined) return undefined;
  const pairs = new Map<string, Pair>(
    before.map((it) => [rightKey(it), { right: it, before: it }]),
  );
  for (const it of after) {
    pairs.set(rightKey(it), { ...pairs.get(rightKey(it)), right: it, after: it });
  }
  return [...pairs]
    .sort(([one], [other]) => (one < other ? -1 : Number(one > other)))
    .map(([, pair]) => pair)
    .filter((pair) => !sameValue(pair.before, pair.after));
}

function rowOf({ right, before, after }: Pair): RightRow {
  return {
    right: [nameCode(right.role), ", ", ...shortText(right)],
    before: cellText(before),
    after: cellText(after),
  };
}

/** A sentence before it knows of which roles it holds; none where no role decides. */
interface Draft extends Told {
  mark: Mark | undefined;
  roles: string[];
}

function remarksOf(pairs: readonly Pair[], callers: Callers): Remark[] {
  const drafts = new Map<string, Draft>();
  for (const draft of pairs.flatMap((pair) => draftsOf(pair, callers))) {
    const { mark, isGain, words, roles } = draft;
    const key = JSON.stringify([mark, isGain, words]);
    drafts.get(key)?.roles.push(...roles);
    if (!drafts.has(key)) drafts.set(key, draft);
  }
  return [...drafts.values()]
    .sort((one, other) => rankOf(one) - rankOf(other))
    .map(({ mark, roles, words }) => ({
      ...(mark && { mark }),
      sentence: [...listed(roles), ...words],
    }));
}

function draftsOf(pair: Pair, callers: Callers): Draft[] {
  const { right, before, after } = pair;
  if (right.role === "") {
    const words = exposureSentence(before, after);
    return [{ isGain: after !== undefined, words, mark: exposureMark(after), roles: [] }];
  }
  return sentencesOf(before, after).map((told) => ({
    ...told,
    mark: told.isGain ? markOf(right, callers) : undefined,
    roles: [right.role],
  }));
}

function exposureMark(after: Right | undefined): Mark | undefined {
  if (after?.operation === Operation.Forwarding) return Mark.Token;
  return after?.operation === Operation.EventTrigger ? Mark.Data : undefined;
}

function markOf(right: Right, { users, anonymous }: Callers): Mark | undefined {
  if (right.role === anonymous) return Mark.Anonymous;
  return users.has(right.role) && isUnfiltered(right) ? Mark.Unfiltered : undefined;
}

/** Marked ones, then what is gained, what no role decides, and what is lost. */
function rankOf({ mark, isGain, roles }: Draft): number {
  const marks = Object.values(Mark);
  if (mark !== undefined) return marks.indexOf(mark);
  const order = [isGain && roles.length > 0, isGain, true];
  return marks.length + order.indexOf(true);
}
