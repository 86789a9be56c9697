import { ResourceType } from "../../../infra/docker/resourceTypes";
import { SECRETS_FILE } from "../../../infra/hasura/startScript";
import { UNKNOWN } from "../../../policy/rules/policyRule";
import {
  container,
  DEVELOPMENT,
  engine,
  type Fixture,
  type FixtureTable,
  fails,
  passes,
  resourceOf,
  STAGING,
} from "./fixture";

const serve = (flags: string[], variables: string[] = [], props = {}) =>
  engine(variables, { command: ["graphql-engine", "serve", ...flags], ...props });
const shell = (script: string) => engine([], { command: ["/bin/sh", "-c", script] });
const cloud = (env: Record<string, string>) => resourceOf(ResourceType.CloudEnvironment, { env });

/** What holds of every switch that is off in production and on in development. */
function offFixtures(variable: string, defaultIsOn: boolean): Fixture[] {
  const on = engine([`${variable}=true`]);
  const absent = engine([]);
  return [
    passes("off", engine([`${variable}=false`])),
    passes("on, in development", on, DEVELOPMENT),
    passes("another server", container({ envs: [] })),
    passes("an environment that is not known yet", engine([], { envs: UNKNOWN })),
    passes("a variable that may be the unknown one", engine([], { envs: [UNKNOWN] })),
    passes("Cloud, without it", cloud({})),
    defaultIsOn ? fails("left out", absent, variable) : passes("left out", absent),
    fails("on", on, `${variable} is on`),
    fails("on, in another spelling", engine([`${variable}=Yes`]), variable),
    fails("on, in staging", on, variable, { settings: STAGING }),
    fails("on, in Cloud", cloud({ [variable]: "true" }), variable),
  ];
}

const CORS = "HASURA_GRAPHQL_CORS_DOMAIN";
const APIS = "HASURA_GRAPHQL_ENABLED_APIS";
const ROLE = "HASURA_GRAPHQL_UNAUTHORIZED_ROLE";
const TELEMETRY = "HASURA_GRAPHQL_ENABLE_TELEMETRY";
const hidden = { entrypoints: UNKNOWN };
const uploads = (file: unknown, content: unknown = "HASURA_GRAPHQL_ADMIN_SECRET='secret'\n") => ({
  uploads: [{ file, content }],
});

