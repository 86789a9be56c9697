import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { postgresStartScript } from "../../../infra/postgres/startScript";
import { POSTGRES } from "../../support/postgresImages";
import { waitFor } from "../../support/waiting";
import type { Certificate } from "./certificates";
import { docker, inspect, tryDocker } from "./docker";
import { freePorts } from "./exampleStack";
import type { Finished } from "./runProcess";

/** A Postgres server that a stack finds and does not own, as a provider of databases would give it. */
export interface OwnServer {
  /** Name of its container and of its network, and its host name there. */
  name: string;
  /** Port on loopback. */
  port: number;
  /** A role that may make roles and databases and nothing else. */
  user: string;
  password: string;
  /** Runs SQL as that role. */
  asUser(sql: string, database?: string): Promise<Record<string, unknown>[]>;
  /** Runs SQL as superuser. */
  asOwner(sql: string, database?: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

const USER = "provisioner";

async function query(url: URL, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url.toString(), connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const TLS_DIR = "/tls";
const HOME = "/var/lib/postgresql";

/** Runs the image's own entrypoint with a certificate; the server wants its key to be its own user's alone. */
const START_WITH_TLS = `set -eu
install -o postgres -g postgres -m 600 ${TLS_DIR}/key.pem ${TLS_DIR}/certificate.pem ${HOME}
exec docker-entrypoint.sh postgres -c ssl=on -c ssl_cert_file=${HOME}/certificate.pem -c ssl_key_file=${HOME}/key.pem
`;

function withTls(directory: string, { certificate, privateKey }: Certificate) {
  writeFileSync(join(directory, "certificate.pem"), certificate);
  writeFileSync(join(directory, "key.pem"), privateKey, { mode: 0o600 });
  const options = ["--volume", `${directory}:${TLS_DIR}:ro`, "--entrypoint", "/bin/bash"];
  return { options, command: ["-c", START_WITH_TLS] };
}

/** Starts the server on a network of its own and makes the role; with a certificate it takes TLS as well. */
export async function startOwnServer(
  name: string,
  { certificate, image = POSTGRES.image }: { certificate?: Certificate; image?: string } = {},
): Promise<OwnServer> {
  const [port = 0] = await freePorts(1);
  const [owner, password] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")];
  const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-server-"));
  const as =
    (user: string, secret: string) =>
    (sql: string, database = "postgres") =>
      query(new URL(`postgresql://${user}:${secret}@127.0.0.1:${port}/${database}`), sql);
  const [asOwner, asUser] = [as("postgres", owner), as(USER, password)];
  const stop = async () => {
    await tryDocker(["rm", "--force", "--volumes", name]);
    await tryDocker(["network", "rm", name]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    // Its environment goes by file: a command line is for everyone to read.
    const environment = join(directory, "environment");
    writeFileSync(environment, `POSTGRES_PASSWORD=${owner}\n`, { mode: 0o600 });
    await docker(["network", "create", name]);
    const at = ["--name", name, "--network", name, "--publish", `127.0.0.1:${port}:5432`];
    const tls = certificate && withTls(directory, certificate);
    const options = [...at, "--env-file", environment, ...(tls?.options ?? [])];
    await docker(["run", "--detach", ...options, image, ...(tls?.command ?? [])], 300_000);
    await waitFor("the server takes SQL", () => asOwner("select 1"));
    await asOwner(`create role ${USER} login createrole createdb password '${password}'`);
    return { name, port, user: USER, password, asUser, asOwner, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const LIMIT_MS = 45_000;

/** Where the data of a running server lies. */
async function placeOf(container: string): Promise<{ image: string; volume: string; at: string }> {
  const mounts = JSON.parse(await inspect(container, "{{json .Mounts}}")) as {
    Name?: string;
    Destination: string;
  }[];
  const mount = mounts.find(({ Name }) => Name?.endsWith("postgres-data"));
  if (mount?.Name === undefined) throw new Error(`${container} has no data volume`);
  const image = await inspect(container, "{{.Image}}");
  return { image, volume: mount.Name, at: mount.Destination };
}

async function runServer(name: string, args: string[]): Promise<Finished> {
  try {
    return await tryDocker(["run", "--rm", "--name", name, ...args], LIMIT_MS);
  } finally {
    await tryDocker(["rm", "--force", "--volumes", name]);
  }
}

/** Starts a second server on the volume of a running one, behind the same lock as the component's own. */
export async function startLocked(container: string): Promise<Finished> {
  const { image, volume, at } = await placeOf(container);
  const script = postgresStartScript(at);
  const run = ["--entrypoint", "/bin/bash", image, "-c", script, "start", "postgres"];
  return runServer(`${container}-probe`, ["--user", "postgres", "-v", `${volume}:${at}`, ...run]);
}

/** Starts a second server on the volume of a running one, as anyone would who knows nothing of the lock. */
export async function startPlain(container: string): Promise<Finished> {
  const { image, volume, at } = await placeOf(container);
  const env = ["-e", "POSTGRES_PASSWORD=unused"];
  return runServer(`${container}-probe`, [...env, "-v", `${volume}:${at}`, image]);
}

/** Starts a second server with settings of its own, of which the data directory's `postgresql.conf` is none. */
export async function startWithOwnSettings(container: string): Promise<Finished> {
  const { image, volume, at } = await placeOf(container);
  const settings = "listen_addresses = '*'";
  const file = "/tmp/own.conf";
  const server = `exec postgres -c config_file=${file} -c data_directory=${at}`;
  const script = `echo "${settings}" > ${file} && ${server}`;
  const run = ["--user", "postgres", "--entrypoint", "/bin/bash", "-v", `${volume}:${at}`];
  return runServer(`${container}-probe`, [...run, image, "-c", script]);
}
