import { type ProblemList, quoted } from "../../validation/problems";
import { shownName } from "../claimsMap";
import type { HasuraClaimsArgs } from "./hasuraClaimsArgs";

type Kind = "text" | "texts" | "flag" | "variables";

const FIELDS: Readonly<Record<keyof HasuraClaimsArgs, Kind>> = {
  namespace: "text",
  namespaceName: "text",
  defaultRole: "text",
  defaultRoleFrom: "text",
  allowedRoles: "texts",
  allowedRolesFrom: "texts",
  userIdFrom: "text",
  organization: "flag",
  variables: "variables",
  shortcodes: "texts",
  audience: "text",
};

/** Checks types where no compiler did; answers the sound fields, and adds what is wrong with the others. */
export function shapeHasuraClaims(
  raw: unknown,
  path: string,
  problems: ProblemList,
): HasuraClaimsArgs {
  if (!isPlainObject(raw)) {
    problems.add(path, `is ${typeName(raw)}; an object of settings is wanted`);
    return {};
  }
  const sound: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || value === null) continue;
    const kind = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof HasuraClaimsArgs] : undefined;
    if (kind === undefined) {
      const allowed = Object.keys(FIELDS).join(", ");
      problems.add(path, `has the unknown field ${quoted(name)}; allowed: ${allowed}`);
    } else if (fits(kind, value, `${path}.${name}`, problems)) sound[name] = value;
  }
  return sound as HasuraClaimsArgs;
}

function fits(kind: Kind, value: unknown, at: string, problems: ProblemList): boolean {
  const before = problems.size;
  if (kind === "text") requireType(value, "string", at, problems);
  else if (kind === "flag") requireType(value, "boolean", at, problems);
  else if (kind === "texts") {
    if (Array.isArray(value)) {
      value.forEach((item: unknown, index) => {
        requireType(item, "string", `${at}[${index}]`, problems);
      });
    } else problems.add(at, `is ${typeName(value)}; a list of texts is wanted`);
  } else if (isPlainObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      requireType(item, "string", `${at}[${shownName(name)}]`, problems);
    }
  } else problems.add(at, `is ${typeName(value)}; an object of texts by name is wanted`);
  return problems.size === before;
}

function requireType(
  value: unknown,
  type: "string" | "boolean",
  at: string,
  problems: ProblemList,
): void {
  const wanted = type === "string" ? "text" : "true or false";
  if (typeof value !== type) problems.add(at, `is ${typeName(value)}; ${wanted} is wanted`);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isOutput(value);
}

function isOutput(value: unknown): boolean {
  return typeof value === "object" && value !== null && "__pulumiOutput" in value;
}

/** Names the type of a value for a message, with an article. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (isOutput(value)) return "an output, known only later";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}
