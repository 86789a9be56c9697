import { Preset } from "../infra/hasura/hasuraArgs";
import { configIn, stackFileName } from "../infra/program/stackFile";
import { Environment, type PolicySettings } from "./rules/policySettings";
import { recordAt, textAt } from "./rules/properties";

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

/** The settings in a stack's configuration, by its keys. Default: the strictest. */
export function stackSettings(
  config: Readonly<Record<string, unknown>>,
  project: string,
): PolicySettings {
  const hasura = recordAt(config, `${project}:hasura`);
  const address = textAt(hasura, "bindAddress");
  const isDevelopment = textAt(config, `${project}:preset`) === Preset.Development;
  return {
    environment: isDevelopment ? Environment.Development : Environment.Production,
    engineAddresses: address === undefined ? [] : [address],
  };
}
