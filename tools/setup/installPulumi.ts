// A separate process, so that a download that hangs can be ended. Argument: the target directory.
import { subscribe } from "node:diagnostics_channel";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

const [root] = process.argv.slice(2);
// The installer uses fetch, which reports each response here.
subscribe("undici:request:headers", () => {
  process.stdout.write("answered\n");
});
PulumiCommand.install({ root }).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
