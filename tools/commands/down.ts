import { npmRun, type Parsed } from "../commandLine";
import { CommandFailed } from "../setup/context";
import { type Paths, pathsOf } from "../setup/paths";
import { demandSuccess } from "./demandSuccess";
import { askPulumi, readParts, showPulumi, stackProblem } from "./pulumi";

/** Whether the stack keeps its data when it stops. */
async function keepsData(paths: Paths, stack: string) {
  const args = ["config", "get", "--path", "postgres.protectData", "--stack", stack];
  const value = await askPulumi(paths, args).catch(() => "true");
  return value.trim() !== "false";
}

/** Removes a stack and its data; refuses if something is protected. */
export async function destroyAll(paths: Paths, stack: string) {
  // With a preview: without one, Pulumi deletes what it can before it reaches what is protected.
  const outcome = await showPulumi(paths, ["destroy", "--yes", "--stack", stack]);
  await demandSuccess(paths, outcome, stack);
  process.stdout.write(`\nStack ${stack} and its data are removed.\n`);
}

async function stackExists(paths: Paths, stack: string) {
  try {
    await askPulumi(paths, ["stack", "--stack", stack, "--show-name"]);
    return true;
  } catch (error) {
    if (error instanceof CommandFailed && /no stack named/i.test(error.stderr)) return false;
    throw stackProblem(error, stack);
  }
}

/** Stops a stack and keeps its data. */
export async function suspend(paths: Paths, stack: string) {
  // The suspended program declares only data resources; the update removes the rest.
  const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack];
  const outcome = await showPulumi(paths, args, { CLERK_HASURA_SUSPENDED: "1" });
  await demandSuccess(paths, outcome, stack);
  process.stdout.write(
    `\nStack ${stack} is stopped. Its data volume is protected and was kept.\n` +
      `  start again            ${npmRun("up", stack)}\n` +
      `  delete the data too    ${npmRun("down", stack, "--delete-data")}\n`,
  );
}

/** Stops what `up` started; keeps the data unless it is unprotected or `--delete-data` is given. */
export async function down({ values, switches }: Parsed) {
  const stack = values.stack ?? "dev";
  const paths = pathsOf();
  await readParts(paths);
  if (!(await stackExists(paths, stack))) {
    process.stdout.write(`There is no stack ${stack}; nothing to stop.\n`);
    return;
  }
  if (switches.has("delete-data")) {
    const unprotect = ["state", "unprotect", "--all", "--yes", "--stack", stack];
    await askPulumi(paths, unprotect).catch((error) => {
      throw stackProblem(error, stack);
    });
    return destroyAll(paths, stack);
  }
  if (!(await keepsData(paths, stack))) return destroyAll(paths, stack);
  await suspend(paths, stack);
}
