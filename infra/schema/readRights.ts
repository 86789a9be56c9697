import { isObject } from "../validation/isObject";
import { Operation, type Right } from "./right";

const OPERATIONS: ReadonlyMap<unknown, Operation> = new Map(
  Object.values(Operation).map((it) => [it, it]),
);
const TEXTS = ["rows", "check", "content"] as const;
const LISTS = ["columns", "presets", "conditions", "rootFields"] as const;

/** The rights that a state or a preview holds, whatever else its JSON has there; undefined where they are not known. */
export function readRights(value: unknown): Right[] | undefined {
  return Array.isArray(value) ? value.filter(isObject).map(readRight) : undefined;
}

function readRight(it: Record<string, unknown>): Right {
  const texts = TEXTS.filter((key) => typeof it[key] === "string");
  const lists = LISTS.filter((key) => Array.isArray(it[key]));
  return {
    role: textOf(it.role),
    operation: OPERATIONS.get(it.operation) ?? Operation.Odd,
    object: textOf(it.object),
    ...Object.fromEntries(texts.map((key) => [key, it[key]])),
    ...Object.fromEntries(lists.map((key) => [key, textsOf(it[key])])),
    ...(typeof it.limit === "number" && { limit: it.limit }),
    ...(it.aggregates === true && { aggregates: true }),
    ...(it.mutates === true && { mutates: true }),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((it) => typeof it === "string") : [];
}
