/**
 * @typedef {object} Violation
 * @property {"mandatory" | "advisory"} level
 * @property {string} rule
 * @property {string} resource Its name; empty where the whole stack is meant.
 * @property {string} what What is wrong.
 * @property {string} remedy What has to hold, and what to do.
 */

/**
 * @typedef {object} Judgement
 * @property {Violation[]} violations Mandatory ones first.
 * @property {string[]} errors What failed beside the rules.
 * @property {boolean} finished Whether the preview came to its end.
 */

/**
 * Text from a stack in one line that cannot move a terminal's cursor.
 * @param {unknown} value
 */
function oneLine(value) {
  return String(value ?? "")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown> | undefined}
 */
function objectIn(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * @param {string} line
 * @returns {Record<string, unknown>}
 */
function parsedLine(line) {
  try {
    return objectIn(JSON.parse(line)) ?? {};
  } catch {
    // The last line of a log that was cut off.
    return {};
  }
}

/**
 * @param {Record<string, unknown>} event
 * @returns {Violation}
 */
function violationOf(event) {
  const [remedy, ...what] = String(event.message ?? "")
    .trim()
    .split("\n");
  return {
    // Whatever is not known to be advice stops an update.
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

/**
 * What the engine says after a violation has failed the preview; the violation itself is told apart.
 * @param {string} message
 */
const isEcho = (message) => /^(preview|update) failed$/.test(message);

/**
 * Reads the engine's event log: one JSON object per line.
 * @param {string} log
 * @returns {Judgement}
 */
export function judgementOf(log) {
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

/**
 * The violations as a table, and below it what to do about each rule.
 * @param {Violation[]} violations
 */
export function violationTable(violations) {
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

/**
 * @param {number} count
 * @param {string} noun
 */
const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/**
 * The judgement in one line.
 * @param {string} stack
 * @param {Judgement} judgement
 */
export function closingLineOf(stack, { violations }) {
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const advice = counted(violations.length - mandatory, "piece").concat(" of advice");
  if (mandatory === 0) return `Stack ${stack} keeps every mandatory rule; ${advice}.`;
  return `stack ${stack} breaks mandatory rules (${counted(mandatory, "violation")}; ${advice}); do what is said above, then run the command again`;
}
