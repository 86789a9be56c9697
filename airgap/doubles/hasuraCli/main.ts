import { VERSION } from "../hasura/engineContext";
import { Failure, type Given, readCommandLine } from "./commandLine";
import { createLog, logFatal } from "./log";
import {
  inconsistencyList,
  inconsistencyStatus,
  metadataApply,
  metadataReload,
} from "./metadataCommands";
import { migrateApply, migrateStatus } from "./migrateCommands";
import { openProject, type Project } from "./project";
import { seedApply } from "./seedCommand";

const COMMANDS: Record<string, (project: Project, given: Given) => Promise<void>> = {
  "migrate apply": migrateApply,
  "migrate status": migrateStatus,
  "metadata apply": metadataApply,
  "metadata reload": metadataReload,
  "metadata inconsistency status": inconsistencyStatus,
  "metadata inconsistency list": inconsistencyList,
  "seed apply": seedApply,
};

async function main(args: string[]): Promise<void> {
  const say = createLog("info");
  say("warning", "clerk-hasura double of hasura-cli: this is NOT the Hasura CLI, but a stand-in");
  const { command, given } = readCommandLine(args);
  const run = COMMANDS[command];
  if (run === undefined) say("info", "hasura cli", { version: VERSION });
  else await run(await openProject(given, process.env), given);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  logFatal(error instanceof Failure ? error.message : String(error));
  process.exitCode = 1;
});
