import { RELEASED_IMAGES } from "./images.mjs";

/** @typedef {import("./partsChoice.mjs").Part} Part */

/** Set by the launcher to the process id of the Pulumi that it becomes; everything that this Pulumi starts inherits it. */
export const UPDATE_VARIABLE = "CLERK_HASURA_UPDATE";

/**
 * What this checkout's Pulumi runs with; written to .local/parts.json.
 * @typedef {object} Parts
 * @property {Part[]} parts
 * @property {Record<string, string>} env Set where the person has not set the variable.
 * @property {string[]} path Directories put before PATH.
 * @property {string} pulumi Absolute path of the real CLI.
 * @property {string} [home] Pulumi home of this checkout, where stand-ins are among the plugins.
 * @property {string} [login] Where Pulumi keeps the person's login unless PULUMI_HOME says otherwise; set beside `home`.
 */

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Condition under which the passphrase of this checkout's own state is not wanted: one is given, or the state is elsewhere.
 * @param {string | undefined} backend The checkout's own backend.
 */
function otherPassphrase(backend) {
  const given = `[ -n "\${PULUMI_CONFIG_PASSPHRASE+set}" ]`;
  if (backend === undefined) return given;
  return `${given} || [ "$PULUMI_BACKEND_URL" != ${quoted(backend)} ]`;
}

/**
 * Writes the shell script that runs the real CLI; `exec` passes signals and the exit code on.
 * @param {Parts} parts
 */
export function launcherScript(parts) {
  const { env, home, login = "", path, pulumi } = parts;
  const lines = ["#!/bin/sh", "# Written by the set-up; `npm run setup` writes it again."];
  if (home) {
    lines.push(
      // The login stays the person's own; the plugins are this checkout's.
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
  const set = (/** @type {string} */ name, /** @type {string} */ value) =>
    `[ -n "\${${name}+set}" ] || export ${name}=${quoted(value)}`;
  // The version belongs to the image: a person who names another one names its version, or has the default.
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
  // By it, what this Pulumi leaves behind can be told from what others started.
  lines.push(`export ${UPDATE_VARIABLE}="$$"`, `exec ${quoted(pulumi)} "$@"`, "");
  return lines.join("\n");
}

/**
 * The same environment for programs that start Pulumi by themselves.
 * @param {Parts} parts
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentOf(parts, env) {
  const backend = parts.env.PULUMI_BACKEND_URL;
  const elsewhere = (env.PULUMI_BACKEND_URL ?? backend) !== backend;
  /** @type {Record<string, boolean>} Variables that others make meaningless. */
  const unwanted = {
    PULUMI_CONFIG_PASSPHRASE_FILE: env.PULUMI_CONFIG_PASSPHRASE !== undefined || elsewhere,
    CLERK_HASURA_POSTGRES_MAJOR: env.CLERK_HASURA_POSTGRES_IMAGE !== undefined,
  };
  const own = Object.entries(parts.env).filter(
    ([name]) => env[name] === undefined && !unwanted[name],
  );
  /** @type {NodeJS.ProcessEnv} */
  const result = { ...env, ...Object.fromEntries(own) };
  result.PATH = [...parts.path, env.PATH ?? ""].join(":");
  if (parts.home) {
    result.PULUMI_CREDENTIALS_PATH ||= env.PULUMI_HOME || parts.login || "";
    result.PULUMI_HOME = parts.home;
  }
  // Tests ask for the image by name; a program that the launcher starts has its own default.
  if (!result.CLERK_HASURA_POSTGRES_IMAGE) {
    result.CLERK_HASURA_POSTGRES_IMAGE = RELEASED_IMAGES.postgres;
    result.CLERK_HASURA_POSTGRES_MAJOR ??= /:(\d+)/.exec(RELEASED_IMAGES.postgres)?.[1];
  }
  return result;
}
