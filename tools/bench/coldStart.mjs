import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { RELEASED_IMAGES } from "../setup/images.mjs";
import { freePorts, timed } from "./bench.mjs";
import { ensureCompose } from "./compose.mjs";
import { composeFile, runCommands } from "./containers.mjs";
import { benchConfig } from "./noOp.mjs";
import { newProject } from "./project.mjs";
import { benchToken, firstAnswer } from "./queries.mjs";
import { removeLabelled } from "./removal.mjs";

/** @typedef {import("./bench.mjs").Bench} Bench */
/** @typedef {import("./measure.mjs").Series} Series */

/** Seconds between two health checks in the component. */
const COMPONENT_INTERVAL = 5;

/** @param {Bench} bench */
function imagesOf({ parts }) {
  const { CLERK_HASURA_POSTGRES_IMAGE: postgres, CLERK_HASURA_ENGINE_IMAGE: engine } = parts.env;
  return {
    postgres: postgres ?? RELEASED_IMAGES.postgres,
    engine: engine ?? RELEASED_IMAGES.engine,
  };
}

/** @param {Bench} bench @returns {Promise<number>} */
async function coldUp(bench) {
  const config = await benchConfig();
  const project = await newProject(bench, { stack: bench.uniqueName(), config, loading: "tsx" });
  const token = await benchToken();
  const seconds = await timed(async () => {
    await project.pulumi(["up", "--yes", "--skip-preview"]);
    await firstAnswer(Number(config.hasura.port), token);
  });
  await project.remove();
  return seconds;
}

/**
 * @param {Bench} bench
 * @param {import("./compose.mjs").Compose} compose
 * @param {number} interval
 */
async function coldCompose(bench, compose, interval) {
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

/** @param {Bench} bench @param {string} container */
async function healthy(bench, container) {
  const format = ["--format", "{{.State.Health.Status}}", container];
  while ((await bench.run("docker", ["inspect", ...format])).trim() !== "healthy") await delay(100);
}

/** @param {Bench} bench @param {number} interval */
async function coldRun(bench, interval) {
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

/**
 * A new stack until it answers a token, beside the same two images without Pulumi.
 * @param {Bench} bench
 * @returns {Promise<import("./measure.mjs").Group>}
 */
export async function coldGroup(bench) {
  const compose = await ensureCompose(bench);
  const other = compose ? "`docker compose up --wait`" : "`docker run` and waiting for health";
  const run = (/** @type {number} */ interval) =>
    compose ? coldCompose(bench, compose, interval) : coldRun(bench, interval);
  const same = `checks every ${COMPONENT_INTERVAL} s, as in the component`;
  /** @type {Series[]} */
  const all = [
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
      "Images were present and the set-up was done. Compose makes two containers, one network and one database; the component makes two databases, a role that is no superuser, its grants and a lock on the volume as well, and proves that tokens are checked.",
    ],
  };
}
