import { createInterface } from "node:readline/promises";
import { UserError } from "../setup/userError.mjs";
import { leavesPresetOpen, presetOf } from "./newStackRules.mjs";

/** @typedef {import("./newStackFlags.mjs").Answers} Answers */

/**
 * @typedef {object} Question
 * @property {keyof Answers} answer
 * @property {string} text
 * @property {(answers: Answers) => string} [standard] Taken where the person only presses Enter.
 * @property {(answers: Answers, needsBackend: boolean) => boolean} [when] Asked always where absent.
 */

/** @param {Answers} answers */
const guarded = (answers) => presetOf(answers) !== "development";

/** @type {Question[]} */
const QUESTIONS = [
  { answer: "name", text: "Name of the stack" },
  {
    answer: "preset",
    text: "Preset (development, staging, production)",
    standard: (answers) => (leavesPresetOpen(answers) ? "" : presetOf(answers)),
  },
  { answer: "publishableKey", text: "Clerk's publishable key (pk_…), empty for tokens of its own" },
  {
    answer: "corsDomains",
    text: "Websites that may call it, as origins with commas between them ([] for none)",
    when: guarded,
  },
  {
    answer: "backend",
    text: "Backend of its state (s3://…, gs://…, azblob://…, file://…, https://api.pulumi.com)",
    when: (answers, needsBackend) => guarded(answers) && needsBackend,
  },
  { answer: "port", text: "Port of the endpoint", standard: () => "8080" },
  { answer: "postgresPort", text: "Port of Postgres", standard: () => "5432" },
];

/**
 * Asks for what the flags left open, one question a line.
 * @param {Answers} answers
 * @param {(question: string) => Promise<string>} ask
 * @param {boolean} needsBackend Whether nothing names a backend yet.
 * @returns {Promise<Answers>}
 */
export async function askMissing(answers, ask, needsBackend) {
  const given = { ...answers };
  for (const { answer, text, standard, when } of QUESTIONS) {
    if (given[answer] !== undefined || when?.(given, needsBackend) === false) continue;
    const otherwise = standard?.(given) ?? "";
    const said = (await ask(otherwise === "" ? `${text}: ` : `${text} [${otherwise}]: `)).trim();
    const value = said || otherwise;
    if (value !== "") given[answer] = value;
  }
  return given;
}

/**
 * Asks on the terminal.
 * @param {string} question
 * @param {{ input: NodeJS.ReadableStream, output: NodeJS.WritableStream }} [streams]
 * @returns {Promise<string>}
 * @throws {UserError} where the person stops it by Ctrl-C or Ctrl-D.
 */
export async function askOnTerminal(
  question,
  { input, output } = { input: process.stdin, output: process.stdout },
) {
  const terminal = createInterface({ input, output });
  try {
    return await new Promise((resolve, reject) => {
      const stop = () => reject(new UserError("stopped before the last answer; nothing was made"));
      // Not every Node rejects an open question when its input ends.
      terminal.once("close", stop);
      terminal.question(question).then(resolve, stop);
    });
  } finally {
    terminal.close();
  }
}
