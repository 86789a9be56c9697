import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessEnvironment } from "../environmentReader";
import type { Json } from "../json";
import { RSA_PEM, RSA_PRIVATE_PEM } from "./recordedTokens";

/** Values of variables as the recordings have them: an object is a JWT secret, null removes the variable. */
export type RecordedEnvironment = Record<string, Json>;

/** The lines of a file beside this one; every line is one JSON value. */
export function readRecording<Line>(name: string): Line[] {
  const text = readFileSync(join(__dirname, `${name}.jsonl`), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

/** The variables of a recorded engine, with the keys of this run. */
export function environmentOf(recorded: RecordedEnvironment): ProcessEnvironment {
  const entries = Object.entries(recorded).map(([name, value]) => {
    if (value === null) return [name, undefined];
    return [name, typeof value === "string" ? value : JSON.stringify(value, withKeys)];
  });
  return Object.fromEntries(entries);
}

function withKeys(_: string, value: Json): Json {
  if (value === "{rsaPem}") return RSA_PEM;
  return value === "{rsaPrivatePem}" ? RSA_PRIVATE_PEM : value;
}
