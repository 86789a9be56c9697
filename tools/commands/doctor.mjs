import { text as readAll } from "node:stream/consumers";
import { readIfPresent } from "../setup/files.mjs";
import { pathsOf } from "../setup/paths.mjs";
import { UserError } from "../setup/userError.mjs";
import { readParts, stackOutputs } from "./pulumi.mjs";

/** Loaded only when asked for: it brings a compiler along. */
const loadDoctor = async () => (await import("../doctor/loadDoctor.cjs")).default;

/** @param {string} file */
async function fileText(file) {
  const text = await readIfPresent(file).catch(() => undefined);
  // The name is not repeated: it may be the token itself.
  if (text === undefined) {
    throw new UserError(
      "--token-file cannot be read; give the path of a file that holds a token",
      2,
    );
  }
  return text;
}

/**
 * The token that is to be judged, from standard input (`--token -`) or a file.
 * @param {Record<string, string>} values
 * @returns {Promise<string | undefined>} `undefined` where none was given.
 */
async function tokenFrom({ token: dash, "token-file": file }) {
  if (dash === undefined && file === undefined) return undefined;
  if (dash !== undefined && file !== undefined) {
    throw new UserError("--token cannot be combined with --token-file; give one of them", 2);
  }
  const token = (file === undefined ? await readAll(process.stdin) : await fileText(file)).trim();
  if (token !== "") return token;
  const flag =
    file === undefined ? "--token - found nothing on standard input" : "--token-file holds nothing";
  throw new UserError(`${flag}; give it a token`, 2);
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
  const token = await tokenFrom(values);
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
