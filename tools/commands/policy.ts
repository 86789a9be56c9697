import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Parsed } from "../commandLine";
import { CommandFailed } from "../setup/context";
import { readIfPresent } from "../setup/files";
import { type Paths, pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { askPulumi, readParts, stackProblem } from "./pulumi";

/** Pulumi's exit code for a policy violation; errors have 1, usage errors 2. */
const VIOLATED = 5;

/**
 * Previews a stack with the policy pack and reads the engine's events: neither exit code nor JSON tells violations
 * from errors.
 */
async function previewWithPack(paths: Paths, stack: string) {
  // The events hold more than a preview shows: only this user may read them, and they are deleted at once.
  const folder = await mkdtemp(join(paths.local, "policy-"));
  const log = join(folder, "events.jsonl");
  const pack = ["--policy-pack", join(paths.root, "policy")];
  const args = ["preview", ...pack, "--suppress-outputs", "--event-log", log, "--stack", stack];
  try {
    // Pulumi offers --event-log for debugging only.
    const env = { ...process.env, PULUMI_DEBUG_COMMANDS: "true" };
    const failure = await askPulumi(paths, args, env).then(
      () => undefined,
      (error: unknown) => error,
    );
    return { failure, judgement: judgementOf((await readIfPresent(log)) ?? "") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Checks a stack against the policy pack; changes nothing. Throws a UserError with exit code 5 for a mandatory
 * violation, 1 if the preview failed.
 */
export async function judgeStack(paths: Paths, stack: string, print: (text: string) => void) {
  await readParts(paths);
  const { failure, judgement } = await previewWithPack(paths, stack);
  const { violations, errors, finished } = judgement;
  const table = violationTable(violations);
  if (table !== "") print(`${table}\n`);
  const [first] = errors;
  if (first !== undefined) {
    throw new UserError(`the preview of stack ${stack} failed: ${first}; correct that first`);
  }
  const broken = violations.some(({ level }) => level === "mandatory");
  if (broken) throw new UserError(closingLineOf(stack, judgement), VIOLATED);
  if (failure instanceof CommandFailed) throw stackProblem(failure, stack);
  if (failure !== undefined) throw failure;
  if (!finished) {
    throw new UserError(
      `the preview of stack ${stack} left no events to judge; this Pulumi may not know --event-log: run npm run setup`,
    );
  }
  print(`${closingLineOf(stack, judgement)}\n`);
}

export async function policy({ values }: Parsed) {
  await judgeStack(pathsOf(), values.stack ?? "dev", (text) => process.stdout.write(text));
}

export interface Violation {
  level: "mandatory" | "advisory";
  rule: string;
  /** Its name; empty for the whole stack. */
  resource: string;
  /** What is wrong. */
  what: string;
  /** What is required, and what to do. */
  remedy: string;
}

export interface Judgement {
  /** Mandatory ones first. */
  violations: Violation[];
  /** Errors other than violations. */
  errors: string[];
  /** Whether the preview completed. */
  finished: boolean;
}

/** Puts text from a stack on one line without control characters. */
function oneLine(value: unknown) {
  return String(value ?? "")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
}

function objectIn(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>;
}

function parsedLine(line: string): Record<string, unknown> {
  try {
    return objectIn(JSON.parse(line)) ?? {};
  } catch {
    // The last line of a truncated log.
    return {};
  }
}

function violationOf(event: Record<string, unknown>): Violation {
  const [remedy, ...what] = String(event.message ?? "")
    .trim()
    .split("\n");
  return {
    // Anything but advice stops an update.
    level: event.enforcementLevel === "advisory" ? "advisory" : "mandatory",
    rule: oneLine(event.policyName),
    resource: oneLine(
      String(event.resourceUrn ?? "")
        .split("::")
        .slice(3)
        .join("::"),
    ),
    what: oneLine(what.join(" ")) || oneLine(remedy),
    remedy: oneLine(remedy),
  };
}

/** The engine's own message after a violation, which is reported by itself. */
const isEcho = (message: string) => /^(preview|update) failed$/.test(message);

/** Reads the engine's event log: one JSON object per line. */
export function judgementOf(log: string): Judgement {
  const events = log.split("\n").filter(Boolean).map(parsedLine);
  const violations = events
    .map(({ policyEvent }) => objectIn(policyEvent))
    .filter((event) => event !== undefined)
    .map(violationOf);
  const errors = events
    .map(({ diagnosticEvent }) => objectIn(diagnosticEvent))
    .filter((event) => event?.severity === "error")
    .map((event) => oneLine(event?.message))
    .filter((message) => !isEcho(message));
  const first = violations.filter(({ level }) => level === "mandatory");
  const rest = violations.filter(({ level }) => level === "advisory");
  return {
    violations: [...first, ...rest],
    errors,
    finished: events.some(({ summaryEvent }) => objectIn(summaryEvent) !== undefined),
  };
}

/** Returns the violations as a table, followed by what to do about each rule. */
export function violationTable(violations: Violation[]) {
  if (violations.length === 0) return "";
  const rows = violations.map(({ level, rule, resource, what }) => [
    level,
    rule,
    resource || "(stack)",
    what,
  ]);
  const table = [["level", "rule", "resource", "what is wrong"], ...rows];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...table.map((row) => (row[column] ?? "").length)),
  );
  const lines = table.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "),
  );
  const remedies = new Map(violations.map(({ rule, remedy }) => [rule, remedy]));
  const advice = [...remedies].map(([rule, remedy]) => `  ${rule}: ${remedy}`);
  return `${[...lines, "", "What to do:", ...advice].join("\n")}\n`;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Returns the result in one line. */
export function closingLineOf(stack: string, { violations }: Judgement) {
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const advice = counted(violations.length - mandatory, "piece").concat(" of advice");
  if (mandatory === 0) return `Stack ${stack} keeps every mandatory rule; ${advice}.`;
  return `stack ${stack} breaks mandatory rules (${counted(mandatory, "violation")}; ${advice}); follow the advice above, then run the command again`;
}
