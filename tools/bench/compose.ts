import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheEntry } from "../../airgap/cacheEntry";
import { ensureGo } from "../../airgap/goToolchain";
import { hashOf } from "../setup/files";
import { type Bench, ISSUER, THROWAWAY_KEY } from "./bench";

/** The Docker Compose that is measured. */
export interface Compose {
  command: string;
  /** Arguments before those of Compose. */
  args: string[];
  /** Version, and where it comes from. */
  detail: string;
}

const SOURCE = "github.com/docker/compose/v2";

function buildCompose(bench: Bench, version: string) {
  const module = join(bench.paths.root, "airgap", "compose");
  const context = {
    cacheDir: bench.paths.cacheDir,
    log: () => {},
    say: (text: string) => bench.say(text),
    // A first compilation takes minutes.
    run: (command: string, args: string[], options = {}) =>
      bench.run(command, args, { ...options, timeoutMs: 900_000 }),
  };
  return hashOf(dirname(module), ["compose"]).then((hash) =>
    cacheEntry(context, `compose/${version}-${hash.slice(0, 12)}/docker-compose`, async (draft) => {
      const go = await ensureGo(context);
      context.say(`building Docker Compose ${version} from its Go module`);
      const env = { CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "local", GOWORK: "off" };
      const flags = ["-trimpath", "-buildvcs=false", "-mod=readonly", "-o", draft];
      const linker = `-s -w -X ${SOURCE}/internal.Version=${version}`;
      await context.run(go, ["build", ...flags, "-ldflags", linker, `${SOURCE}/cmd`], {
        cwd: module,
        env: { ...process.env, ...env },
      });
    }),
  );
}

/** Finds Docker Compose, or builds it from its Go module; undefined if neither works. */
export async function ensureCompose(bench: Bench): Promise<Compose | undefined> {
  const found = await bench
    .run("docker", ["compose", "version", "--short"])
    .then((text) => text.trim())
    .catch(() => "");
  if (found) return { command: "docker", args: ["compose"], detail: `${found}, found here` };
  const goMod = await readFile(join(bench.paths.root, "airgap/compose/go.mod"), "utf8");
  const version = /docker\/compose\/v2 (v[\d.]+)/.exec(goMod)?.[1] ?? "of no version";
  try {
    const command = await buildCompose(bench, version);
    await bench.run(command, ["version"]);
    return { command, args: [], detail: `${version}, built here` };
  } catch (error) {
    bench.say(`Docker Compose cannot be built: ${error}`);
    return undefined;
  }
}

/** Password of databases that live for seconds and are not published. */
const PASSWORD = "measurement-password";

/** The engine's health check, as in the component. */
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

function engineVariables(): Record<string, string> {
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

/** Returns the two containers as a file for Docker Compose. */
export function composeFile({
  images,
  port,
  interval,
}: {
  images: Record<"postgres" | "engine", string>;
  port: number;
  interval: number;
}) {
  const health = (test: string[]) => ({
    // Compose replaces a single dollar sign with its own variables.
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

const runArguments = ({
  image: _image,
  user,
  name,
  network,
  test,
  interval,
}: {
  image: string;
  user: string;
  name: string;
  network: string;
  test: string[];
  interval: number;
}) => [
  "run",
  "--detach",
  ...["--name", `${network}-${name}`, "--network", network, "--network-alias", name],
  ...["--user", user, "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
  ...["--health-cmd", `bash -c ${shellQuoted(test.at(-1) ?? "true")}`],
  ...["--health-interval", `${interval}s`, "--health-retries", "5"],
  ...["--health-start-period", "1m0s", "--health-timeout", "5s"],
];

const shellQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The same for `docker run`, where Compose is missing: arguments and environment of each command. */
export function runCommands({
  images,
  port,
  interval,
  network,
}: {
  images: Record<"postgres" | "engine", string>;
  port: number;
  interval: number;
  network: string;
}) {
  const label = ["--label", `dev.clerk-hasura.bench=${network}`];
  const variables = engineVariables();
  const passed = (env: Record<string, string>) =>
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
