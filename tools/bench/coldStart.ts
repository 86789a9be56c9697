import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { RELEASED_IMAGES } from "../setup/images";
import { type Bench, benchToken, firstAnswer, freePorts, removeLabelled, timed } from "./bench";
import { type Compose, composeFile, ensureCompose, runCommands } from "./compose";
import type { Group, Series } from "./measure";
import { benchConfig } from "./noOp";
import { newProject } from "./project";

/** Seconds between two health checks in the component. */
const COMPONENT_INTERVAL = 5;

function imagesOf({ parts }: Bench) {
  const { CLERK_HASURA_POSTGRES_IMAGE: postgres, CLERK_HASURA_ENGINE_IMAGE: engine } = parts.env;
  return {
    postgres: postgres ?? RELEASED_IMAGES.postgres,
    engine: engine ?? RELEASED_IMAGES.engine,
  };
}

async function coldUp(bench: Bench): Promise<number> {
  const config = await benchConfig();
  const project = await newProject(bench, { stack: bench.uniqueName(), config });
  const token = await benchToken();
  const seconds = await timed(async () => {
    await project.pulumi(["up", "--yes", "--skip-preview"]);
    await firstAnswer(Number(config.hasura.port), token);
  });
  await project.remove();
  return seconds;
}

async function coldCompose(bench: Bench, compose: Compose, interval: number) {
  const [port = 0] = await freePorts(1);
  const name = bench.uniqueName();
  const directory = join(bench.directory, name);
  await mkdir(directory);
  const file = join(directory, "compose.json");
  await writeFile(file, composeFile({ images: imagesOf(bench), port, interval }), { mode: 0o600 });
  const remove = bench.atEnd(`compose project ${name}`, () =>
    removeLabelled(bench, `com.docker.compose.project=${name}`),
  );
  const args = [...compose.args, "--file", file, "--project-name", name];
  const token = await benchToken();
  const seconds = await timed(async () => {
    await bench.run(compose.command, [...args, "up", "--wait"]);
    await firstAnswer(port, token);
  });
  await remove();
  return seconds;
}

async function healthy(bench: Bench, container: string) {
  const format = ["--format", "{{.State.Health.Status}}", container];
  while ((await bench.run("docker", ["inspect", ...format])).trim() !== "healthy") await delay(100);
}

async function coldRun(bench: Bench, interval: number) {
  const [port = 0] = await freePorts(1);
  const network = bench.uniqueName();
  const label = `dev.clerk-hasura.bench=${network}`;
  const remove = bench.atEnd(`containers of ${network}`, () => removeLabelled(bench, label));
  const token = await benchToken();
  const seconds = await timed(async () => {
    await bench.run("docker", ["network", "create", "--label", label, network]);
    for (const one of runCommands({ images: imagesOf(bench), port, interval, network })) {
      await bench.run("docker", one.args, { env: { ...process.env, ...one.env } });
      await healthy(bench, one.container);
    }
    await firstAnswer(port, token);
  });
  await remove();
  return seconds;
}

/** Compares a new stack until its first answer with the same two images without Pulumi. */
export async function coldGroup(bench: Bench): Promise<Group> {
  const compose = await ensureCompose(bench);
  const other = compose ? "`docker compose up --wait`" : "`docker run` and waiting for health";
  const run = (interval: number) =>
    compose ? coldCompose(bench, compose, interval) : coldRun(bench, interval);
  const same = `checks every ${COMPONENT_INTERVAL} s, as in the component`;
  const all: Series[] = [
    { name: other, note: same, run: () => run(COMPONENT_INTERVAL) },
    { name: "`pulumi up`, new stack", run: () => coldUp(bench) },
    { name: other, note: "checks every second", run: () => run(1) },
  ];
  bench.say("cold start to the first authorised answer");
  const { rows } = await bench.compare(all, bench.quick ? 1 : 3);
  return {
    title: "Cold start to the first authorised GraphQL answer",
    rows,
    notes: [
      compose
        ? `Docker Compose ${compose.detail}.`
        : "Docker Compose was neither here nor could it be built: plain `docker run` in its place.",
      "Images were present and the set-up was done. Compose makes two containers, one network and one database; the component makes two databases, a role that is not a superuser, its grants and a lock on the volume as well, and proves that tokens are checked.",
    ],
  };
}
