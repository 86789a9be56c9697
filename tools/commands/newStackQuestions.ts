import { createInterface } from "node:readline/promises";
import { HASURA_DEFAULTS } from "../../infra/hasura/hasuraArgs";
import { POSTGRES_DEFAULTS } from "../../infra/postgres/postgresArgs";
import { UserError } from "../setup/userError.mjs";
import { type Answers, leavesPresetOpen, presetOf } from "./newStackRules";

interface Question {
  answer: keyof Answers;
  text: string;
  /** Used if the response is empty. */
  byDefault?: (answers: Answers) => string;
  /** Default: always asked. */
  when?: (answers: Answers, needsBackend: boolean) => boolean;
}

const guarded = (answers: Answers) => presetOf(answers) !== "development";

const QUESTIONS: readonly Question[] = [
  { answer: "name", text: "Name of the stack" },
  {
    answer: "preset",
    text: "Preset (development, staging, production)",
    byDefault: (answers) => (leavesPresetOpen(answers) ? "" : presetOf(answers)),
  },
  {
    answer: "publishableKey",
    text: "Clerk's publishable key (pk_…), or empty to sign its own tokens",
  },
  {
    answer: "corsDomains",
    text: "Websites that may call it, as comma-separated origins ([] for none)",
    when: guarded,
  },
  {
    answer: "backend",
    text: "Backend for its state (s3://…, gs://…, azblob://…, file://…, https://api.pulumi.com)",
    when: (answers, needsBackend) => guarded(answers) && needsBackend,
  },
  { answer: "port", text: "Port of the endpoint", byDefault: () => `${HASURA_DEFAULTS.port}` },
  {
    answer: "postgresPort",
    text: "Port of Postgres",
    byDefault: () => `${POSTGRES_DEFAULTS.port}`,
  },
];

/** Prompts for everything that was not given as a flag. */
export async function askMissing(
  answers: Answers,
  ask: (question: string) => Promise<string>,
  needsBackend: boolean,
): Promise<Answers> {
  const given = { ...answers };
  for (const { answer, text, byDefault, when } of QUESTIONS) {
    if (given[answer] !== undefined || when?.(given, needsBackend) === false) continue;
    const otherwise = byDefault?.(given) ?? "";
    const said = (await ask(otherwise === "" ? `${text}: ` : `${text} [${otherwise}]: `)).trim();
    const value = said || otherwise;
    if (value !== "") given[answer] = value;
  }
  return given;
}

/** Prompts on the terminal. Throws a UserError on Ctrl-C or Ctrl-D. */
export async function askOnTerminal(
  question: string,
  { input, output }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream } = {
    input: process.stdin,
    output: process.stdout,
  },
): Promise<string> {
  const terminal = createInterface({ input, output });
  try {
    return await new Promise((resolve, reject) => {
      const stop = () =>
        reject(new UserError("stopped before the last answer; nothing was created"));
      // Some versions of Node do not reject an open question when the input ends.
      terminal.once("close", stop);
      terminal.question(question).then(resolve, stop);
    });
  } finally {
    terminal.close();
  }
}
