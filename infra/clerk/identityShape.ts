import { ProblemList, quoted } from "../validation/problems";
import { shownName } from "./claimsMap";
import type { IdentityInput } from "./identityInput";

type Check = (value: unknown, path: string, problems: ProblemList) => unknown;

/** Settings whose types were checked; wrong ones are left out of `input` and named in `malformed`. */
export interface ShapedIdentity {
  input: IdentityInput;
  problems: ProblemList;
  malformed: ReadonlySet<string>;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}

function primitive(type: string, what: string): Check {
  return (value, path, problems) => {
    if (typeof value === type) return value;
    problems.add(path, `is ${kindOf(value)}; ${what} is wanted`);
    return undefined;
  };
}

const text = primitive("string", "text");

const texts: Check = (value, path, problems) => {
  if (!Array.isArray(value)) {
    problems.add(path, `is ${kindOf(value)}; a list of texts is wanted`);
    return undefined;
  }
  const before = problems.size;
  const items = Array.from(value, (item: unknown, index) => {
    if (item !== undefined && item !== null) return text(item, `${path}[${index}]`, problems);
    problems.add(`${path}[${index}]`, "is empty; remove it or give a text");
    return undefined;
  });
  return problems.size === before ? items : undefined;
};

function record(fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return (value, path, problems) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      problems.add(path, `is ${kindOf(value)}; an object is wanted`);
      return undefined;
    }
    const before = problems.size;
    const result: Record<string, unknown> = {};
    for (const [name, child] of Object.entries(value)) {
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (child === undefined || child === null) continue;
      if (check !== undefined) result[name] = check(child, `${path}.${name}`, problems);
      else problems.add(path, unknownField(name, Object.keys(fields)));
    }
    for (const name of required) {
      if ((value as Record<string, unknown>)[name] == null) {
        problems.add(`${path}.${name}`, "is missing; set it");
      }
    }
    return problems.size === before || required.length === 0 ? result : undefined;
  };
}

function unknownField(name: string, allowed: readonly string[]): string {
  return `has the unknown field ${quoted(name)}; allowed: ${allowed.join(", ")}`;
}

const claimSource = record({
  path: text,
  default: text,
  defaults: texts,
  literal: text,
  literals: texts,
});

const claimsMap: Check = (value, path, problems) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.add(path, `is ${kindOf(value)}; an object of session variables is wanted`);
    return undefined;
  }
  const before = problems.size;
  const entries = Object.entries(value).map(([name, source]): [string, unknown] => {
    const at = `${path}[${shownName(name)}]`;
    if (typeof source === "object" && source !== null)
      return [name, claimSource(source, at, problems)];
    problems.add(at, "must be an object with literal, literals or path");
    return [name, undefined];
  });
  return problems.size === before ? Object.fromEntries(entries) : undefined;
};

const FIELDS: Readonly<Record<keyof IdentityInput, Check>> = {
  publishableKey: text,
  frontendApi: text,
  jwksUrl: text,
  signingKey: record({ algorithm: text, key: text }, ["algorithm", "key"]),
  issuer: text,
  audience: texts,
  allowedSkewSeconds: primitive("number", "a number"),
  claims: text,
  jwks: text,
  pinnedKeyId: text,
  claimsNamespace: text,
  claimsNamespacePath: text,
  claimsFormat: text,
  claimsMap,
  header: record({ type: text, name: text }, ["type"]),
  defaultRole: text,
  allowedRoles: texts,
  unauthorizedRole: text,
  allowHttpJwks: primitive("boolean", "true or false"),
};

/** Checks the types of settings that come from configuration or another language, where no compiler did. */
export function shapeIdentity(raw: unknown, path = "identity"): ShapedIdentity {
  const problems = new ProblemList();
  const shaped = record(FIELDS)(raw, path, problems) ?? {};
  const given = typeof raw === "object" && raw !== null ? Object.entries(raw) : [];
  const fields = shaped as Record<string, unknown>;
  const malformed = given
    .filter(([name, value]) => value !== undefined && value !== null && fields[name] === undefined)
    .map(([name]) => name);
  return { input: fields as IdentityInput, problems, malformed: new Set(malformed) };
}
