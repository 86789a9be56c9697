// Run as a process of its own, so that a download which never answers can be ended.
// Arguments: the directory to install to.
import { subscribe } from "node:diagnostics_channel";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

const [root] = process.argv.slice(2);
// The installer uses fetch, which reports each answer here.
subscribe("undici:request:headers", () => {
  process.stdout.write("answered\n");
});
PulumiCommand.install({ root }).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
