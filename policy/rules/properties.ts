import { type CheckedResource, UNKNOWN } from "./policyRule";

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True where a preview does not know the property yet, so that its absence means nothing. */
export function isUnknown({ props }: CheckedResource, key: string): boolean {
  return props[key] === UNKNOWN;
}

/** Whether a value, or anything in it, is not known yet; what it lacks may then be there. */
export function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isFields(value) && Object.values(value).some(holdsUnknown);
}

/** The property as text; undefined where it is absent, of another type or not known yet. */
export function textAt(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  return typeof value === "string" ? value : undefined;
}

/** The property as a number; providers keep their numbers as text. */
export function numberAt(fields: Fields, key: string): number | undefined {
  const value = fields[key];
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

/** The texts of a list; empty where it is absent or not known yet. */
export function textsAt(fields: Fields, key: string): string[] {
  const value = fields[key];
  return Array.isArray(value) ? value.filter((it) => typeof it === "string") : [];
}

/** The objects of a list; empty where it is absent or not known yet. */
export function recordsAt(fields: Fields, key: string): Fields[] {
  const value = fields[key];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The object at a key; empty where it is absent or not known yet. */
export function recordAt(fields: Fields, key: string): Fields {
  const value = fields[key];
  return isFields(value) ? value : {};
}

/** Every text in a value, however deep. */
export function textsWithin(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsWithin);
  return isFields(value) ? Object.values(value).flatMap(textsWithin) : [];
}

/** Whether an address can be reached from its own host alone. */
export function isLoopback(address: string): boolean {
  return /^(127(\.\d{1,3}){3}|::1|localhost)$/i.test(address);
}
