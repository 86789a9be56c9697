import { isSwitch, type Problem, quoted } from "../validation/problems";
import { adopted, STANDARD_NAMES } from "./adoptedNames";
import type { PostgresInput } from "./checkPostgres";
import { Adoptable } from "./postgresArgs";

const SETTINGS: string[] = Object.values(Adoptable);
const DATABASES: Adoptable[] = [Adoptable.ApplicationDatabase, Adoptable.MetadataDatabase];
const TEMPLATES = ["template0", "template1"];

/** Names of Postgres' own; the database `postgres` is everybody's, and holds people's data on some managed servers. */
function reservedFor(setting: Adoptable, existing: boolean): string[] {
  if (setting === Adoptable.EngineRole) return ["postgres"];
  return existing ? TEMPLATES : ["postgres", ...TEMPLATES];
}

function nameProblems(setting: Adoptable, name: string, existing: boolean): Problem[] {
  const path = `postgres.${setting}`;
  // What somebody else made may have any name that a client can be given without doubt.
  const plain = existing ? /^[^\s"'`\\\p{Cc}=]{1,63}$/u : /^[a-z_][a-z0-9_]{0,62}$/;
  if (!plain.test(name)) {
    const allowed = existing
      ? "1 to 63 characters without blanks, quotes, = and backslashes"
      : "1 to 63 lower-case letters, digits and underscores, not starting with a digit";
    const reason = `${quoted(name)} is no plain Postgres name; allowed: ${allowed}; rename it, or add ${setting} to postgres.adopt if it exists already`;
    return [{ path, reason }];
  }
  if (!existing && isSwitch(name)) {
    const reason = `"${name}" is a switch, and a name is wanted; allowed: any other name; write one, or leave it out for the default`;
    return [{ path, reason }];
  }
  const reserved = reservedFor(setting, existing);
  if (!reserved.includes(name) && !name.startsWith("pg_")) return [];
  return [
    {
      path,
      reason: `"${name}" belongs to Postgres itself; allowed: any name but ${reserved.join(", ")} and pg_…; choose another name`,
    },
  ];
}

function samenessProblems(input: PostgresInput, existing: readonly string[]): Problem[] {
  const [application, metadata] = DATABASES.map((it) => input[it] ?? STANDARD_NAMES[it]);
  if (application !== metadata || DATABASES.some((it) => existing.includes(it))) return [];
  return [
    {
      path: "postgres.applicationDatabase",
      reason: `"${application}" is the metadata database too; allowed: two databases, so that data and metadata stay apart, or one that exists; rename one, or add applicationDatabase to postgres.adopt`,
    },
  ];
}

function adoptProblems(given: readonly string[] = []): Problem[] {
  const path = "postgres.adopt";
  const allowed = `allowed: ${SETTINGS.join(", ")}, each once`;
  const unknown = given.filter((it) => !SETTINGS.includes(it));
  const twice = given.filter((it, index) => given.indexOf(it) !== index);
  return [
    ...unknown.map((it) => ({
      path,
      reason: `${quoted(it)} is no setting that can be taken over; ${allowed}; name the setting and not what it is set to`,
    })),
    ...[...new Set(twice)].map((it) => ({
      path,
      reason: `${quoted(it)} is there twice; ${allowed}; remove one`,
    })),
  ];
}

function administratorProblems({ engineRole, external }: PostgresInput): Problem[] {
  const role = engineRole ?? STANDARD_NAMES.engineRole;
  if (external?.user === undefined || external.user !== role) return [];
  return [
    {
      path: "postgres.engineRole",
      reason: `"${role}" is postgres.external.user too, whose password would be set anew; allowed: a role of the engine's own; choose another`,
    },
  ];
}

function extensionProblems(extensions: readonly string[] = []): Problem[] {
  return extensions.flatMap((name, index) => {
    const path = `postgres.extensions[${index}]`;
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(name)) {
      const reason = `${quoted(name)} is no name of an extension; allowed: lower-case letters, digits, _ and -, such as postgis; write the name alone, without version or schema`;
      return [{ path, reason }];
    }
    if (extensions.indexOf(name) === index) return [];
    return [{ path, reason: `"${name}" is there twice; allowed: each once; remove one` }];
  });
}

function localeProblems(input: PostgresInput, given: readonly string[] = []): Problem[] {
  const settings = ["collation", "characterType"] as const;
  return settings.flatMap((setting) => {
    const path = `postgres.${setting}`;
    const value = input[setting];
    if (value === undefined) return [];
    const encoding = /\.([^@]*)/.exec(value)?.[1];
    if (!/^[A-Za-z][\w.@-]{0,62}$/.test(value) || /^default$/i.test(value)) {
      const reason = `${quoted(value)} is no locale; allowed: C or a locale of the server's, such as en_US.UTF-8; take one that "locale -a" lists there`;
      return [{ path, reason }];
    }
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) {
      const reason = `"${value}" is of another encoding than the databases; allowed: C, or a locale with UTF-8; write "${value.replace(`.${encoding}`, ".UTF-8")}"`;
      return [{ path, reason }];
    }
    if (!DATABASES.every((it) => given.includes(it))) return [];
    const reason =
      "cannot be combined with a postgres.adopt that names both databases, which keep their own; allowed: with a database that is made; remove it";
    return [{ path, reason }];
  });
}

/** Everything that is wrong with the role, the databases and what belongs to them. */
export function checkNames(input: PostgresInput): Problem[] {
  const given = Array.isArray(input.adopt) ? input.adopt : undefined;
  const known = given?.filter((it): it is Adoptable => SETTINGS.includes(it));
  const existing = adopted({ adopt: known, adoptVolume: input.adoptVolume });
  const one = new Set(DATABASES.map((it) => input[it] ?? STANDARD_NAMES[it])).size === 1;
  const exists = (it: Adoptable) =>
    existing.includes(it) ||
    (one && DATABASES.includes(it) && DATABASES.some((other) => existing.includes(other)));
  return [
    ...Object.values(Adoptable).flatMap((it) => {
      const name = input[it];
      return name === undefined ? [] : nameProblems(it, name, exists(it));
    }),
    ...samenessProblems(input, existing),
    ...adoptProblems(given),
    ...administratorProblems(input),
    ...extensionProblems(Array.isArray(input.extensions) ? input.extensions : undefined),
    ...localeProblems(input, known),
  ];
}
