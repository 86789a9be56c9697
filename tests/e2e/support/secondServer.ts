import { postgresStartScript } from "../../../infra/postgres/startScript";
import { inspect, tryDocker } from "./docker";
import type { Finished } from "./runProcess";

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
