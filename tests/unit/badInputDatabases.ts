const CANARY = "canary-Zx81-never-print-me";
const external = { externalHost: "db.example.com", externalUser: "admin" };

/** Configuration of role, databases and what belongs to them, and the start of the one line that it must give. */
export const DATABASE_ROWS: [config: Record<string, string>, line: string][] = [
  [{ adopt: "app" }, 'postgres.adopt: "app" is no setting that can be taken over'],
  [{ adopt: "" }, 'postgres.adopt: "" is no setting'],
  [{ adopt: "database" }, 'postgres.adopt: "database" is no setting'],
  [{ adopt: "true" }, 'postgres.adopt: "true" is no setting'],
  [{ adopt: `postgresql://admin:${CANARY}@db` }, "postgres.adopt: "],
  [{ adopt: "engineRole,engineRole" }, 'postgres.adopt: "engineRole" is there twice'],
  [{ adopt: "{}" }, 'postgres.adopt: "{}" is no setting'],
  [{ adopt: "[true]" }, "adopt: cannot be read"],
  [
    { adopt: "engineRole", applicationDatabase: "hasura_metadata" },
    'postgres.applicationDatabase: "hasura_metadata" is the metadata database too',
  ],
  [
    { adopt: "engineRole", engineRole: "postgres" },
    'postgres.engineRole: "postgres" belongs to Postgres',
  ],
  [
    { adopt: "applicationDatabase", applicationDatabase: "template1" },
    'postgres.applicationDatabase: "template1" belongs to Postgres',
  ],
  [
    { adopt: "applicationDatabase", applicationDatabase: 'a"; drop database app; --' },
    'postgres.applicationDatabase: "a\\"; drop database app; --" is no plain Postgres name',
  ],
  [{ ...external, engineRole: "admin" }, 'postgres.engineRole: "admin" is externalUser too'],
  [{ ...external, externalUser: "hasura" }, 'postgres.engineRole: "hasura" is externalUser too'],
  [{ extensions: "" }, 'postgres.extensions[0]: "" is no name'],
  [{ extensions: "postgis 3.4" }, 'postgres.extensions[0]: "postgis 3.4" is no name'],
  [{ extensions: 'dblink,"PostGIS"' }, 'postgres.extensions[1]: "\\"PostGIS\\"" is no name'],
  [{ extensions: "dblink,postgis;" }, 'postgres.extensions[1]: "postgis;" is no name'],
  [{ extensions: "dblink,citext,dblink" }, 'postgres.extensions[2]: "dblink" is there twice'],
  [{ extensions: '{"postgis":"3.4"}' }, 'postgres.extensions[0]: "{'],
  [{ collation: "en US" }, 'postgres.collation: "en US" is no locale'],
  [{ collation: "" }, 'postgres.collation: "" is no locale'],
  [{ collation: "default" }, 'postgres.collation: "default" is no locale'],
  [{ collation: "de_DE.ISO-8859-1" }, 'postgres.collation: "de_DE.ISO-8859-1" is of another'],
  [{ characterType: "ru_RU.KOI8-R" }, 'postgres.characterType: "ru_RU.KOI8-R" is of another'],
  [
    { adopt: "applicationDatabase,metadataDatabase", collation: "C" },
    "postgres.collation: cannot be combined with",
  ],
];
