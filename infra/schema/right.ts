/** What a role may do, or what the metadata opens whatever the role is. */
export const Operation = {
  Select: "select",
  Insert: "insert",
  Update: "update",
  Delete: "delete",
  /** A function as a query or mutation. */
  Call: "call",
  /** An action. */
  Run: "run",
  /** A remote schema. */
  Query: "query",
  /** From here on no role decides. */
  Function: "tracked function",
  Action: "action",
  RemoteSchema: "remote schema",
  Relationship: "relationship",
  ComputedField: "computed field",
  NativeQuery: "native query",
  EventTrigger: "event trigger",
  CronTrigger: "cron trigger",
  RestEndpoint: "REST endpoint",
  QueryCollection: "query collection",
  /** An action or remote schema that passes on the headers of the client. */
  Forwarding: "forwarded headers",
  Connection: "connection of the database",
  Setting: "setting",
  /** Metadata of an unknown form. */
  Odd: "part of the metadata",
} as const;
export type Operation = (typeof Operation)[keyof typeof Operation];

/** One right in a form that can be compared: equal rights are equal JSON. Holds no secret. */
export interface Right {
  /** Empty where no role decides. */
  role: string;
  operation: Operation;
  /** Real name of the table, function, action and so on, never an alias; the database stands before it unless it is `default`. */
  object: string;
  /** Columns and computed fields (`name()`), or fields of a remote schema; sorted. `*` is every column, later ones too. */
  columns?: string[];
  /** Which rows, in words; absent: all. */
  rows?: string;
  /** What an updated row has to be afterwards, in words; absent: anything. */
  check?: string;
  /** Columns that the metadata sets, with the session variable or `a constant`. */
  presets?: string[];
  /** What else has to be met. */
  conditions?: string[];
  /** Rows of one query at most. */
  limit?: number;
  /** Whether it may count and sum. */
  aggregates?: true;
  /** Root fields that are open, sorted; absent: all. */
  rootFields?: string[];
  /** Whether what is called may change data. */
  mutates?: true;
  /** What no role decides, in words; of a remote schema's permission, a digest. */
  content?: string;
}

/** What makes two rights the same right, before and after. */
export function rightKey({ role, operation, object }: Right): string {
  return JSON.stringify([role, object, operation]);
}

const VERBS: Readonly<Partial<Record<Operation, string>>> = {
  [Operation.Select]: "read",
  [Operation.Insert]: "insert into",
  [Operation.Update]: "update",
  [Operation.Delete]: "delete from",
  [Operation.Call]: "call the function",
  [Operation.Run]: "run the action",
  [Operation.Query]: "use the remote schema",
};

/** What a role may do, before the name of the object. Example: `insert into`. */
export function verbOf({ operation }: Right): string {
  return VERBS[operation] ?? operation;
}

/** True where a right changes data, or may do so. */
export function isWriting({ operation, mutates }: Right): boolean {
  const writing: readonly Operation[] = [Operation.Insert, Operation.Update, Operation.Delete];
  return mutates === true || writing.includes(operation);
}

/** True where a right reaches every row that there is; whoever inserts rows reaches none. */
export function isUnfiltered({ operation, rows }: Right): boolean {
  const reaching: readonly Operation[] = [Operation.Select, Operation.Update, Operation.Delete];
  return reaching.includes(operation) && rows === undefined;
}
