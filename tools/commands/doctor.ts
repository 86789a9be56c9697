import { text as readAll } from "node:stream/consumers";
import type { Parsed } from "../commandLine";
import { doctorAfterUp, runDoctor } from "../doctor/runDoctor";
import { readIfPresent } from "../setup/files";
import { pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { readParts, stackOutputs } from "./pulumi";

async function fileText(file: string) {
  const text = await readIfPresent(file).catch(() => undefined);
  // The name is not shown: it may be the token itself.
  if (text === undefined) {
    throw new UserError(
      "--token-file cannot be read; give the path of a file that holds a token",
      2,
    );
  }
  return text;
}

/** Reads the token to check from standard input (`--token -`) or a file; undefined if none was given. */
async function tokenFrom({
  token: dash,
  "token-file": file,
}: Record<string, string>): Promise<string | undefined> {
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

/** Checks the running stack. Returns the exit code: 1 if a check failed. */
export async function doctor({ values, switches }: Parsed): Promise<number> {
  const { stack = "dev", user, template } = values;
  const paths = pathsOf();
  await readParts(paths);
  const token = await tokenFrom(values);
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

/** Prints what failed or warned after an update. Throws a UserError if a check failed. */
export async function demandHealth(stack: string, outputs: Record<string, unknown>) {
  const report = await doctorAfterUp(stack, outputs);
  if (report === undefined) return;
  process.stdout.write(`\n${report.text}`);
  if (!report.ok) {
    throw new UserError(
      "the stack is up, but a check failed; do what its line says after ->, then run npm run doctor",
    );
  }
}
