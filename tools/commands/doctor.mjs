import { text as readAll } from "node:stream/consumers";
import { CommandFailed } from "../setup/context.mjs";
import { pathsOf } from "../setup/paths.mjs";
import { UserError } from "../setup/userError.mjs";
import { askPulumi, readParts, stackOutputs } from "./pulumi.mjs";

/** Loaded only when asked for: it brings a compiler along. */
const loadDoctor = async () => (await import("../doctor/loadDoctor.cjs")).default;

/**
 * The token itself; `-` stands for standard input, which no other process can read.
 * @param {string | undefined} given
 */
async function tokenFrom(given) {
  if (given !== "-") return given;
  const token = (await readAll(process.stdin)).trim();
  if (token === "") {
    throw new UserError("--token - found nothing on standard input; pipe a token into it", 2);
  }
  return token;
}

/**
 * The Docker engine of a stack's settings, undefined where the environment's is meant.
 * @param {import("../setup/paths.mjs").Paths} paths
 * @param {string} stack
 */
async function dockerHostOf(paths, stack) {
  try {
    return (await askPulumi(paths, ["config", "get", "docker:host", "--stack", stack])).trim();
  } catch (error) {
    // Pulumi fails where the setting is absent.
    if (error instanceof CommandFailed) return undefined;
    throw error;
  }
}

/**
 * Tells whether the running stack does what it should.
 * @param {import("./arguments.mjs").Parsed} parsed
 * @returns {Promise<number>} Exit code: 0 where nothing failed, 1 where something did.
 */
export async function doctor({ values, switches }) {
  const { stack = "dev", user, template } = values;
  const paths = pathsOf();
  await readParts(paths);
  const token = await tokenFrom(values.token);
  const { runDoctor } = await loadDoctor();
  const flags = {
    stack,
    json: switches.has("json"),
    strict: switches.has("strict"),
    ...(token === undefined ? {} : { token }),
    ...(user === undefined ? {} : { user }),
    ...(template === undefined ? {} : { template }),
  };
  const known = async () => {
    const outputs = await stackOutputs(paths, stack);
    return { outputs, dockerHost: await dockerHostOf(paths, stack) };
  };
  const { text, exitCode, problem } = await runDoctor(flags, known);
  if (problem !== undefined) throw new UserError(problem, exitCode);
  process.stdout.write(text);
  return exitCode;
}

/**
 * Tells after an update what failed or warned.
 * @param {string} stack
 * @param {Record<string, unknown>} outputs
 * @throws {UserError} where a check failed.
 */
export async function demandHealth(stack, outputs) {
  const { doctorAfterUp } = await loadDoctor();
  const dockerHost = await dockerHostOf(pathsOf(), stack);
  const report = await doctorAfterUp(stack, { outputs, dockerHost });
  if (report === undefined) return;
  process.stdout.write(`\n${report.text}`);
  if (!report.ok) {
    throw new UserError(
      "the stack is up, but a check failed; do what its line says after ->, then run npm run doctor",
    );
  }
}
