import {
  type BadFolder,
  DATABASES,
  databases,
  type Files,
  source,
  TABLES,
  TODOS,
} from "./madeFolder";

const CANARY = "canary-Zx81-never-print-me";
const SDL = "metadata/actions.graphql";
const ACTIONS = "metadata/actions.yaml";

/** Metadata files that cannot be read. */
export const YAML: BadFolder[] = [
  [
    "broken YAML",
    { [TODOS]: "table:\n  name: todos\n schema: public\n" },
    `${TODOS}: is not YAML: line 3: bad indentation of a mapping entry; correct it`,
  ],
  ["a key twice", { [TODOS]: "table: a\ntable: b" }, `${TODOS}: is not YAML: line 2: duplicated`],
  ["an anchor in itself", { [TODOS]: "table: &a\n  b: *a" }, `${TODOS}: is not YAML: an anchor`],
  ["an unknown tag", { [TODOS]: "table: !env NAME" }, `${TODOS}: is not YAML: line 1: unknown tag`],
  ["no list of rules", { "metadata/allow_list.yaml": "" }, "metadata/allow_list.yaml: is empty;"],
  [
    "an object for a list",
    { "metadata/cron_triggers.yaml": "name: a" },
    "metadata/cron_triggers.yaml: is an object; a list is required",
  ],
  [
    "a list for an object",
    { "metadata/network.yaml": "- a" },
    "metadata/network.yaml: is a list; an object is required",
  ],
  [
    "an include where Hasura knows none",
    { "metadata/remote_schemas.yaml": "- !include a.yaml" },
    "metadata/remote_schemas.yaml: has an !include in a place where Hasura sends it as text;",
  ],
];

const sources = (changes: string): Files => ({ [DATABASES]: changes });
const default_ = `${DATABASES}: source "default"`;

/** The file of sources. */
export const SOURCES: BadFolder[] = [
  ["no source", sources("[]"), `${DATABASES}: lists no source, so Hasura would remove all`],
  ["an empty file", sources("# none\n"), `${DATABASES}: lists no source`],
  [
    "an object",
    sources("default: {}"),
    `${DATABASES}: is an object; a list of sources is required`,
  ],
  ["a source that is text", sources("- default"), `${DATABASES}: [0] is text; an object is`],
  [
    "a source without name",
    sources("- kind: postgres"),
    `${DATABASES}: has no usable name at [0];`,
  ],
  [
    "a name that leads elsewhere",
    sources(source("../default", "tables: []")),
    `${DATABASES}: has no usable name at [0];`,
  ],
  [
    "a name twice",
    sources(`${databases("tables: []")}${databases("tables: []")}`),
    `${DATABASES}: lists the source "default" twice;`,
  ],
  [
    "another kind",
    sources(databases("tables: []").replace("kind: postgres", "kind: mssql")),
    `${default_} is of kind "mssql"; allowed: postgres;`,
  ],
  ["an unknown key", sources(databases("table: []")), `${default_} has the unknown key "table",`],
  [
    "no configuration",
    sources("- name: default"),
    `${default_} has no configuration.connection_info;`,
  ],
  [
    "no folder of migrations",
    sources(`${databases("tables: []")}${source("logs", "tables: []")}`),
    "migrations/logs: is missing, and Hasura requires it for the source",
  ],
  [
    "a password",
    sources(source("default", "tables: []", `postgres://app:${CANARY}@db/app`)),
    `${default_} has a password in database_url (not shown); allowed: from_env;`,
  ],
  [
    "a password apart",
    sources(
      source("default", "tables: []", `connection_parameters: { host: db, password: ${CANARY} }`),
    ),
    `${default_} has a password in password (not shown)`,
  ],
  [
    "a variable that the engine lacks",
    sources(source("default", "tables: []", "from_env: LOGS_URL")),
    `${default_} reads the variable LOGS_URL, which the engine does not have; allowed: PG_DATABASE_URL; write PG_DATABASE_URL, which is the stack's own database, or set hasura.env.LOGS_URL`,
  ],
  [
    "a variable that cannot be set",
    sources(source("default", "tables: []", "from_env: HASURA_GRAPHQL_DATABASE_URL")),
    `${default_} reads the variable HASURA_GRAPHQL_DATABASE_URL, which the engine does not have`,
  ],
  [
    "an address for a variable",
    sources(source("default", "tables: []", `from_env: postgres://app:${CANARY}@db/app`)),
    `${default_} has "postgres://***@db/app" as from_env; allowed:`,
  ],
  [
    "tables that are none",
    sources(databases("tables: {}")),
    `${default_} has an object as tables;`,
  ],
  ["functions that are none", sources(databases("functions: a")), `${default_} has text as func`],
  ["a table without name", { [TODOS]: "table: {}" }, `${default_} has no table name in tables[0];`],
  ["an empty table", { [TODOS]: "" }, `${default_} has no table name in tables[0];`],
  [
    "a table twice",
    { [TABLES]: '- "!include public_todos.yaml"\n- table: todos\n' },
    `${default_} lists the table "public.todos" twice;`,
  ],
];

/** Includes. */
export const INCLUDES: BadFolder[] = [
  [
    "a missing file",
    { [TODOS]: null },
    `${TABLES}: includes "public_todos.yaml", which is missing;`,
  ],
  [
    "a file outside",
    { [TABLES]: "- !include ../../../../../todos.yaml" },
    `${TABLES}: includes "../../../../../todos.yaml", which is outside the folder;`,
  ],
  [
    "an absolute path",
    { [TABLES]: "- !include /etc/todos.yaml" },
    `${TABLES}: includes "/etc/todos.yaml", which is outside the folder;`,
  ],
  [
    "another ending",
    { [TABLES]: "- !include public_todos.yml" },
    `${TABLES}: includes "public_todos.yml", which Hasura does not read as YAML;`,
  ],
  [
    "a circle",
    { [TODOS]: "!include tables.yaml" },
    `${TODOS}: includes "tables.yaml", which includes this file again;`,
  ],
  [
    "a remark",
    { [TODOS]: 'table: todos\nconfiguration: { comment: "see !include" }' },
    `${TODOS}: has the text "see !include", which Hasura takes for an include;`,
  ],
  [
    "a place of a source without includes",
    sources(databases("native_queries: !include queries.yaml")),
    `${DATABASES}: has an !include in a place where Hasura sends it as text;`,
  ],
];

/** Actions and their SDL. */
export const ACTION_ROWS: BadFolder[] = [
  ["no SDL", { [ACTIONS]: "actions: [{ name: login }]" }, `${SDL}: is missing, so Hasura would`],
  [
    "no SDL for types",
    { [ACTIONS]: "actions: []\ncustom_types: { scalars: [{ name: Id }] }" },
    `${SDL}: is missing, so Hasura would`,
  ],
  [
    "an action that the SDL lacks",
    {
      [ACTIONS]: "actions: [{ name: login }, { name: id }]",
      [SDL]:
        "# type Mutation { id: Int }\ntype Mutation {\n  login(id: Int!): Token\n}\ntype Token { id: Int }\n",
    },
    `${ACTIONS}: has the action "id", which is not in actions.graphql;`,
  ],
  [
    "an action without name",
    { [ACTIONS]: "actions: [{}]", [SDL]: "" },
    `${ACTIONS}: has no name in actions[0]; add it`,
  ],
  ["a list", { [ACTIONS]: "- name: login", [SDL]: "" }, `${ACTIONS}: is a list; an object`],
  [
    "actions that are none",
    { [ACTIONS]: "actions: { login: {} }", [SDL]: "" },
    `${ACTIONS}: has an object as actions; a list is required`,
  ],
];
