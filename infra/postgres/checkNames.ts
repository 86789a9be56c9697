import { isSwitch, type ProblemList, quoted } from "../validation/problems";
import { NOT_PLAIN } from "../validation/shape";
import { Adoptable, POSTGRES_DEFAULTS } from "./postgresArgs";
import type { ShapedPostgres } from "./postgresShape";

const SETTINGS = Object.values(Adoptable);
const DATABASES: Adoptable[] = [Adoptable.ApplicationDatabase, Adoptable.MetadataDatabase];
/** Roles that are never taken over. */
const MADE_ROLES = ["ownerRole", "readOnlyRole"] as const;
const ROLES = [Adoptable.EngineRole, ...MADE_ROLES] as const;
type Named = Adoptable | (typeof ROLES)[number];
const TEMPLATES = ["template0", "template1"];

/** Names of Postgres' own; the database `postgres` is everybody's, and holds people's data on some managed servers. */
function reservedFor(setting: Named, existing: boolean): string[] {
  if (ROLES.some((it) => it === setting)) return ["postgres"];
  return existing ? TEMPLATES : ["postgres", ...TEMPLATES];
}

function nameProblem(setting: Named, name: string, existing: boolean): string | undefined {
  // What somebody else made may have any name that a client can be given without doubt.
  const plain = existing ? /^[^\s"'`\\\p{Cc}=]{1,63}$/u : /^[a-z_][a-z0-9_]{0,62}$/;
  if (!plain.test(name)) {
    const allowed = existing
      ? "1 to 63 characters without blanks, quotes, = and backslashes"
      : "1 to 63 lower-case letters, digits and underscores, not starting with a digit";
    const remedy = SETTINGS.some((it) => it === setting)
      ? `rename it, or add ${setting} to postgres.adopt if it exists already`
      : "rename it";
    return `${quoted(name)} is not a plain Postgres name; allowed: ${allowed}; ${remedy}`;
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

function checkRoles(input: ShapedPostgres, problems: ProblemList): void {
  const { external, readOnlyRole } = input;
  const { engineRole, ownerRole } = { ...POSTGRES_DEFAULTS, ...input };
  const names = { engineRole, ownerRole, readOnlyRole };
  ROLES.forEach((setting, index) => {
    const name = names[setting];
    const path = `postgres.${setting}`;
    const same = ROLES.slice(0, index).find((it) => names[it] === name);
    if (name === undefined) return;
    if (external?.user === name) {
      const what =
        setting === "engineRole" ? "whose password would change" : "which is not the stack's";
      const whose = setting === "engineRole" ? "only the engine uses" : "nobody else uses";
      problems.add(
        path,
        `"${name}" is postgres.external.user too, ${what}; allowed: a role that ${whose}; choose another`,
      );
    } else if (same !== undefined) {
      problems.add(
        path,
        `"${name}" is postgres.${same} too; allowed: a role of its own, so that each has only its own rights; choose another`,
      );
    }
  });
}

/** What an owner has of an existing database, or an existing role owns, is not the stack's to change. */
function checkOwnerless(
  { ownerRole, readOnlyRole }: ShapedPostgres,
  exists: (it: Adoptable) => boolean,
  problems: ProblemList,
): void {
  const kept = [Adoptable.ApplicationDatabase, Adoptable.EngineRole].filter(exists);
  if (kept.length === 0) return;
  for (const [setting, name] of Object.entries({ ownerRole, readOnlyRole })) {
    if (name === undefined) continue;
    const reason = `cannot be combined with a postgres.adopt of ${kept.join(" and ")}, whose rights stay as they are; allowed: with a database and a role that the stack makes; remove it`;
    problems.add(`postgres.${setting}`, reason);
  }
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
  for (const it of [...SETTINGS, ...MADE_ROLES]) {
    const name = input[it];
    const existed = SETTINGS.some((one) => one === it && exists(one));
    const reason = name === undefined ? undefined : nameProblem(it, name, existed);
    if (reason !== undefined) problems.add(`postgres.${it}`, reason);
  }
  checkPlainNames(existing, problems);
  checkSameness(input, existing, problems);
  checkAdopt(input.adopt ?? [], problems);
  checkRoles(input, problems);
  checkOwnerless(input, exists, problems);
  checkExtensions(input.extensions ?? [], problems);
  checkLocale(input, problems);
}
