import { isSwitch, type ProblemList, quoted } from "../validation/problems";
import { NOT_PLAIN } from "../validation/shape";
import { Adoptable, POSTGRES_DEFAULTS } from "./postgresArgs";
import type { ShapedPostgres } from "./postgresShape";

const SETTINGS = Object.values(Adoptable);
const DATABASES: Adoptable[] = [Adoptable.ApplicationDatabase, Adoptable.MetadataDatabase];
const TEMPLATES = ["template0", "template1"];

/** Names of Postgres' own; the database `postgres` is everybody's, and holds people's data on some managed servers. */
function reservedFor(setting: Adoptable, existing: boolean): string[] {
  if (setting === Adoptable.EngineRole) return ["postgres"];
  return existing ? TEMPLATES : ["postgres", ...TEMPLATES];
}

function nameProblem(setting: Adoptable, name: string, existing: boolean): string | undefined {
  // What somebody else made may have any name that a client can be given without doubt.
  const plain = existing ? /^[^\s"'`\\\p{Cc}=]{1,63}$/u : /^[a-z_][a-z0-9_]{0,62}$/;
  if (!plain.test(name)) {
    const allowed = existing
      ? "1 to 63 characters without blanks, quotes, = and backslashes"
      : "1 to 63 lower-case letters, digits and underscores, not starting with a digit";
    return `${quoted(name)} is not a plain Postgres name; allowed: ${allowed}; rename it, or add ${setting} to postgres.adopt if it exists already`;
  }
  if (!existing && isSwitch(name)) {
    return `"${name}" looks like a boolean, and a name is required; allowed: any other name; write one, or leave it out for the default`;
  }
  const reserved = reservedFor(setting, existing);
  if (!reserved.includes(name) && !name.startsWith("pg_")) return undefined;
  return `"${name}" belongs to Postgres itself; allowed: any name but ${reserved.join(", ")} and pg_…; choose another name`;
}

function checkSameness(input: ShapedPostgres, existing: readonly string[], problems: ProblemList) {
  const [application, metadata] = DATABASES.map((it) => nameOf(input, it));
  if (application !== metadata || DATABASES.some((it) => existing.includes(it))) return;
  problems.add(
    "postgres.applicationDatabase",
    `"${application}" is the metadata database too; allowed: two databases, so that data and metadata stay separate, or an existing one; rename one, or add applicationDatabase to postgres.adopt`,
  );
}

function checkAdopt(given: readonly string[], problems: ProblemList): void {
  const path = "postgres.adopt";
  const allowed = `allowed: ${SETTINGS.join(", ")}, each once`;
  for (const it of given.filter((one) => !SETTINGS.some((known) => known === one))) {
    problems.add(
      path,
      `${quoted(it)} is not a setting that can be adopted; ${allowed}; write the setting's name, not its value`,
    );
  }
  for (const it of new Set(given.filter((one, index) => given.indexOf(one) !== index))) {
    problems.add(path, `${quoted(it)} is listed twice; ${allowed}; remove one`);
  }
}

function checkAdministrator(input: ShapedPostgres, problems: ProblemList): void {
  const role = nameOf(input, Adoptable.EngineRole);
  if (input.external?.user !== role) return;
  problems.add(
    "postgres.engineRole",
    `"${role}" is postgres.external.user too, whose password would change; allowed: a role that only the engine uses; choose another`,
  );
}

function checkExtensions(extensions: readonly string[], problems: ProblemList): void {
  extensions.forEach((name, index) => {
    const path = `postgres.extensions[${index}]`;
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(name)) {
      const reason = `${quoted(name)} is not an extension name; allowed: lower-case letters, digits, _ and -, such as postgis; write only the name, without version or schema`;
      problems.add(path, reason);
    } else if (extensions.indexOf(name) < index) {
      problems.add(path, `"${name}" is listed twice; allowed: each once; remove one`);
    }
  });
}

function localeProblem(value: string): string | undefined {
  const encoding = /\.([^@]*)/.exec(value)?.[1];
  if (!/^[A-Za-z][\w.@-]{0,62}$/.test(value) || /^default$/i.test(value)) {
    return `${quoted(value)} is not a locale; allowed: C or a locale of the server's, such as en_US.UTF-8; take one that "locale -a" lists there`;
  }
  if (encoding === undefined || /^utf-?8$/i.test(encoding)) return undefined;
  return `"${value}" is of another encoding than the databases; allowed: C, or a locale with UTF-8; write "${value.replace(`.${encoding}`, ".UTF-8")}"`;
}

function checkLocale(input: ShapedPostgres, problems: ProblemList): void {
  const bothKept = DATABASES.every((it) => input.adopt?.includes(it));
  for (const setting of ["collation", "characterType"] as const) {
    const value = input[setting];
    if (value === undefined) continue;
    const kept = bothKept
      ? "cannot be combined with a postgres.adopt that names both databases, which keep their own; allowed: with a database that is made; remove it"
      : undefined;
    const reason = localeProblem(value) ?? kept;
    if (reason !== undefined) problems.add(`postgres.${setting}`, reason);
  }
}

function nameOf(input: ShapedPostgres, setting: Adoptable): string {
  return input[setting] ?? POSTGRES_DEFAULTS[setting];
}

/** Names of what is taken over are ids in Pulumi's import; with one database for both, both have to be known. */
function checkPlainNames(existing: readonly Adoptable[], problems: ProblemList): void {
  const more = existing.some((it) => DATABASES.includes(it)) ? DATABASES : [];
  for (const it of new Set([...existing, ...more])) {
    if (problems.isLater(`postgres.${it}`)) problems.add(`postgres.${it}`, NOT_PLAIN);
  }
}

/** Judges the role, the databases and what belongs to them. */
export function checkNames(
  input: ShapedPostgres,
  existing: readonly Adoptable[],
  problems: ProblemList,
): void {
  const one = new Set(DATABASES.map((it) => nameOf(input, it))).size === 1;
  const exists = (it: Adoptable) =>
    existing.includes(it) ||
    (one && DATABASES.includes(it) && DATABASES.some((other) => existing.includes(other)));
  for (const it of SETTINGS) {
    const name = input[it];
    const reason = name === undefined ? undefined : nameProblem(it, name, exists(it));
    if (reason !== undefined) problems.add(`postgres.${it}`, reason);
  }
  checkPlainNames(existing, problems);
  checkSameness(input, existing, problems);
  checkAdopt(input.adopt ?? [], problems);
  checkAdministrator(input, problems);
  checkExtensions(input.extensions ?? [], problems);
  checkLocale(input, problems);
}
