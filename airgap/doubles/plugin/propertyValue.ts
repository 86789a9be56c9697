/** A property as it travels between engine and plugin (a protobuf Struct turned into JavaScript). */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | PropertyValue[]
  | { [key: string]: PropertyValue };

/** The properties of one resource. */
export interface PropertyMap {
  [key: string]: PropertyValue;
}

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The marker of a value that is known only after the update (engine: `UnknownStringValue`). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const unknownMarkers: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  unknownValue,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

function isObject(value: PropertyValue): value is { [key: string]: PropertyValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function secretContent(value: PropertyValue): PropertyValue | undefined {
  if (!isObject(value) || value[signatureKey] === undefined) return undefined;
  if (value[signatureKey] === secretSignature) return value.value ?? null;
  throw new Error(
    "this double takes plain values and secrets only; assets, archives and resource references are not imitated",
  );
}

/** Wraps a value as a secret; a value that is one already is returned as it is. */
export function secret(value: PropertyValue): PropertyValue {
  if (secretContent(value) !== undefined) return value;
  return { [signatureKey]: secretSignature, value };
}

/** The value with every secret inside it unwrapped; throws for assets and resource references. */
export function plain(value: PropertyValue): PropertyValue {
  const content = secretContent(value);
  if (content !== undefined) return plain(content);
  if (Array.isArray(value)) return value.map(plain);
  return isObject(value) ? plainMap(value) : value;
}

/** `plain` for the properties of a resource. */
export function plainMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, plain(value)]));
}

function some(value: PropertyValue, test: (value: PropertyValue) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((entry) => some(entry, test));
  return isObject(value) && Object.values(value).some((entry) => some(entry, test));
}

/** Whether any part of the value is a secret. */
export function containsSecret(value: PropertyValue): boolean {
  return some(value, (part) => secretContent(part) !== undefined);
}

/** Whether any part of the value is not known before the update. */
export function containsUnknown(value: PropertyValue): boolean {
  return some(value, (part) => typeof part === "string" && unknownMarkers.has(part));
}
