import { UNKNOWN } from "../../../policy/rules/policyRule";
import { container, type Fixture, type FixtureTable, fails, passes } from "./fixture";

const VALUE = "s3cr3t-V4lue";
const env = (line: unknown) => container({ envs: [line] });
/** Put together, so that no scanner of secrets takes it for one. */
const PRIVATE_KEY = ["-----BEGIN", "RSA PRIVATE KEY-----\nAAAA"].join(" ");
const CLERK_KEY = ["sk", "live", "AAAA1111"].join("_");
const URL_WITH_PASSWORD = `postgres://app:${VALUE}@db/app`;

const plain = (name: string, value = VALUE): Fixture =>
  fails(`${name} in plain`, env(`${name}=${value}`), `${name} is visible`, { secrets: [value] });

const configured = (key: string, value: unknown, secret: string): Fixture =>
  fails(
    `in ${key}: ${JSON.stringify(value)}`,
    container({ [key]: value }),
    `${key} holds a secret`,
    { secrets: [secret] },
  );

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
    ...[
      "OAUTH_TOKEN_URL=https://issuer.example.com/token",
      "KEY_PREFIX=app",
      "PASSWORD_POLICY=strict",
      "TOKEN_ISSUER=https://issuer.example.com",
      "SECRET_STORE=vault",
      "PASSWORD_MIN_LENGTH=12",
      "MAX_TOKENS=4096",
      "REQUIRE_PASSWORD=yes",
      "PWD=/app",
      "NEXT_PUBLIC_MAPS_API_KEY=AIza",
      "NPM_REGISTRY=http://registry:4873/@scope",
      "CORS=https://a.example.com:3000,https://b.example.com",
      'HASURA_GRAPHQL_JWT_SECRET={"jwk_url":"https://issuer.example.com/jwks"}',
      "DATABASE_URL=postgres://app:$DB_PASSWORD@db/app",
    ].map((line) => passes(line, env(line))),
    plain("POSTGRES_PASSWORD"),
    plain("POSTGRES_PASSWORD", "12345678"),
    plain("DB_PASS", "1234"),
    plain("API_KEY", "1234567890"),
    plain("MYSQL_PWD"),
    plain("DB_PWD"),
    plain("PUBLIC_API_SECRET"),
    plain("NEXT_PUBLIC_SECRET_KEY"),
    plain("API_SECRET_NAME_PASSWORD"),
    plain("adminSecret"),
    plain("DATABASE_URL", "postgres://app:s3/cr3t@db/app"),
    plain("DATABASE_URLS", "http://a.example.com,postgres://app:s3/cr3t@db/app"),
    plain("DSN", `app:${VALUE}@tcp(db:3306)/app`),
    plain("HASURA_GRAPHQL_JWT_SECRET", `{"type":"HS256","key":"${VALUE}"}`),
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
    ...[
      ["postgres", "-c", "password_encryption=scram-sha-256"],
      ["app", "--token-url=https://issuer.example.com", "--password-file", "/run/secret"],
      ["app", "--max-tokens", "4096", "--no-password", "app"],
      ["app", "--password", "$APP_PASSWORD", "--token", "$(cat /run/token)"],
      ["graphql-engine", "serve", "--jwt-secret", '{"jwk_url":"https://issuer.example.com/jwks"}'],
      ["sh", "-c", 'PGPASSWORD="$(cat /run/secret)" exec psql'],
      ["sh", "-c", "PGPASSWORD= psql"],
      ["sh", "-c", '[ "$TOKEN" = "x" ] || echo token: missing'],
      ["sh", "-c", "docker pull postgres:17@sha256:0 && git clone git@example.com:a/b"],
      ["curl", "-H", "Authorization: Bearer $TOKEN", "-H", "x-hasura-admin-secret: $SECRET"],
      ["curl", "http://localhost:8080/?time=12:30&x=a@b"],
      ["echo", "basic settings, bearer of news"],
    ].map((command) => passes(command.join(" "), container({ command }))),
    ...[
      ["graphql-engine", "serve", "--admin-secret", VALUE],
      ["graphql-engine", "serve", `--admin-secret=${VALUE}`],
      ["graphql-engine", "serve", "--jwt-secret", `{"key":"${VALUE}"}`],
      ["graphql-engine", "serve", "--jwt-secret", `{"type": "HS256", "key": "${VALUE}"}`],
      ["app", `--token=${VALUE}`],
      ["app", "--password", VALUE],
      ["app", "--password", "12345678"],
      ["redis-server", "--requirepass", VALUE],
      ["sh", "-c", `redis-server --requirepass ${VALUE}`],
      ["sh", "-c", `PGPASSWORD=${VALUE} psql`],
      ["sh", "-c", `psql -c "ALTER ROLE app PASSWORD '${VALUE}'"`],
      ["curl", `http://app/hook?access_token=${VALUE}`],
    ].map((command) => configured("command", command, VALUE)),
    ...[
      ["CMD", "curl", "-H", `x-hasura-admin-secret: ${VALUE}`, "http://localhost:8080/healthz"],
      ["CMD-SHELL", `curl -H "x-hasura-admin-secret: ${VALUE}" http://localhost:8080/healthz`],
      ["CMD-SHELL", `curl -H 'Authorization: Bearer ${VALUE}' http://localhost`],
      ["CMD", "curl", "--header", `authorization: Basic ${VALUE}`],
    ].map((tests) => configured("healthcheck", { tests }, VALUE)),
    configured("command", ["app", `--password=${VALUE}`], VALUE),
    configured("command", ["psql", URL_WITH_PASSWORD], VALUE),
    configured("entrypoints", ["/bin/app", `--key=${CLERK_KEY}`], CLERK_KEY),
    configured("labels", [{ label: "key", value: PRIVATE_KEY }], "AAAA"),
    configured("healthcheck", { tests: ["CMD", "psql", URL_WITH_PASSWORD] }, VALUE),
  ],
};
