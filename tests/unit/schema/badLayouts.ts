import { type BadFolder, DATABASES, UP } from "./madeFolder";

const MIGRATIONS = "migrations/default";
const sql = "SELECT 1;";
const megabytes = (count: number) => "-".repeat(count * 1024 * 1024);

/** The layout and config.yaml. */
export const LAYOUT: BadFolder[] = [
  ["no config.yaml", { "config.yaml": null }, "config.yaml: is missing; add the file"],
  ["config of version 2", { "config.yaml": "version: 2" }, "config.yaml: is not of version 3;"],
  ["an empty config", { "config.yaml": "" }, "config.yaml: is not of version 3;"],
  [
    "another folder of metadata",
    { "config.yaml": "version: 3\nmetadata_directory: meta" },
    'config.yaml: sets metadata_directory to "meta"; allowed: metadata;',
  ],
  [
    "another folder of migrations",
    { "config.yaml": "version: 3\nmigrations_directory: ../migrations" },
    'config.yaml: sets migrations_directory to "../migrations"; allowed: migrations;',
  ],
  [
    "no metadata version",
    { "metadata/version.yaml": null },
    "metadata/version.yaml: is missing; add the file",
  ],
  [
    "metadata of version 2",
    { "metadata/version.yaml": "version: 2" },
    "metadata/version.yaml: is not of version 3; upgrade",
  ],
  ["no databases.yaml", { [DATABASES]: null }, `${DATABASES}: is missing; add the file`],
  ["a file in migrations", { "migrations/a.sql": sql }, "migrations/a.sql: is not in the folder"],
  [
    "migrations of an unknown source",
    { "migrations/other/1_a/up.sql": sql },
    "migrations/other: is the folder of no source, so Hasura ignores it; allowed: migrations/default;",
  ],
  [
    "migrations beside the sources' folders",
    { "migrations/1700000000001_add/up.sql": sql },
    "migrations/1700000000001_add: is the folder of no source",
  ],
  [
    "seeds of an unknown source",
    { "seeds/other/a.sql": sql },
    "seeds/other: is the folder of no source, so Hasura ignores it; allowed: seeds/default;",
  ],
  ["a file in seeds", { "seeds/a.sql": sql }, "seeds/a.sql: is not in the folder of a source"],
  ["a seed of rows", { "seeds/default/a.csv": "1" }, "seeds/default/a.csv: is not a seed;"],
  ["a folder of seeds", { "seeds/default/a.sql/b.sql": sql }, "seeds/default/a.sql: is not a"],
];

/** Names of migrations. */
export const NAMES: BadFolder[] = [
  [
    "a name without version",
    { [`${MIGRATIONS}/add_users/up.sql`]: sql },
    `${MIGRATIONS}/add_users: is not the name of a migration; allowed: a number`,
  ],
  [
    "a version without name",
    { [`${MIGRATIONS}/1700000000001/up.sql`]: sql },
    `${MIGRATIONS}/1700000000001: is not the name of a migration`,
  ],
  [
    "a name with a space",
    { [`${MIGRATIONS}/1700000000001_add users/up.sql`]: sql },
    `${MIGRATIONS}/1700000000001_add users: is not the name of a migration`,
  ],
  [
    "a name with a quote",
    { [`${MIGRATIONS}/1700000000001_user's/up.sql`]: sql },
    `${MIGRATIONS}/1700000000001_user's: is not the name of a migration`,
  ],
  [
    "a leading zero",
    { [`${MIGRATIONS}/0001_init/up.sql`]: sql },
    `${MIGRATIONS}/0001_init: is not the name of a migration`,
  ],
  [
    "a version beyond 64 bits",
    { [`${MIGRATIONS}/18446744073709551616_a/up.sql`]: sql },
    `${MIGRATIONS}/18446744073709551616_a: is not the name of a migration`,
  ],
  [
    "two migrations of one version",
    { [`${MIGRATIONS}/1700000000000_other/up.sql`]: sql },
    `${MIGRATIONS}/1700000000000_other: has the same version as 1700000000000_create_todos;`,
  ],
  [
    "a loose file",
    { [`${MIGRATIONS}/1700000000001_add.up.sql`]: sql },
    `${MIGRATIONS}/1700000000001_add.up.sql: is a file, which Hasura ignores;`,
  ],
  [
    "only a down.sql",
    { [`${MIGRATIONS}/1700000000001_add/down.sql`]: sql },
    `${MIGRATIONS}/1700000000001_add/up.sql: is missing; add the file`,
  ],
  [
    "a folder in place of up.sql",
    { [`${MIGRATIONS}/1700000000001_add/up.sql/a`]: sql },
    `${MIGRATIONS}/1700000000001_add/up.sql: is a folder; a file is required`,
  ],
];

/** What up.sql holds. */
export const CONTENT: BadFolder[] = [
  ["an empty up.sql", { [UP]: "" }, `${UP}: has no statement, so Hasura would skip`],
  ["a comment alone", { [UP]: "-- later\n/* a\nb */ ;\n" }, `${UP}: has no statement`],
  ["a byte order mark", { [UP]: `\uFEFF${sql}` }, `${UP}: begins with a byte order mark; save`],
  ["another encoding", { [UP]: Buffer.from([0xe9, 0x3b]) }, `${UP}: is not UTF-8; save it as`],
  ["UTF-16", { [UP]: Buffer.from(sql, "utf16le") }, `${UP}: holds a NUL byte; remove it`],
  ["a large file", { [UP]: `${sql}${megabytes(10)}` }, `${UP}: is larger than 10 MB; allowed:`],
];
