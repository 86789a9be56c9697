import { SECRETS_FILE } from "../../../infra/hasura/startScript";
import { UNKNOWN } from "../../../infra/policy/policyRule";
import { ResourceType } from "../../../infra/policy/resourceType";
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
    passes("uploads that are not known yet", engine([], { uploads: UNKNOWN })),
    passes("an upload whose name is not known yet", engine([], uploads(UNKNOWN))),
    passes("another server", container({ envs: [] })),
    fails("none", engine([]), "no admin secret"),
    fails("an empty one", engine(["HASURA_GRAPHQL_ADMIN_SECRET="]), "no admin secret"),
    fails("another file alone", engine([], uploads("/etc/motd")), "no admin secret"),
    fails("none, in development", engine([]), "administrator", { settings: DEVELOPMENT }),
  ],
  "engine-console-off": offFixtures("HASURA_GRAPHQL_ENABLE_CONSOLE", false),
  "engine-dev-mode-off": offFixtures("HASURA_GRAPHQL_DEV_MODE", false),
  "engine-internal-errors-off": offFixtures("HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS", true),
  "engine-telemetry-off": [
    passes("off", engine([`${TELEMETRY}=false`])),
    fails("on", engine([`${TELEMETRY}=true`]), TELEMETRY),
    fails("left out", engine([]), TELEMETRY),
    fails("on, in development", engine([]), "leave it", { settings: DEVELOPMENT }),
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
  ],
  "engine-apis-narrow": [
    passes("those of production", engine([`${APIS}=graphql,metadata`])),
    passes("less", engine([`${APIS}=graphql`])),
    passes("all, in development", engine([]), DEVELOPMENT),
    fails("left out, which is all of them", engine([]), "pgdump, config"),
    fails("dumps", engine([`${APIS}=graphql, pgdump`]), "serves pgdump"),
    passes("metrics, as the production preset allows", engine([`${APIS}=graphql,metrics`])),
    fails("config, in staging", engine([`${APIS}=config`]), "config", { settings: STAGING }),
  ],
  "engine-unauthorized-role": [
    passes("none", engine([])),
    passes("a role of its own", engine([`${ROLE}=anonymous`])),
    fails("admin", engine([`${ROLE}=admin`]), "without a token"),
    fails("admin, in development", engine([`${ROLE}=admin`]), ROLE, { settings: DEVELOPMENT }),
    fails("admin, in Cloud", cloud({ [ROLE]: "admin" }), ROLE),
  ],
};
