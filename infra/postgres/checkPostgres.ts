import type { Unwrap } from "@pulumi/pulumi";
import { type Problem, ProblemList } from "../validation/problems";
import { group } from "../validation/shape";
import { checkNames } from "./checkNames";
import {
  Adoptable,
  EXTERNAL_DEFAULTS,
  POSTGRES_DEFAULTS,
  type PostgresArgs,
  type SslMode,
} from "./postgresArgs";
import { POSTGRES_FIELDS, type ShapedPostgres } from "./postgresShape";

/** The Postgres arguments whose Outputs are known. */
export type PostgresInput = Unwrap<PostgresArgs>;

/** Settings of the server that are no secrets; those of one in a container count where there is no external one. */
export interface PostgresSettings {
  image: string;
  majorVersion: number;
  applicationDatabase: string;
  metadataDatabase: string;
  engineRole: string;
  /** Absent where the application's database or the engine's role exists already. */
  ownerRole?: string;
  readOnlyRole?: string;
  /** What exists already: with a volume that is taken over all three, unless it is said otherwise. */
  adopt: Adoptable[];
  adoptVolume?: string;
  extensions: string[];
  collation: string;
  characterType: string;
  port: number;
  bindAddress: string;
  parameters: Record<string, string>;
  shmSizeMb: number;
  memoryMb: number;
  cpus: number;
  protectData: boolean;
  graceSeconds: number;
  external?: ExternalSettings;
}

/** A server that exists already, but for its password. */
export interface ExternalSettings {
  host: string;
  engineHost: string;
  port: number;
  enginePort: number;
  user: string;
  database: string;
  sslMode: SslMode;
  superuser: boolean;
}

function checkVersion({ image: reference, majorVersion }: ShapedPostgres, problems: ProblemList) {
  const found = reference === undefined ? undefined : imageVersion(reference);
  const version = majorVersion ?? POSTGRES_DEFAULTS.majorVersion;
  if (found === undefined || found === version) return;
  problems.add(
    "postgres.majorVersion",
    `is ${version}${majorVersion === undefined ? " unless set" : ""}, but the image is of version ${found}, and the version decides where the data is; allowed: the image's own version; set both to the same version`,
  );
}

/** Reads the Postgres arguments. */
export function readPostgres(raw: unknown, problems: ProblemList): ShapedPostgres {
  const given = group(POSTGRES_FIELDS)(raw ?? {}, "postgres", problems) ?? {};
  checkVersion(given, problems);
  checkNames(given, adopted(given), problems);
  return given;
}

/** The settings of the server with every default. */
export function settlePostgres(given: ShapedPostgres): PostgresSettings {
  const { external, adopt, ...rest } = given;
  const settled = {
    ...POSTGRES_DEFAULTS,
    ...rest,
    adopt: adopted(given),
    ...(external && { external: settleExternal(external) }),
  };
  const { ownerRole, ...ownerless } = settled;
  const { applicationDatabase, engineRole } = adoptedNames(settled);
  return applicationDatabase === undefined && engineRole === undefined ? settled : ownerless;
}

function adopted({ adopt, adoptVolume: volume }: ShapedPostgres): Adoptable[] {
  const all = Object.values(Adoptable);
  if (adopt === undefined) return volume === undefined ? [] : all;
  return adopt.flatMap((it) => all.filter((one) => one === it));
}

function settleExternal(given: NonNullable<ShapedPostgres["external"]>): ExternalSettings {
  const { password: _password, ...rest } = given;
  const { host: at = "", user = "" } = rest;
  const settled = { ...EXTERNAL_DEFAULTS, ...rest };
  const { engineHost = at, enginePort = settled.port } = rest;
  return { ...settled, host: at, user, engineHost, enginePort };
}

/** Everything that is wrong with the Postgres arguments. */
export function checkPostgres(input: PostgresInput): Problem[] {
  const problems = new ProblemList();
  readPostgres(input, problems);
  return [...problems.list()];
}

/** What is taken over, each with its name on the server. */
export type AdoptedNames = Partial<Record<Adoptable, string>>;

/** What is taken over; with one database for both, either of them stands for both. */
export function adoptedNames(settings: PostgresSettings): AdoptedNames {
  const { adopt } = settings;
  const databases: Adoptable[] = [Adoptable.ApplicationDatabase, Adoptable.MetadataDatabase];
  const one = settings.applicationDatabase === settings.metadataDatabase;
  const both = one && databases.some((it) => adopt.includes(it)) ? databases : [];
  return Object.fromEntries([...adopt, ...both].map((it) => [it, settings[it]]));
}

/** Repositories whose tags begin with the version of Postgres, by the last part of their name. */
const NAMED =
  /^(?:postgres|postgresql|percona-distribution-postgresql|postgis|pgrouting|pgduckdb)$/;
/** A version at the end of a repository's name, such as postgresql-16 or spilo-17. */
const IN_NAME = /(?:^|[-_])(?:postgres(?:ql)?|pg|spilo)[-_]?(\d{1,2})(?![\d.])(?=$|[-_])/i;
/** A version anywhere in a tag, such as pg18, 0.8.1-pg18 or PG17_latest. */
const IN_TAG = /(?:^|[-_.])(?:pg|postgres(?:ql)?)[-_]?(\d{1,2})(?!\d)/i;

/** The major version of Postgres that an image's reference tells; undefined where it does not. */
export function imageVersion(image: string): number | undefined {
  const [reference = ""] = image.split("@");
  const [, name = "", tag = ""] = /([^/:]+)(?::([^/]*))?$/.exec(reference) ?? [];
  const leading = NAMED.test(name) ? /^v?(\d{1,2})(?=$|[.-])/.exec(tag)?.[1] : undefined;
  const found = IN_NAME.exec(name)?.[1] ?? IN_TAG.exec(tag)?.[1] ?? leading;
  // A lower number is that of somebody's own image.
  return found === undefined || Number(found) < 9 ? undefined : Number(found);
}
