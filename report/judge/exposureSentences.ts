import { Operation, type Right } from "../../infra/schema/right";
import { type Sentence, sentence } from "../report";
import { nameCode, textCode } from "./rightWords";

const FLAG = "HASURA_GRAPHQL_ENABLE_REMOTE_SCHEMA_PERMISSIONS";

/** What follows from a new or changed one, beyond what its own words say. */
const MEANING: Readonly<Partial<Record<Operation, Sentence>>> = {
  [Operation.Function]: [
    " It may be open to every role that may read the table that it returns, without a permission of its own.",
  ],
  [Operation.RemoteSchema]: sentence` Every role may use all of it, unless ${FLAG} is true in ${"hasura.env"}.`,
  [Operation.Relationship]: [" What it yields is decided by the rights on its target."],
  [Operation.ComputedField]: [" Its SQL runs for whoever reads it."],
  [Operation.NativeQuery]: [
    " Its SQL runs for whoever may read the logical model that it returns.",
  ],
  [Operation.EventTrigger]: [" It sends rows out of the database."],
  [Operation.CronTrigger]: [" It sends requests out of the stack."],
  [Operation.RestEndpoint]: [" It runs a stored query as the caller's own role."],
  [Operation.Connection]: [" Another user or database changes what all rights mean."],
  [Operation.Odd]: [" This report does not know its form; compare it in the files."],
};

/** What changes in something that no role decides. */
export function exposureSentence(before: Right | undefined, after: Right | undefined): Sentence {
  const known = after ?? before;
  if (known === undefined) return [];
  const { operation, object } = known;
  if (operation === Operation.Forwarding) return forwarding(object, after);
  const start: Sentence = [`The ${operation} `, nameCode(object)];
  if (after === undefined) return [...start, " is gone."];
  const meaning = MEANING[operation] ?? [];
  if (before === undefined) {
    const content: Sentence = after.content ? [" (", textCode(after.content), ")"] : [];
    return [...start, " is new", ...content, ".", ...meaning];
  }
  const [from, to] = [before.content ?? "", after.content ?? ""].map(textCode);
  if (from === undefined || to === undefined) return [];
  return [...start, " changes from ", from, " to ", to, ".", ...meaning];
}

/** The client's headers carry its token. */
function forwarding(object: string, after: Right | undefined): Sentence {
  const start = nameCode(object);
  if (after === undefined) return [start, " no longer passes on the headers of the client."];
  return [
    start,
    " now passes on all headers of the client, its token among them, to ",
    textCode(after.content ?? ""),
    ".",
  ];
}
