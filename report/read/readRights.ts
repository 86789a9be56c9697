import { Operation, type Right } from "../../infra/schema/right";
import { isRecord, type Properties, textIn, textsIn, valueIn } from "./preview";

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.values(Operation).map((it) => [it, it]),
);

/** The rights among the inputs of a schema, whatever JSON has there; undefined where they are not known. */
export function readRights(inputs: Properties): Right[] | undefined {
  const rights = valueIn(inputs, "rights");
  return Array.isArray(rights) ? rights.filter(isRecord).map(readRight) : undefined;
}

function readRight(it: Properties): Right {
  const texts = (["rows", "check", "content"] as const)
    .filter((key) => typeof valueIn(it, key) === "string")
    .map((key) => [key, textIn(it, key)]);
  const lists = (["columns", "presets", "conditions", "rootFields"] as const)
    .filter((key) => Array.isArray(valueIn(it, key)))
    .map((key) => [key, textsIn(it, key)]);
  const limit = valueIn(it, "limit");
  return {
    role: textIn(it, "role"),
    operation: OPERATIONS.get(textIn(it, "operation")) ?? Operation.Odd,
    object: textIn(it, "object"),
    ...Object.fromEntries([...texts, ...lists]),
    ...(typeof limit === "number" && { limit }),
    ...(valueIn(it, "aggregates") === true && { aggregates: true }),
    ...(valueIn(it, "mutates") === true && { mutates: true }),
  };
}
