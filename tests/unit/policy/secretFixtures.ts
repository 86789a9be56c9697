import { UNKNOWN } from "../../../infra/policy/policyRule";
import { container, type Fixture, type FixtureTable, fails, passes } from "./fixture";

const VALUE = "s3cr3t-V4lue";
const env = (line: unknown) => container({ envs: [line] });
/** Put together, so that no scanner of secrets takes it for one. */
const PRIVATE_KEY = ["-----BEGIN", "RSA PRIVATE KEY-----\nAAAA"].join(" ");
const CLERK_KEY = ["sk", "live", "AAAA1111"].join("_");
const URL_WITH_PASSWORD = `postgres://app:${VALUE}@db/app`;

const plain = (name: string, value = VALUE): Fixture =>
  fails(`${name} in plain`, env(`${name}=${value}`), `${name} is plain`, { secrets: [value] });

const configured = (key: string, value: unknown, secret: string): Fixture =>
  fails(`in ${key}`, container({ [key]: value }), `${key} holds a secret`, { secrets: [secret] });

export const SECRET_FIXTURES: FixtureTable = {
  "no-secret-in-environment": [
    passes("a public variable", env("HASURA_GRAPHQL_ENABLED_APIS=graphql")),
    passes("a file that holds it", env("POSTGRES_PASSWORD_FILE=/run/secrets/password")),
    passes("an empty one", env("API_KEY=")),
    passes("a number about one", env("REFRESH_TOKEN_SECONDS=3600")),
    passes("a switch about one", env("ALLOW_API_KEYS=true")),
    passes("a public key", env(`NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=${VALUE}`)),
    passes("a word that only ends like one", env("MONKEY=george")),
    passes("an address without a password", env("DATABASE_URL=postgres://app@db/app")),
    passes("not known yet", env(UNKNOWN)),
    plain("POSTGRES_PASSWORD"),
    plain("HASURA_GRAPHQL_ADMIN_SECRET"),
    plain("CLERK_SECRET_KEY"),
    plain("PGPASSWORD"),
    plain("DB_PASS"),
    plain("ACCESSTOKEN"),
    plain("github_token"),
    plain("API_KEY"),
    plain("DATABASE_URL", URL_WITH_PASSWORD),
    plain("ANYTHING", CLERK_KEY),
    plain("CERTIFICATE", PRIVATE_KEY),
    plain("ANYTHING", `host=db password=${VALUE}`),
    plain("ANYTHING", `eyJhbGciOiJIUzI1NiJ9.e30.${VALUE}`),
  ],
  "no-secret-in-configuration": [
    passes("a plain command", container({ command: ["postgres", "-c", "max_connections=10"] })),
    passes("an address without a password", container({ command: ["psql", "postgres://db/app"] })),
    passes("a variable's name", container({ command: ["sh", "-c", "psql password=$PGPASSWORD"] })),
    passes("a file of one", container({ command: ["app", "--password-file=/run/secret"] })),
    configured("command", ["app", `--password=${VALUE}`], VALUE),
    configured("command", ["psql", URL_WITH_PASSWORD], VALUE),
    configured("entrypoints", ["/bin/app", `--key=${CLERK_KEY}`], CLERK_KEY),
    configured("labels", [{ label: "key", value: PRIVATE_KEY }], "AAAA"),
    configured("healthcheck", { tests: ["CMD", "psql", URL_WITH_PASSWORD] }, VALUE),
  ],
};
