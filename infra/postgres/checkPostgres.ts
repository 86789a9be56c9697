import type { Unwrap } from "@pulumi/pulumi";
import { type Problem, ProblemList } from "../validation/problems";
import { bindAddress, cores, image, number, port } from "../validation/rules";
import {
  anything,
  type Check,
  flag,
  group,
  judged,
  list,
  mapOf,
  plain,
  type Shaped,
  sound,
  text,
  whole,
} from "../validation/shape";
import { checkNames } from "./checkNames";
import { UNLABELED } from "./guardScript";
import {
  Adoptable,
  EXTERNAL_DEFAULTS,
  POSTGRES_DEFAULTS,
  type PostgresArgs,
  SslMode,
} from "./postgresArgs";

/** The Postgres arguments whose Outputs are known. */
export type PostgresInput = Unwrap<PostgresArgs>;

/** Settings of the server that are no secrets; those of one in a container count where there is no external one. */
export interface PostgresSettings {
  image: string;
  majorVersion: number;
  applicationDatabase: string;
  metadataDatabase: string;
  engineRole: string;
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

/** Settings that the component or the image decides; changing them here would break the wiring or the data. */
const OWNED_PARAMETERS = [
  "config_file",
  "data_directory",
  "hba_file",
  "listen_addresses",
  "port",
  "unix_socket_directories",
];

const parameters = judged(mapOf(anything), (given, path, problems) => {
  for (const [name, value] of Object.entries(given)) {
    if (OWNED_PARAMETERS.includes(name)) {
      const reason = "is decided by the component; allowed: any other server setting; remove it";
      problems.add(`${path}.${name}`, reason);
    } else if (!/^[a-z][a-z0-9_.]*$/.test(name) || /[\r\n\0]/.test(`${value}`)) {
      const reason =
        "is no server setting; allowed: a lower-case name with a value on one line; correct it";
      problems.add(`${path}.${name}`, reason);
    }
  }
}) as Check<Record<string, string>>;

const host = sound(text, (it) =>
  it === "" || /[\s/@]/.test(it)
    ? `"${it.replace(/^.*@/, "…@")}" is no host; allowed: a host name or address alone; put port, user and database into their own fields`
    : undefined,
);
const MODES = Object.values(SslMode);

const EXTERNAL = {
  host,
  engineHost: host,
  port,
  enginePort: port,
  user: sound(text, (it) =>
    it === ""
      ? "is empty; allowed: a role that may create roles and databases; name it"
      : undefined,
  ),
  password: sound(text, (it) =>
    it === "" ? "is empty; allowed: the password of that role; set it as a secret" : undefined,
  ),
  database: text,
  sslMode: sound(text, (it) =>
    MODES.some((one) => one === it)
      ? undefined
      : `"${it}" is unknown; allowed: ${MODES.join(", ")}; choose one`,
  ) as Check<SslMode>,
  superuser: flag,
};

const adoptVolume = sound(text, (it) =>
  it === UNLABELED || /^[0-9a-f]{16}$/.test(it)
    ? undefined
    : `"${it}" is no instance id; allowed: 16 hexadecimal digits, or ${UNLABELED} for a volume without one; copy it from the refusal of the volume`,
);

const FIELDS = {
  image,
  majorVersion: plain(number({ min: 13, max: 18, unit: "a Postgres major version" })),
  metadataDatabase: text,
  applicationDatabase: text,
  engineRole: text,
  adopt: plain(list(text)),
  adoptVolume: plain(adoptVolume),
  extensions: list(text),
  collation: text,
  characterType: text,
  port,
  bindAddress,
  parameters,
  shmSizeMb: number({ min: 64, unit: "megabytes" }),
  memoryMb: number({ min: 128, unit: "megabytes" }),
  cpus: cores,
  protectData: plain(flag),
  graceSeconds: number({ min: 90, max: 3600, unit: "seconds" }),
  external: whole(group(EXTERNAL, ["host", "user"])),
};

/** Postgres arguments of the right types and within bounds; what is not usable is absent. */
export type ShapedPostgres = Shaped<typeof FIELDS>;

function checkVersion({ image: reference, majorVersion }: ShapedPostgres, problems: ProblemList) {
  const found = reference === undefined ? undefined : imageVersion(reference);
  const version = majorVersion ?? POSTGRES_DEFAULTS.majorVersion;
  if (found === undefined || found === version) return;
  problems.add(
    "postgres.majorVersion",
    `is ${version}${majorVersion === undefined ? " unless set" : ""}, but the image is of version ${found}, and the version decides where the data lies; allowed: the image's own version; set both alike`,
  );
}

/** Reads the Postgres arguments. */
export function readPostgres(raw: unknown, problems: ProblemList): ShapedPostgres {
  const given = group(FIELDS)(raw ?? {}, "postgres", problems) ?? {};
  checkVersion(given, problems);
  checkNames(given, adopted(given), problems);
  return given;
}

/** The settings of the server with every default. */
export function settlePostgres(given: ShapedPostgres): PostgresSettings {
  const { external, adopt, ...rest } = given;
  return {
    ...POSTGRES_DEFAULTS,
    ...rest,
    adopt: adopted(given),
    ...(external && { external: settleExternal(external) }),
  };
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
