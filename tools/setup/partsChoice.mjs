import { UserError } from "./userError.mjs";

/** @typedef {"auto" | "released" | "local"} PartsChoice */

/**
 * @typedef {object} Part One thing the stack is made of, as it is on this machine.
 * @property {string} name
 * @property {"released" | "built here" | "double" | "named"} kind "named": chosen by a variable of the environment.
 * @property {string} detail
 */

/**
 * Reads CLERK_HASURA_PARTS.
 * @param {string | undefined} value
 * @returns {PartsChoice} "auto" by default.
 * @throws {UserError} for any other value.
 */
export function partsChoice(value) {
  if (value === undefined || value === "") return "auto";
  if (value === "auto" || value === "released" || value === "local") return value;
  throw new UserError(
    `CLERK_HASURA_PARTS is ${JSON.stringify(value)}; allowed are auto, released and local; unset it for auto`,
    2,
  );
}
