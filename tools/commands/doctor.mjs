import { text as readAll } from "node:stream/consumers";
import { pathsOf } from "../setup/paths.mjs";
import { UserError } from "../setup/userError.mjs";
import { readParts, stackOutputs } from "./pulumi.mjs";

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
  const known = () => stackOutputs(paths, stack);
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
  const report = await doctorAfterUp(stack, outputs);
  if (report === undefined) return;
  process.stdout.write(`\n${report.text}`);
  if (!report.ok) {
    throw new UserError(
      "the stack is up, but a check failed; do what its line says after ->, then run npm run doctor",
    );
  }
}
