import { type Operation, type Right, verbOf } from "../../infra/schema/right";
import { NO_ROW } from "../../infra/schema/rowFilter";
import { hasSecretMark, mayBeSecret } from "../../infra/secrecy/credentials";
import type { Piece, Sentence } from "../report";
import { NOT_SHOWN, PLACEHOLDERS, publicName } from "./publicValue";

/** Names that a sentence shows at most. */
const MOST_NAMES = 12;

/** A name of the metadata. */
export function nameCode(name: string): Piece {
  return codeUnlessHidden(publicName(name));
}

/** Conditions and addresses; user info and query of a URL are masked when rights are read, and here again. */
export function textCode(text: string): Piece {
  if (text === "") return "nothing";
  const masked = text.replace(/\/\/[^\s]*@/g, "//***@").replace(/\?[^\s,)]+/g, "?***");
  const isHidden = hasSecretMark(masked) || mayBeSecret(masked.replace(/[-_/]/g, " "));
  return codeUnlessHidden(isHidden ? NOT_SHOWN : masked);
}

function codeUnlessHidden(text: string): Piece {
  return PLACEHOLDERS.has(text) ? text : { code: text };
}

/** `a`, `b` and `c`. */
export function listed(names: readonly string[], code = nameCode): Piece[] {
  const shown = names.slice(0, MOST_NAMES).map(code);
  const rest = names.length - shown.length;
  const last = rest > 0 ? `${rest} more` : shown.pop();
  return [
    ...shown.flatMap((piece, at): Piece[] => (at === 0 ? [piece] : [", ", piece])),
    ...(shown.length === 0 || last === undefined ? [] : [" and "]),
    ...(last === undefined ? [] : [last]),
  ];
}

/** How a right about rows, or one with columns or fields, is said. */
interface Phrase {
  /** Before and after rows. */
  around: [verb: string, joint: string];
  /** Before columns. Default: as before rows. */
  columns?: string;
  /** Before the words about rows; absent where rows do not matter. */
  ofRows?: string;
  allRows?: string;
}

const PHRASES: Readonly<Partial<Record<Operation, Phrase>>> = {
  select: { around: ["read", "of"], ofRows: ", of " },
  insert: {
    around: ["insert", "into"],
    columns: "insert rows with",
    ofRows: ", ",
    allRows: "any row",
  },
  update: { around: ["update", "of"], ofRows: ", of " },
  delete: { around: ["delete", "of"], ofRows: ", " },
  query: { around: ["use", "of the remote schema"] },
};

/** For example: insert into `todos`. */
export function shortText(right: Right): Sentence {
  return [`${verbOf(right)} `, nameCode(right.object)];
}

/** For example: read `email` of `profiles`. Default columns: the right's own. */
export function columnsText(right: Right, columns = right.columns): Sentence {
  const phrase = PHRASES[right.operation];
  if (columns === undefined || phrase === undefined) return shortText(right);
  const [verb, joint] = phrase.around;
  const later = columns.includes("*") ? [" and every column that a later migration adds"] : [];
  return [
    `${phrase.columns ?? verb} `,
    ...namesOf(columns),
    ` ${joint} `,
    nameCode(right.object),
    ...later,
  ];
}

/** Computed fields are not among every column. */
function namesOf(columns: readonly string[]): Piece[] {
  if (columns.length === 0) return ["no column"];
  if (!columns.includes("*")) return listed(columns);
  const computed = columns.filter((it) => it !== "*");
  return ["every column", ...computed.flatMap((it): Piece[] => [" and ", nameCode(it)])];
}

/** For example: read `email` of `profiles`, of all rows. */
export function rightText(right: Right, columns = right.columns): Sentence {
  const ofRows = PHRASES[right.operation]?.ofRows;
  const rows: Sentence = ofRows === undefined ? [] : [ofRows, ...rowsText(right)];
  return [...columnsText(right, columns), ...rows];
}

/** For example: read all rows of `profiles`. */
export function rowsChangeText(right: Right): Sentence {
  const [verb = "", joint = ""] = PHRASES[right.operation]?.around ?? [];
  const object = [` ${joint} `, nameCode(right.object)];
  if (right.rows === undefined || right.rows === NO_ROW) {
    return [`${verb} `, ...rowsText(right), ...object];
  }
  return [`${verb} only rows`, ...object, " where ", textCode(right.rows)];
}

/** For example: all rows. */
export function rowsText(right: Right): Piece[] {
  const { rows } = right;
  if (rows === undefined) return [PHRASES[right.operation]?.allRows ?? "all rows"];
  return rows === NO_ROW ? [rows] : ["rows where ", textCode(rows)];
}

/** What else a right allows or demands, each as a clause. */
export function clausesOf(right: Right): Sentence[] {
  const { aggregates, limit, rootFields, check, presets, conditions, mutates } = right;
  return [
    ...(aggregates ? [["with counts and sums"]] : []),
    ...(limit === undefined ? [] : [[`at most ${limit} rows in one query`]]),
    ...(rootFields === undefined ? [] : [["through ", ...rootFieldsText(rootFields)]]),
    ...(check === undefined ? [] : [["if the row then meets ", textCode(check)]]),
    ...(presets === undefined ? [] : [["where the metadata sets ", ...listed(presets, textCode)]]),
    ...(conditions === undefined
      ? []
      : [["under the condition ", ...listed(conditions, textCode)]]),
    ...(mutates ? [["which may change data"]] : []),
  ];
}

/** Root fields by which rows can be asked for. */
export function rootFieldsText(rootFields: readonly string[]): Piece[] {
  return rootFields.length === 0 ? ["relationships alone"] : listed(rootFields);
}

function columnsCell(columns: readonly string[]): Sentence {
  return [...namesOf(columns), ...(columns.includes("*") ? [", later ones too"] : [])];
}

/** All of a right, as one cell of a table. */
export function cellText(right: Right | undefined): Sentence {
  if (right === undefined) return ["no"];
  const ofRows = PHRASES[right.operation]?.ofRows;
  const clauses: Sentence[] = [
    ...(right.columns === undefined ? [] : [columnsCell(right.columns)]),
    ...(ofRows === undefined ? [] : [rowsText(right)]),
    ...clausesOf(right),
  ];
  return clauses.length === 0
    ? ["yes"]
    : clauses.flatMap((it, at) => (at === 0 ? it : ["; ", ...it]));
}
