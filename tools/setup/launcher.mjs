import { UPDATE_VARIABLE } from "../commands/endLeftovers.mjs";

/** @typedef {import("./partsChoice.mjs").Part} Part */

/**
 * What this checkout's Pulumi runs with; written to .local/parts.json.
 * @typedef {object} Parts
 * @property {Part[]} parts
 * @property {Record<string, string>} env Set where the person has not set the variable.
 * @property {string[]} path Directories put before PATH.
 * @property {string} pulumi Absolute path of the real CLI.
 * @property {string} [home] Pulumi home of this checkout, where stand-ins are among the plugins.
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
  const { env, home, path, pulumi } = parts;
  const lines = ["#!/bin/sh", "# Written by the set-up; `npm run setup` writes it again."];
  if (home) {
    lines.push(
      // The login stays the person's own; the plugins are this checkout's.
      `: "\${PULUMI_CREDENTIALS_PATH:=\${PULUMI_HOME:-$HOME/.pulumi}}"`,
      `PULUMI_HOME=${quoted(home)}`,
      "export PULUMI_CREDENTIALS_PATH PULUMI_HOME",
    );
  }
  const { PULUMI_CONFIG_PASSPHRASE_FILE: passphrase, ...others } = env;
  const set = (/** @type {string} */ name, /** @type {string} */ value) =>
    `[ -n "\${${name}+set}" ] || export ${name}=${quoted(value)}`;
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
  const noFile = env.PULUMI_CONFIG_PASSPHRASE !== undefined || elsewhere;
  const own = Object.entries(parts.env).filter(
    ([name]) => env[name] === undefined && !(name === "PULUMI_CONFIG_PASSPHRASE_FILE" && noFile),
  );
  /** @type {NodeJS.ProcessEnv} */
  const result = { ...env, ...Object.fromEntries(own) };
  result.PATH = [...parts.path, env.PATH ?? ""].join(":");
  if (parts.home) {
    result.PULUMI_CREDENTIALS_PATH ??= env.PULUMI_HOME ?? `${env.HOME ?? ""}/.pulumi`;
    result.PULUMI_HOME = parts.home;
  }
  return result;
}
