import { text as readAll } from "node:stream/consumers";
import { examine } from "../../infra/doctor/examine";
import type { ExamineOptions } from "../../infra/doctor/subject";
import { npmRun, type Parsed } from "../commandLine";
import { type DoctorFlags, optionsOf, subjectOf } from "../doctor/doctorRequest";
import { jsonText, reportOf, shortText, tableText } from "../doctor/report";
import { readIfPresent } from "../setup/files";
import { pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { readParts, stackOutputs } from "./pulumi";
import { migrationsOf, stackSchema } from "./stackSchema";

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
    file === undefined ? "--token - got nothing on standard input" : "--token-file is empty";
  throw new UserError(`${flag}; give it a token`, 2);
}

type Outputs = Readonly<Record<string, unknown>>;

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
  const { text, ok } = await runDoctor(
    flags,
    () => stackOutputs(paths, stack),
    process.env,
    () => migrationsOf(stackSchema(paths.root, stack)),
  );
  process.stdout.write(text);
  return ok ? 0 : 1;
}

type Migrations = Pick<ExamineOptions, "migrations">;

/**
 * Examines a stack by its outputs and its migrations, which are asked for once the flags are sound.
 * @throws UserError for a mistake in the flags, or where the stack is not up.
 */
export async function runDoctor(
  flags: DoctorFlags,
  outputsOf: () => Promise<Outputs>,
  env: NodeJS.ProcessEnv = process.env,
  migrations: () => Migrations = () => ({}),
): Promise<{ text: string; ok: boolean }> {
  const { stack, strict, json } = flags;
  const options = optionsOf(flags, env);
  const subject = subjectOf(await outputsOf());
  if (subject === undefined) {
    throw new UserError(`stack ${stack} is not up; run ${npmRun("up", stack)} first`);
  }
  const checks = await examine(subject, { ...options, ...migrations() });
  const report = reportOf(stack, checks, strict);
  return { text: json ? jsonText(report) : tableText(report), ok: report.ok };
}

/** Prints what failed or warned after an update. Throws a UserError if a check failed. */
export async function demandHealth(
  stack: string,
  outputs: Outputs,
  migrations: Migrations,
): Promise<void> {
  const subject = subjectOf(outputs);
  if (subject === undefined) return;
  const report = reportOf(stack, await examine(subject, migrations), false);
  process.stdout.write(`\n${shortText(report)}`);
  if (!report.ok) {
    throw new UserError(
      "the stack is up, but a check failed; follow its remedy after ->, then run npm run doctor",
    );
  }
}
