import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type PolicySettings, stackSettings } from "./rules/policySettings";

/**
 * What the stack of a URN says in its configuration file, which lies in `root`. A stack without one, such as another
 * project's, is judged as production.
 */
export function settingsOfStack(root: string, urn: string): PolicySettings {
  const [, stack = "", project = ""] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn) ?? [];
  // A stack's name may be a path in Pulumi Cloud, a file's may not.
  const file = join(root, `Pulumi.${stack.split("/").pop()}.yaml`);
  const yaml = stack !== "" && existsSync(file) ? readFileSync(file, "utf8") : "";
  return stackSettings(yaml, project);
}
