import type { InputRow } from "../support/stackSettings";

const CANARY = "canary-Zx81-never-print-me";
const external = {
  "postgres.external.host": "db.example.com",
  "postgres.external.user": "admin",
  "postgres.external.password": "x",
};

/** Settings of role, databases and what belongs to them, and the start of the one line that they must give. */
export const DATABASE_ROWS: [settings: InputRow, line: string][] = [
  [{ "postgres.adopt": ["app"] }, 'postgres.adopt: "app" is not a setting that can be adopted'],
  [{ "postgres.adopt": [""] }, 'postgres.adopt: "" is not a setting'],
  [{ "postgres.adopt": ["database"] }, 'postgres.adopt: "database" is not a setting'],
  [{ "postgres.adopt": ["true"] }, 'postgres.adopt: "true" is not a setting'],
  [{ "postgres.adopt": [`postgresql://admin:${CANARY}@db`] }, "postgres.adopt: "],
  [
    { "postgres.adopt": ["engineRole", "engineRole"] },
    'postgres.adopt: "engineRole" is listed twice',
  ],
  [{ "postgres.adopt": ["{}"] }, 'postgres.adopt: "{}" is not a setting'],
  [{ "postgres.adopt": [true] }, "postgres.adopt[0]: is a boolean"],
  [
    { "postgres.adopt": ["engineRole"], "postgres.applicationDatabase": "hasura_metadata" },
    'postgres.applicationDatabase: "hasura_metadata" is the metadata database too',
  ],
  [
    { "postgres.adopt": ["engineRole"], "postgres.engineRole": "postgres" },
    'postgres.engineRole: "postgres" belongs to Postgres',
  ],
  [
    { "postgres.adopt": ["applicationDatabase"], "postgres.applicationDatabase": "template1" },
    'postgres.applicationDatabase: "template1" belongs to Postgres',
  ],
  [
    {
      "postgres.adopt": ["applicationDatabase"],
      "postgres.applicationDatabase": 'a"; drop database app; --',
    },
    'postgres.applicationDatabase: "a\\"; drop database app; --" is not a plain Postgres name',
  ],
  [
    { ...external, "postgres.engineRole": "admin" },
    'postgres.engineRole: "admin" is postgres.external.user too',
  ],
  [
    { ...external, "postgres.external.user": "hasura" },
    'postgres.engineRole: "hasura" is postgres.external.user too',
  ],
  [{ "postgres.extensions": [""] }, 'postgres.extensions[0]: "" is not an extension name'],
  [
    { "postgres.extensions": ["postgis 3.4"] },
    'postgres.extensions[0]: "postgis 3.4" is not an extension name',
  ],
  [
    { "postgres.extensions": ["dblink", '"PostGIS"'] },
    'postgres.extensions[1]: "\\"PostGIS\\"" is not an extension name',
  ],
  [
    { "postgres.extensions": ["dblink", "postgis;"] },
    'postgres.extensions[1]: "postgis;" is not an extension name',
  ],
  [
    { "postgres.extensions": ["dblink", "citext", "dblink"] },
    'postgres.extensions[2]: "dblink" is listed twice',
  ],
  [{ "postgres.extensions": ['{"postgis":"3.4"}'] }, 'postgres.extensions[0]: "{'],
  [{ "postgres.collation": "en US" }, 'postgres.collation: "en US" is not a locale'],
  [{ "postgres.collation": "" }, 'postgres.collation: "" is not a locale'],
  [{ "postgres.collation": "default" }, 'postgres.collation: "default" is not a locale'],
  [
    { "postgres.collation": "de_DE.ISO-8859-1" },
    'postgres.collation: "de_DE.ISO-8859-1" is of another',
  ],
  [
    { "postgres.characterType": "ru_RU.KOI8-R" },
    'postgres.characterType: "ru_RU.KOI8-R" is of another',
  ],
  [
    { "postgres.adopt": ["applicationDatabase", "metadataDatabase"], "postgres.collation": "C" },
    "postgres.collation: cannot be combined with",
  ],
  [{ "postgres.ownerRole": "" }, 'postgres.ownerRole: "" is not a plain Postgres name'],
  [{ "postgres.ownerRole": "pg_owner" }, 'postgres.ownerRole: "pg_owner" belongs to Postgres'],
  [{ "postgres.ownerRole": "hasura" }, 'postgres.ownerRole: "hasura" is postgres.engineRole too'],
  [
    { "postgres.ownerRole": "o", "postgres.adopt": ["engineRole"] },
    "postgres.ownerRole: cannot be combined with a postgres.adopt of engineRole",
  ],
  [
    { "postgres.readOnlyRole": "read only" },
    'postgres.readOnlyRole: "read only" is not a plain Postgres name',
  ],
  [
    { "postgres.readOnlyRole": "app_owner" },
    'postgres.readOnlyRole: "app_owner" is postgres.ownerRole too',
  ],
  [
    { ...external, "postgres.readOnlyRole": "admin" },
    'postgres.readOnlyRole: "admin" is postgres.external.user too',
  ],
];
