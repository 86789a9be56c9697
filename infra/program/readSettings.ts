import type { ClerkHasuraArgs } from "../settings/clerkHasuraArgs";
import { settle } from "../settings/settle";
import { isObject } from "../validation/isObject";
import type { Problem } from "../validation/problems";
import { SETTING_KINDS, SETTING_PATHS, SettingKind, type SettingKinds } from "./settingKinds";

/** Arguments as they are configured, and everything that is wrong with the way they are written. */
export interface ReadSettings {
  args: Record<string, unknown>;
  problems: Problem[];
}

const VALUES = "names with a value each; set each with --path, such as";

/** What a setting of each kind may be. */
const ALLOWED: Record<SettingKind, (path: string) => string> = {
  [SettingKind.Text]: () => "text",
  [SettingKind.Secret]: () => "text",
  [SettingKind.Number]: () => "a number; write only digits",
  [SettingKind.Boolean]: () => "true or false; write one of them",
  [SettingKind.List]: (path) => `a list; set each item with --path, such as '${path}[0]'`,
  [SettingKind.Record]: (path) => `${VALUES} ${path}.name`,
  [SettingKind.SecretRecord]: (path) => `${VALUES} ${path}.NAME, and with --secret`,
  [SettingKind.Form]: (path) => `an object; write it in the stack's file under ${path}`,
};

