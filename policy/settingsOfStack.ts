import { configIn, stackFileName } from "../infra/program/stackFile";
import { type PolicySettings, stackSettings } from "./rules/policySettings";

/**
 * The settings in the configuration file of the stack that a URN names; the file lies in `root`. A stack without a readable one,
 * such as another project's, is judged as production.
 */
export function settingsOfStack(root: string, urn: string): PolicySettings {
  const [, stack = "", project = ""] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn) ?? [];
  return stackSettings(stack === "" ? {} : config(root, stack), project);
}

function config(root: string, stack: string): Record<string, unknown> {
  try {
    return configIn(root, stackFileName(stack));
  } catch {
    // Pulumi itself refuses a file that is not YAML.
    return {};
  }
}
