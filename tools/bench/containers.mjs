import { ISSUER, THROWAWAY_KEY } from "./queries.mjs";

/** Password of databases that live for seconds and are not published. */
const PASSWORD = "measurement-password";

/** The engine's container without Pulumi: same image, same user, same checks. */
const HASURA_TEST = [
  "CMD",
  "/bin/bash",
  "-c",
  `exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 5 _ status _ <&3 && [ "$status" = 200 ]`,
];
const POSTGRES_TEST = [
  "CMD-SHELL",
  "psql -h 127.0.0.1 -U postgres -d postgres -qtAc 'select 1' >/dev/null",
];

/** @returns {Record<string, string>} */
function engineVariables() {
  const database = `postgres://postgres:${PASSWORD}@postgres:5432/postgres`;
  return {
    HASURA_GRAPHQL_ADMIN_SECRET: "measurement-admin-secret-0123456789abcdef",
    HASURA_GRAPHQL_JWT_SECRET: JSON.stringify({
      type: "HS256",
      key: THROWAWAY_KEY,
      issuer: ISSUER,
    }),
    HASURA_GRAPHQL_METADATA_DATABASE_URL: database,
    HASURA_GRAPHQL_ENABLE_TELEMETRY: "false",
    PG_DATABASE_URL: database,
  };
}

/** What every container has in the component too. */
const confined = {
  cap_drop: ["ALL"],
  security_opt: ["no-new-privileges"],
  restart: "unless-stopped",
};

/**
 * The two containers as a file for Docker Compose.
 * @param {object} given
 * @param {Record<"postgres" | "engine", string>} given.images
 * @param {number} given.port
 * @param {number} given.interval Seconds between two health checks.
 */
export function composeFile({ images, port, interval }) {
  const health = (/** @type {string[]} */ test) => ({
    // Compose would put its own variables in the place of a lone dollar sign.
    test: test.map((part) => part.replaceAll("$", "$$$$")),
    interval: `${interval}s`,
    timeout: "5s",
    retries: 5,
    start_period: "1m0s",
  });
  const variables = Object.entries(engineVariables()).map(([name, value]) => `${name}=${value}`);
  return JSON.stringify({
    services: {
      postgres: {
        ...confined,
        image: images.postgres,
        pull_policy: "never",
        user: "postgres",
        environment: [`POSTGRES_PASSWORD=${PASSWORD}`, "POSTGRES_INITDB_ARGS=--data-checksums"],
        shm_size: "256m",
        healthcheck: health(POSTGRES_TEST),
      },
      hasura: {
        ...confined,
        image: images.engine,
        pull_policy: "never",
        user: "1001:1001",
        command: ["graphql-engine", "serve"],
        environment: variables,
        ports: [`127.0.0.1:${port}:8080`],
        depends_on: { postgres: { condition: "service_healthy" } },
        healthcheck: health(HASURA_TEST),
      },
    },
  });
}

/**
 * @param {object} given
 * @param {string} given.image
 * @param {string} given.user
 * @param {string} given.name
 * @param {string} given.network
 * @param {string[]} given.test
 * @param {number} given.interval
 */
const runArguments = ({ image: _image, user, name, network, test, interval }) => [
  "run",
  "--detach",
  ...["--name", `${network}-${name}`, "--network", network, "--network-alias", name],
  ...["--user", user, "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
  ...["--health-cmd", `bash -c ${shellQuoted(test.at(-1) ?? "true")}`],
  ...["--health-interval", `${interval}s`, "--health-retries", "5"],
  ...["--health-start-period", "1m0s", "--health-timeout", "5s"],
];

/** @param {string} text */
const shellQuoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The same by `docker run`, for machines without Compose: arguments of each command, and its environment.
 * @param {object} given
 * @param {Record<"postgres" | "engine", string>} given.images
 * @param {number} given.port
 * @param {number} given.interval
 * @param {string} given.network Its name is the names' prefix and the label's value.
 */
export function runCommands({ images, port, interval, network }) {
  const label = ["--label", `dev.clerk-hasura.bench=${network}`];
  const variables = engineVariables();
  const passed = (/** @type {Record<string, string>} */ env) =>
    Object.keys(env).flatMap((name) => ["--env", name]);
  const common = { network, interval };
  const postgres = { ...common, image: images.postgres, user: "postgres", name: "postgres" };
  const engine = { ...common, image: images.engine, user: "1001:1001", name: "hasura" };
  const password = { POSTGRES_PASSWORD: PASSWORD, POSTGRES_INITDB_ARGS: "--data-checksums" };
  return [
    {
      args: [
        ...runArguments({ ...postgres, test: POSTGRES_TEST }),
        ...[...label, ...passed(password), images.postgres],
      ],
      env: password,
      container: `${network}-postgres`,
    },
    {
      args: [
        ...runArguments({ ...engine, test: HASURA_TEST }),
        ...[...label, "--publish", `127.0.0.1:${port}:8080`, ...passed(variables)],
        ...[images.engine, "graphql-engine", "serve"],
      ],
      env: variables,
      container: `${network}-hasura`,
    },
  ];
}
