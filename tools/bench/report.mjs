/** @typedef {import("./measure.mjs").Group} Group */

const HEADER = ["what", "median", "spread", "runs", "ratio", "remark"];

/** @param {import("./measure.mjs").Row} row */
const cellsOf = ({ name, seconds, spread, runs, ratio, note }) => [
  name,
  `${seconds.toFixed(2)} s`,
  `${spread.toFixed(2)} s`,
  String(runs),
  ratio === undefined ? "1" : `${ratio.toFixed(2)}x`,
  note,
];

/** @param {string[][]} lines First one is the header. */
function markdownTable(lines) {
  const widths = HEADER.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  const [header = [], ...body] = lines.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [header, rule, ...body];
}

/**
 * All groups as one table in Markdown; a group's title is a row of its own.
 * @param {Group[]} groups
 */
export function tableText(groups) {
  const lines = groups.flatMap(({ title, rows }) => [
    [`**${title}**`, ...HEADER.slice(1).map(() => "")],
    ...rows.map(cellsOf),
  ]);
  const notes = groups.flatMap((group) => group.notes.map((note) => `- ${note}`));
  return [...markdownTable([HEADER, ...lines]), "", ...notes].join("\n");
}

/**
 * The document that keeps the last full measurement.
 * @param {Group[]} groups
 * @param {object} machine
 * @param {number} machine.cores
 * @param {string[]} machine.parts One line for each part that decides the numbers.
 */
export function documentText(groups, { cores, parts }) {
  return `# Benchmarks

\`npm run bench\` measures and prints this table; \`npm run bench -- --quick\` takes fewer runs, and
\`npm run bench -- --write\` writes it here. Machine: ${cores} cores. Seconds are medians; a ratio is the median
of the ratios to the row above it whose ratio is 1, taken within one round of alternating runs. A
spread is the slowest run less the fastest.

${tableText(groups)}

## Measured with

${parts.map((part) => `- ${part}`).join("\n")}
`;
}
