import { RELEASED_IMAGES } from "./images";
import type { Parts } from "./parts";

/** Set by the launcher to the process id of its Pulumi, and inherited by everything that this Pulumi starts. */
export const UPDATE_VARIABLE = "CLERK_HASURA_UPDATE";

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Condition to leave out this checkout's passphrase: another one is given, or the state is elsewhere. */
function otherPassphrase(backend: string | undefined) {
  const given = `[ -n "\${PULUMI_CONFIG_PASSPHRASE+set}" ]`;
  if (backend === undefined) return given;
  return `${given} || [ "$PULUMI_BACKEND_URL" != ${quoted(backend)} ]`;
}

/** Returns the shell script that runs the real CLI; `exec` passes on signals and the exit code. */
export function launcherScript(parts: Parts) {
  const { env, home, login = "", path, pulumi } = parts;
  const lines = ["#!/bin/sh", "# Written by the set-up; `npm run setup` writes it again."];
  if (home) {
    lines.push(
      // The login is the user's; the plugins are this checkout's.
      `[ -n "\${PULUMI_CREDENTIALS_PATH:-}" ] || PULUMI_CREDENTIALS_PATH="\${PULUMI_HOME:-}"`,
      `[ -n "$PULUMI_CREDENTIALS_PATH" ] || PULUMI_CREDENTIALS_PATH=${quoted(login)}`,
      `PULUMI_HOME=${quoted(home)}`,
      "export PULUMI_CREDENTIALS_PATH PULUMI_HOME",
    );
  }
  const {
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
    CLERK_HASURA_POSTGRES_MAJOR: major,
    ...others
  } = env;
  const set = (name: string, value: string) =>
    `[ -n "\${${name}+set}" ] || export ${name}=${quoted(value)}`;
  // The version belongs to the image: whoever names another image names its version, or gets the default.
  if (major !== undefined) {
    const script = set("CLERK_HASURA_POSTGRES_MAJOR", major);
    lines.push(`[ -n "\${CLERK_HASURA_POSTGRES_IMAGE+set}" ] || ${script}`);
  }
  for (const [name, value] of Object.entries(others)) lines.push(set(name, value));
  if (passphrase !== undefined) {
    const other = otherPassphrase(others.PULUMI_BACKEND_URL);
    lines.push(`${other} || ${set("PULUMI_CONFIG_PASSPHRASE_FILE", passphrase)}`);
  }
  if (path.length > 0) lines.push(`export PATH=${quoted(path.join(":"))}:"$PATH"`);
  // Marks what this Pulumi leaves behind.
  lines.push(`export ${UPDATE_VARIABLE}="$$"`, `exec ${quoted(pulumi)} "$@"`, "");
  return lines.join("\n");
}

/** Returns the same environment for programs that start Pulumi themselves. */
export function environmentOf(parts: Parts, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const backend = parts.env.PULUMI_BACKEND_URL;
  const elsewhere = (env.PULUMI_BACKEND_URL ?? backend) !== backend;
  /** Variables that another one makes useless. */
  const unwanted: Record<string, boolean> = {
    PULUMI_CONFIG_PASSPHRASE_FILE: env.PULUMI_CONFIG_PASSPHRASE !== undefined || elsewhere,
    CLERK_HASURA_POSTGRES_MAJOR: env.CLERK_HASURA_POSTGRES_IMAGE !== undefined,
  };
  const own = Object.entries(parts.env).filter(
    ([name]) => env[name] === undefined && !unwanted[name],
  );
  const result: NodeJS.ProcessEnv = { ...env, ...Object.fromEntries(own) };
  result.PATH = [...parts.path, env.PATH ?? ""].join(":");
  if (parts.home) {
    result.PULUMI_CREDENTIALS_PATH ||= env.PULUMI_HOME || parts.login || "";
    result.PULUMI_HOME = parts.home;
  }
  // Tests need the image's name; a program uses its own default.
  if (!result.CLERK_HASURA_POSTGRES_IMAGE) {
    result.CLERK_HASURA_POSTGRES_IMAGE = RELEASED_IMAGES.postgres;
    result.CLERK_HASURA_POSTGRES_MAJOR ??= /:(\d+)/.exec(RELEASED_IMAGES.postgres)?.[1];
  }
  return result;
}
