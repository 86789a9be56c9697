import { withoutSecrets } from "../setup/backend.mjs";
import { CommandFailed } from "../setup/context.mjs";
import { UserError } from "../setup/userError.mjs";
import { firstError } from "./pulumi.mjs";

/** @type {[RegExp, string][]} */
const REMEDIES = [
  [/already exists/i, "choose another name, or remove that stack with npx pulumi stack rm"],
  [
    /ACCESS_TOKEN must be set|invalid access token|\b(?:status|code|error)\W{0,3}401\b|unauthorized|not logged in|login has expired/i,
    "the login of the backend is missing or expired: log in again with npx pulumi login, or set PULUMI_ACCESS_TOKEN",
  ],
  [
    /state directory|bucket|connection refused|no such host|i\/o timeout|certificate/i,
    "the backend cannot be reached: look at its address and at your access to it",
  ],
  [
    /incorrect passphrase|passphrase must be set/i,
    "set PULUMI_CONFIG_PASSPHRASE_FILE to the right file",
  ],
  [
    /secrets manager|kms|key vault|credentials/i,
    "look at --secrets-provider and at your access to its key",
  ],
];

/**
 * One line about a run of Pulumi that failed while a stack was made.
 * @param {unknown} error
 * @param {string} stack
 * @returns {UserError}
 */
export function newStackFailure(error, stack) {
  const text = error instanceof CommandFailed ? error.stderr : String(error);
  const told = firstError(text).split("\n")[0] ?? "";
  const shown = told.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"']+/gi, (url) => withoutSecrets(url));
  const [, remedy = "correct what is said above, then run the command again"] =
    REMEDIES.find(([pattern]) => pattern.test(text)) ?? [];
  return new UserError(`stack ${stack} was not made: ${shown.replace(/[.;]$/, "")}; ${remedy}`);
}
