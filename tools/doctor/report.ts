import { type CheckResult, countsText, Outcome } from "../../infra/doctor/checkResult";

/** What the doctor says of a stack. */
export interface Report {
  stack: string;
  /** False where a check failed, or with `strict` warned. */
  ok: boolean;
  checks: CheckResult[];
}

const WIDTH = 100;
const WORDS: Readonly<Record<Outcome, string>> = {
  ok: "ok",
  info: "info",
  warning: "WARNING",
  failed: "FAILED",
  skipped: "skipped",
};
const WORD_WIDTH = 9;
const TITLE_WIDTH = 29;

/** Puts the checks under the stack's name. */
export function reportOf(stack: string, checks: CheckResult[], strict: boolean): Report {
  const bad: Outcome[] = strict ? [Outcome.Failed, Outcome.Warning] : [Outcome.Failed];
  return { stack, ok: !checks.some(({ outcome }) => bad.includes(outcome)), checks };
}

/** The report for machines: one JSON document. */
export function jsonText({ stack, ok, checks }: Report): string {
  const plain = checks.map(({ id, title, outcome, finding, remedy }) => ({
    id,
    title,
    outcome,
    finding,
    ...(remedy === undefined ? {} : { remedy }),
  }));
  return `${JSON.stringify({ stack, ok, checks: plain }, null, 2)}\n`;
}

/** The report for people, at most 100 columns wide where words allow it. */
export function tableText({ stack, checks }: Report): string {
  const head = `Doctor: stack ${stack}, ${countsText(checks)}`;
  return `${[head, "", ...checks.flatMap(checkLines)].join("\n")}\n`;
}

/** The lines after `up`: what failed or warned, and the counts. */
export function shortText({ stack, checks }: Report): string {
  const shown = checks.filter(
    ({ outcome }) => outcome === Outcome.Failed || outcome === Outcome.Warning,
  );
  const named = stack === "dev" ? "" : ` -- --stack ${stack}`;
  const head = `Doctor: ${countsText(checks)} (all of it: npm run doctor${named})`;
  return `${[head, ...shown.flatMap(checkLines)].join("\n")}\n`;
}

function checkLines({ outcome, title, finding, remedy }: CheckResult): string[] {
  const left = `  ${WORDS[outcome].padEnd(WORD_WIDTH)}${title.padEnd(TITLE_WIDTH)} `;
  const margin = " ".repeat(WORD_WIDTH + 2);
  const room = WIDTH - left.length;
  const [first = "", ...others] = wrapped(finding, Math.max(20, room));
  const below = others.map((line) => " ".repeat(left.length) + line);
  const advice = remedy === undefined ? [] : wrapped(`-> ${remedy}`, WIDTH - margin.length);
  return [
    left + first,
    ...below,
    ...advice.map((line, at) => margin + (at === 0 ? "" : "   ") + line),
  ];
}

/** Breaks text at blanks; a word that is longer than a line stays whole, so that it can be copied. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
