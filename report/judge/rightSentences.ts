import type { Right } from "../../infra/schema/right";
import { NO_ROW } from "../../infra/schema/rowFilter";
import type { Sentence } from "../report";
import {
  clausesOf,
  columnsText,
  listed,
  nameCode,
  rightText,
  rootFieldsText,
  rowsChangeText,
  rowsText,
  shortText,
  textCode,
} from "./rightWords";

/** What changes in one right of a role, behind the name of the role. */
export interface Told {
  /** True where the role may do more, or something else. */
  isGain: boolean;
  words: Sentence;
}

/** What changes in one right: a sentence for each part of it. */
export function sentencesOf(before: Right | undefined, after: Right | undefined): Told[] {
  if (after === undefined) return before === undefined ? [] : [lost(...shortText(before))];
  if (before !== undefined) return PARTS.flatMap((part) => part(before, after));
  const clauses = clausesOf(after).flatMap((clause): Sentence => [", ", ...clause]);
  return [told(true, ...rightText(after), ...clauses)];
}

function told(isGain: boolean, ...words: Sentence): Told {
  return { isGain, words: [" may now ", ...words, "."] };
}

function lost(...words: Sentence): Told {
  return { isGain: false, words: [" may no longer ", ...words, "."] };
}

type Part = (before: Right, after: Right) => Told[];

const ALL = "*";

const columns: Part = (before, after) => {
  const [from, to] = [before.columns ?? [], after.columns ?? []];
  const gone = from.filter((it) => !holds(to, it));
  if (gone.includes(ALL)) {
    return [told(false, "only ", ...columnsText(after), "; before, every column")];
  }
  const gained = to.filter((it) => !holds(from, it));
  return [
    ...(gained.length === 0 ? [] : [told(true, ...rightText(after, gained))]),
    ...(gone.length === 0 ? [] : [lost(...columnsText(before, gone))]),
  ];
};

/** A computed field is not among every column. */
function holds(columns: readonly string[], name: string): boolean {
  return columns.includes(name) || (columns.includes(ALL) && !name.endsWith("()"));
}

const rows: Part = (before, after) => {
  if (before.rows === after.rows) return [];
  // Whether one condition lets in more rows than another is not known.
  const isGain = before.rows !== undefined && after.rows !== NO_ROW;
  return [told(isGain, ...rowsChangeText(after), "; before, ", ...rowsText(before))];
};

const check: Part = (before, after) => {
  if (before.check === after.check) return [];
  const meets = ({ check: words }: Right): Sentence =>
    words === undefined
      ? ["whatever the row is afterwards"]
      : ["only if the row then meets ", textCode(words)];
  const words = [...shortText(after), " ", ...meets(after), "; before, ", ...meets(before)];
  return [told(before.check !== undefined, ...words)];
};

const limit: Part = (before, after) => {
  if (before.limit === after.limit) return [];
  const most = ({ limit: count }: Right) =>
    count === undefined ? "any number" : `at most ${count}`;
  const object = nameCode(after.object);
  const isGain =
    (after.limit ?? Number.POSITIVE_INFINITY) > (before.limit ?? Number.POSITIVE_INFINITY);
  const rowsIn = after.limit === undefined ? "of rows of" : "rows of";
  return [
    told(
      isGain,
      `read ${most(after)} ${rowsIn} `,
      object,
      ` in one query; before, ${most(before)}`,
    ),
  ];
};

const aggregates: Part = (before, after) => {
  if (before.aggregates === after.aggregates) return [];
  const words: Sentence = ["count and sum rows of ", nameCode(after.object)];
  return [after.aggregates ? told(true, ...words) : lost(...words)];
};

const rootFields: Part = (before, after) => {
  const through = ({ rootFields: fields }: Right): Sentence =>
    fields === undefined ? ["every root field"] : rootFieldsText(fields);
  const [from, to] = [before.rootFields, after.rootFields];
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  const isGain = from !== undefined && (to === undefined || to.some((it) => !from.includes(it)));
  const words = [...through(after), "; before, through ", ...through(before)];
  return [told(isGain, ...shortText(after), " through ", ...words)];
};

/** Lists of which a shorter one lets do more. */
function demands(key: "presets" | "conditions", word: string, none: string): Part {
  return (before, after) => {
    const [from, to] = [before[key] ?? [], after[key] ?? []];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    const words = (list: readonly string[]): Sentence =>
      list.length === 0 ? [none] : [word, ...listed(list, textCode)];
    const isGain = from.some((it) => !to.includes(it));
    return [told(isGain, ...shortText(after), " ", ...words(to), "; before, ", ...words(from))];
  };
}

const mutates: Part = (before, after) => {
  if (before.mutates === after.mutates) return [];
  const effect = after.mutates ? ", which may now change data" : ", which no longer changes data";
  return [told(after.mutates === true, ...shortText(after), effect)];
};

/** What of a remote schema's permission is told by a digest. */
const content: Part = (before, after) => {
  const isTold = JSON.stringify(before.columns) !== JSON.stringify(after.columns);
  if (before.content === after.content || isTold) return [];
  return [told(true, ...shortText(after), " with other arguments or presets")];
};

const PARTS: readonly Part[] = [
  columns,
  rows,
  check,
  limit,
  aggregates,
  rootFields,
  demands("presets", "with the preset ", "without a preset"),
  demands("conditions", "under the condition ", "without a condition"),
  mutates,
  content,
];
