import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Preset } from "../infra/hasura/hasuraArgs";
import { Environment, type PolicySettings } from "./rules/policySettings";
import { recordAt, textAt } from "./rules/properties";

// The package has no types of its own.
const { load } = createRequire(__filename)("js-yaml") as { load(text: string): unknown };

/**
 * The settings in the configuration file of the stack that a URN names; the file lies in `root`. A stack without one, such as
 * another project's, is judged as production.
 */
export function settingsOfStack(root: string, urn: string): PolicySettings {
  const [, stack = "", project = ""] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn) ?? [];
  // A stack's name may be a path in Pulumi Cloud, a file's may not.
  const file = join(root, `Pulumi.${stack.split("/").pop()}.yaml`);
  const yaml = stack !== "" && existsSync(file) ? readFileSync(file, "utf8") : "";
  return stackSettings(yaml, project);
}

/** The settings in the text of a `Pulumi.<stack>.yaml`. Default, also for a text that is not YAML: the strictest. */
export function stackSettings(yaml: string, project: string): PolicySettings {
  const settings = recordAt(recordAt({ file: parsed(yaml) }, "file"), "config");
  const hasura = recordAt(settings, `${project}:hasura`);
  const address = textAt(hasura, "bindAddress") ?? textAt(settings, `${project}:bindAddress`);
  const isDevelopment = textAt(settings, `${project}:preset`) === Preset.Development;
  return {
    environment: isDevelopment ? Environment.Development : Environment.Production,
    engineAddresses: address === undefined ? [] : [address],
  };
}

function parsed(yaml: string): unknown {
  try {
    return load(yaml);
  } catch {
    return undefined;
  }
}
