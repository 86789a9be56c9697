import type { Operation, Right } from "../../infra/schema/right";
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

/** How an operation is said. */
interface Verb {
  /** With the object alone. */
  short: string;
  /** Before and after rows. */
  around?: [verb: string, joint: string];
  /** Before columns. Default: as before rows. */
  columns?: string;
  /** Before the words about rows; absent where rows do not matter. */
  ofRows?: string;
  allRows?: string;
}

const VERBS: Readonly<Partial<Record<Operation, Verb>>> = {
  select: { short: "read", around: ["read", "of"], ofRows: ", of ", allRows: "all rows" },
  insert: {
    short: "insert into",
    around: ["insert", "into"],
    columns: "insert rows with",
    ofRows: ", ",
    allRows: "any row",
  },
  update: { short: "update", around: ["update", "of"], ofRows: ", of ", allRows: "all rows" },
  delete: { short: "delete from", around: ["delete", "of"], ofRows: ", ", allRows: "all rows" },
  call: { short: "call the function" },
  run: { short: "run the action" },
  query: { short: "use the remote schema", around: ["use", "of the remote schema"] },
};

function verbOf({ operation }: Right): Verb {
  return VERBS[operation] ?? { short: operation };
}

/** For example: insert into `todos`. */
export function shortText(right: Right): Sentence {
  return [`${verbOf(right).short} `, nameCode(right.object)];
}

/** For example: read `email` of `profiles`. Default columns: the right's own. */
export function columnsText(right: Right, columns = right.columns): Sentence {
  const { around, columns: beforeColumns } = verbOf(right);
  if (columns === undefined || around === undefined) return shortText(right);
  const [verb, joint] = [beforeColumns ?? around[0], around[1]];
  const later = columns.includes("*") ? [" and every column that a later migration adds"] : [];
  return [`${verb} `, ...namesOf(columns), ` ${joint} `, nameCode(right.object), ...later];
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
  const { ofRows } = verbOf(right);
  const rows: Sentence = ofRows === undefined ? [] : [ofRows, ...rowsText(right)];
  return [...columnsText(right, columns), ...rows];
}

/** For example: read all rows of `profiles`. */
export function rowsChangeText(right: Right): Sentence {
  const [verb = "", joint = ""] = verbOf(right).around ?? [];
  const object = [` ${joint} `, nameCode(right.object)];
  if (right.rows === undefined || right.rows === NO_ROW) {
    return [`${verb} `, ...rowsText(right), ...object];
  }
  return [`${verb} only rows`, ...object, " where ", textCode(right.rows)];
}

/** For example: all rows. */
export function rowsText(right: Right): Piece[] {
  const { rows } = right;
  if (rows === undefined) return [verbOf(right).allRows ?? "all rows"];
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
  const { ofRows } = verbOf(right);
  const clauses: Sentence[] = [
    ...(right.columns === undefined ? [] : [columnsCell(right.columns)]),
    ...(ofRows === undefined ? [] : [rowsText(right)]),
    ...clausesOf(right),
  ];
  return clauses.length === 0
    ? ["yes"]
    : clauses.flatMap((it, at) => (at === 0 ? it : ["; ", ...it]));
}
