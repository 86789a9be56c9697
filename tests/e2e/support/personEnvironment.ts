import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CHECKOUT } from "./checkout";

interface Parts {
  path: string[];
  home?: string;
}

function partsOf(): Parts {
  const file = join(CHECKOUT, ".local", "parts.json");
  if (!existsSync(file)) return { path: [] };
  return JSON.parse(readFileSync(file, "utf8")) as Parts;
}

/**
 * The environment of somebody who types a command: without what the test run added for programs that
 * start Pulumi by themselves, which a set-up would take for the person's own Pulumi.
 */
export function personEnvironment(): NodeJS.ProcessEnv {
  const { path, home } = partsOf();
  const { PULUMI_CONFIG_PASSPHRASE_FILE: _file, ...env } = process.env;
  const directories = (env.PATH ?? "").split(delimiter).filter((name) => !path.includes(name));
  env.PATH = directories.join(delimiter);
  if (home !== undefined && env.PULUMI_HOME === home) {
    delete env.PULUMI_HOME;
    delete env.PULUMI_CREDENTIALS_PATH;
  }
  return env;
}