/** An object or list as it is, or as JSON: `pulumi config set` has no other way to write an empty list. */
function decoded(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Pulumi turns digits, `true` and `false` of a command line into a number or a Boolean, whatever is meant. */
function text(value: unknown): string | undefined {
  const scalar = ["string", "number", "boolean"].includes(typeof value);
  return scalar ? String(value) : undefined;
}

function number(value: unknown): number | undefined {
  const digits = text(value)?.trim() ?? "";
  return /^-?\d+(\.\d+)?$/.test(digits) ? Number(digits) : undefined;
}

function boolean(value: unknown): boolean | undefined {
  if (value === true || value === "true") return true;
  return value === false || value === "false" ? false : undefined;
}

function list(value: unknown): string[] | undefined {
  const given = decoded(value);
  if (!Array.isArray(given)) return undefined;
  const items = given.map(text);
  return items.every((item) => item !== undefined) ? items : undefined;
}

function record(value: unknown): Record<string, string> | undefined {
  const given = decoded(value);
  if (!isObject(given)) return undefined;
  const entries = Object.entries(given).map(([name, item]) => [name, text(item)] as const);
  return entries.every(([, item]) => item !== undefined)
    ? (Object.fromEntries(entries) as Record<string, string>)
    : undefined;
}

const READERS: Record<SettingKind, (value: unknown) => unknown> = {
  [SettingKind.Text]: text,
  [SettingKind.Secret]: text,
  [SettingKind.Number]: number,
  [SettingKind.Boolean]: boolean,
  [SettingKind.List]: list,
  [SettingKind.Record]: record,
  [SettingKind.SecretRecord]: record,
  [SettingKind.Form]: (value) => {
    const given = decoded(value);
    return isObject(given) ? given : undefined;
  },
};

/** Names of settings that became another path, where that path does not tell. */
const RENAMED: Readonly<Record<string, string>> = {
  postgresVersion: "postgres.majorVersion",
  clerkSecretKey: "template.secretKey",
  clerkApiUrl: "template.apiUrl",
  templateSkewSeconds: "template.allowedSkewSeconds",
  templateKeyRotation: "template.signingKey.rotation",
  templateSigningKey: "template.signingKey.key",
  templateSigningAlgorithm: "template.signingKey.algorithm",
  signingKey: "identity.signingKey.key",
  signingAlgorithm: "identity.signingKey.algorithm",
  port: "hasura.port",
  adopt: "postgres.adopt",
};

const letters = (name: string) => name.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase();

/** The setting that an unknown name most likely means. */
function meant(name: string): string | undefined {
  if (Object.hasOwn(RENAMED, name)) return RENAMED[name];
  const wanted = letters(name);
  const paths = [...SETTING_PATHS.keys()];
  return (
    paths.find((path) => letters(path) === wanted) ??
    paths.find((path) => letters(path).endsWith(wanted)) ??
    paths.find((path) => wanted.endsWith(letters(path)))
  );
}

const notASetting = (path: string, names: readonly string[], remedy: string): Problem => ({
  path,
  reason: `is not a setting; allowed: ${names.join(", ")}; ${remedy}`,
});

function unknownKey(key: string): Problem {
  const near = meant(key);
  const kind = SETTING_PATHS.get(near ?? "");
  const secret = kind === SettingKind.Secret || kind === SettingKind.SecretRecord;
  const set = `pulumi config set --path ${secret ? "--secret " : ""}${near}`;
  const instead = near === undefined ? "" : `, and set ${near} instead: ${set}`;
  const remedy = `remove it by pulumi config rm ${key}${instead}`;
  return notASetting(key, Object.keys(SETTING_KINDS), remedy);
}

function unknownPart(part: string, name: string, names: readonly string[]): Problem {
  const near = names.find((it) => letters(it) === letters(name));
  const remedy = `remove it${near === undefined ? "" : `, or write ${near}`}`;
  return notASetting(`${part}.${name}`, names, remedy);
}

/** A name with a dot is what `pulumi config set` writes without `--path`. */
function flat(name: string): Problem {
  const reason = `is one name with a dot in it; allowed: the same as a path; remove it by pulumi config rm ${name}, and set it with --path`;
  return { path: name, reason };
}

class Reader {
  readonly problems: Problem[] = [];

  read(value: unknown, kind: SettingKind | SettingKinds, path: string): unknown {
    if (typeof kind !== "string") return this.group(value, kind, path);
    const read = READERS[kind](value);
    if (read !== undefined) return read;
    this.problems.push({ path, reason: `cannot be read; allowed: ${ALLOWED[kind](path)}` });
    return undefined;
  }

  private group(value: unknown, kinds: SettingKinds, path: string): unknown {
    const given = decoded(value);
    if (!isObject(given)) {
      const names = Object.keys(kinds).join(", ");
      const reason = `is not an object; allowed: an object of ${names}; set each with --path, such as ${path}.${Object.keys(kinds)[0]}`;
      this.problems.push({ path, reason });
      return undefined;
    }
    const parts = Object.entries(given).map(([name, inner]): [string, unknown] => {
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
      if (kind !== undefined) return [name, this.read(inner, kind, `${path}.${name}`)];
      this.problems.push(unknownPart(path, name, Object.keys(kinds)));
      return [name, undefined];
    });
    const set = parts.filter(([, inner]) => inner !== undefined);
    // `pulumi config rm --path` leaves the part of the last setting behind, empty.
    return set.length === 0 ? undefined : Object.fromEntries(set);
  }
}

/** Turns a stack's configuration, by key without the project, into arguments. Never throws, never repeats a value. */
export function readSettings(given: ReadonlyMap<string, string>): ReadSettings {
  const reader = new Reader();
  const kinds: SettingKinds = SETTING_KINDS;
  const entries = [...given].map(([key, value]): [string, unknown] => {
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (kind !== undefined) return [key, reader.read(value, kind, key)];
    reader.problems.push(key.includes(".") ? flat(key) : unknownKey(key));
    return [key, undefined];
  });
  const args = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  return { args, problems: reader.problems };
}

/** Everything that is wrong with a stack's settings. What cannot be read is missed nowhere else: neither it nor its part. */
export function settingProblems({ args, problems }: ReadSettings): Problem[] {
  const unreadable = problems.map(({ path }) => path);
  const found = settle(args as ClerkHasuraArgs).problems ?? [];
  const others = found.filter(
    ({ path }) => !unreadable.some((it) => it.startsWith(path) || path.startsWith(it)),
  );
  return [...problems, ...others];
}
