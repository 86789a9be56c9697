import { randomInt } from "node:crypto";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** An id in Clerk's form: prefix, underscore, 27 letters and digits. */
export function newId(prefix: string): string {
  const letters = Array.from({ length: 27 }, () => LETTERS[randomInt(LETTERS.length)]);
  return `${prefix}_${letters.join("")}`;
}