export const ENGINE_FIXTURES: FixtureTable = {
  "engine-admin-secret": [
    passes("the component's file of secrets", engine([], uploads(SECRETS_FILE))),
    passes("a file that is not known yet", engine([], uploads(SECRETS_FILE, UNKNOWN))),
    fails(
      "a file of other secrets",
      engine([], uploads(SECRETS_FILE, "A='b'\n")),
      "no admin secret",
    ),
    fails(
      "a file with an empty one",
      engine([], uploads(SECRETS_FILE, "HASURA_GRAPHQL_ADMIN_SECRET=''\n")),
      "no admin secret",
    ),
    passes("the variable", engine(["HASURA_GRAPHQL_ADMIN_SECRET=x"])),
    passes("its old name", engine(["HASURA_GRAPHQL_ACCESS_KEY=x"])),
    passes("the flag", serve(["--admin-secret", "x"])),
    passes("a flag that is not known yet", serve([], [], { command: [UNKNOWN] })),
    passes("a variable that is not known yet", engine([UNKNOWN as unknown as string])),
    passes("an upload that is not known yet", engine([], { uploads: [UNKNOWN] })),
    fails(
      "an empty flag, which beats the variable",
      serve(["--admin-secret="], ["HASURA_GRAPHQL_ADMIN_SECRET=x"]),
      "no admin",
    ),
    fails("an engine by its command line", container({ command: ["graphql-engine", "serve"] }), [
      "no admin secret",
    ]),
    passes("uploads that are not known yet", engine([], { uploads: UNKNOWN })),
    passes("an upload whose name is not known yet", engine([], uploads(UNKNOWN))),
    passes("another server", container({ envs: [] })),
    fails("none", engine([]), "no admin secret"),
    fails("an empty one", engine(["HASURA_GRAPHQL_ADMIN_SECRET="]), "no admin secret"),
    fails("another file alone", engine([], uploads("/etc/motd")), "no admin secret"),
    fails("none, in development", engine([]), "administrator", { settings: DEVELOPMENT }),
  ],
  "engine-console-off": [
    ...offFixtures("HASURA_GRAPHQL_ENABLE_CONSOLE", false),
    passes("a word that only holds the flag", serve(["--x=--enable-console"])),
    passes("flags not known yet", serve([], ["HASURA_GRAPHQL_ENABLE_CONSOLE=true"], hidden)),
    fails("by its flag", serve(["--enable-console"]), "ENABLE_CONSOLE is on"),
    fails(
      "by its flag, against its variable",
      serve(["--enable-console"], ["HASURA_GRAPHQL_ENABLE_CONSOLE=false"]),
      "is on",
    ),
    fails(
      "by its flag, beside what is not known",
      serve(["--enable-console"], [], hidden),
      "is on",
    ),
    fails("in a script", shell("exec graphql-engine serve --enable-console"), "is on"),
    fails(
      "in the entrypoint of a mirrored image",
      container({
        image: "registry.example.com/graphql-engine:v2.50.10",
        entrypoints: ["/bin/graphql-engine", "serve", "--enable-console"],
      }),
      "is on",
    ),
  ],
  "engine-dev-mode-off": [
    ...offFixtures("HASURA_GRAPHQL_DEV_MODE", false),
    fails("by its flag", serve(["--dev-mode"]), "DEV_MODE is on"),
  ],
  "engine-internal-errors-off": [
    ...offFixtures("HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS", true),
    passes("off by its flag", serve(["--admin-internal-errors", "false"])),
    fails("by its flag", serve(["--admin-internal-errors=true"]), "is on"),
  ],
  "engine-telemetry-off": [
    passes("off", engine([`${TELEMETRY}=false`])),
    fails("on", engine([`${TELEMETRY}=true`]), TELEMETRY),
    fails("left out", engine([]), TELEMETRY),
    fails("on, in development", engine([]), "usage data", { settings: DEVELOPMENT }),
    passes("off by its flag", serve(["--enable-telemetry=false"])),
    fails(
      "on by its flag, against its variable",
      serve(["--enable-telemetry", "true"], [`${TELEMETRY}=false`]),
      "usage data",
    ),
  ],
  "engine-origins-listed": [
    passes("one origin", engine([`${CORS}=https://app.example.com`])),
    passes("several", engine([`${CORS}=https://a.example.com, https://b.example.com:3000`])),
    passes("subdomains", engine([`${CORS}=https://*.example.com`])),
    passes("every one, in development", engine([`${CORS}=*`]), DEVELOPMENT),
    fails("every one", engine([`${CORS}=*`]), "every website"),
    fails("left out", engine([]), "every website"),
    fails("every one beside a list", engine([`${CORS}=https://a.example.com,*`]), "beside other"),
    fails("no origin", engine([`${CORS}=app.example.com`]), "not an origin"),
    fails("a top-level domain", engine([`${CORS}=https://*.com`]), "nearly every website"),
    passes("one by its flag", serve(["--cors-domain", "https://app.example.com"])),
    passes(
      "two by its flag in a script",
      shell("graphql-engine serve --cors-domain 'https://a.example.com, https://b.example.com'"),
    ),
    fails(
      "every one by its flag, against its variable",
      serve(["--cors-domain", "*"], [`${CORS}=https://app.example.com`]),
      "every website",
    ),
  ],
  "engine-apis-narrow": [
    passes("those of production", engine([`${APIS}=graphql,metadata`])),
    passes("less", engine([`${APIS}=graphql`])),
    passes("all, in development", engine([]), DEVELOPMENT),
    fails("left out, which is all of them", engine([]), "pgdump, config"),
    fails("dumps", engine([`${APIS}=graphql, pgdump`]), "serves pgdump"),
    passes("metrics, as the production preset allows", engine([`${APIS}=graphql,metrics`])),
    fails("config, in staging", engine([`${APIS}=config`]), "config", { settings: STAGING }),
    passes("those of production by its flag", serve(["--enabled-apis", "graphql"])),
    fails("dumps by its flag", serve(["--enabled-apis=graphql,pgdump"]), "serves pgdump"),
  ],
  "engine-unauthorized-role": [
    passes("none", engine([])),
    passes("a role of its own", engine([`${ROLE}=anonymous`])),
    fails("admin", engine([`${ROLE}=admin`]), "without a token"),
    fails("admin, in development", engine([`${ROLE}=admin`]), ROLE, { settings: DEVELOPMENT }),
    fails("admin, in Cloud", cloud({ [ROLE]: "admin" }), ROLE),
    passes("a role of its own by its flag", serve(["--unauthorized-role", "guest"])),
    fails("admin by its flag", serve(["--unauthorized-role", "admin"]), "without a token"),
  ],
};
