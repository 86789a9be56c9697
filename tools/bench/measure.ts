/** One thing that is timed against the others of its group. */
export interface Series {
  name: string;
  /** Runs once. Returns seconds. */
  run: () => Promise<number>;
  /** A short remark for the table. */
  note?: string;
  /** Series that the ratio refers to. Default: the first of the group. */
  against?: string;
}

export interface Row {
  name: string;
  /** Median. */
  seconds: number;
  /** Slowest run minus fastest run, in seconds. */
  spread: number;
  runs: number;
  /** Median of the ratios within each round; undefined for the series that others refer to. */
  ratio: number | undefined;
  note: string;
}

export interface Group {
  title: string;
  rows: Row[];
  /** Lines below the group. */
  notes: string[];
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Runs all series in turn, every second round backwards, so that a machine that slows down slows all of them. Returns
 * seconds by series and round.
 */
export async function alternate(
  series: Series[],
  { rounds, isLate, say }: { rounds: number; isLate: () => boolean; say: (text: string) => void },
): Promise<number[][]> {
  const samples: number[][] = series.map(() => []);
  for (let round = 0; round < rounds && !(round > 0 && isLate()); round += 1) {
    const order = series.map((_, index) => index);
    if (round % 2 === 1) order.reverse();
    for (const index of order) {
      const one = series[index];
      if (!one) continue;
      const seconds = await one.run();
      say(`${one.name}: ${seconds.toFixed(2)} s (round ${round + 1} of ${rounds})`);
      samples[index]?.push(seconds);
    }
  }
  return samples;
}

export function rowsOf(series: Series[], samples: number[][]): Row[] {
  return series.map(({ name, note = "", against }, index) => {
    const base = against === undefined ? 0 : series.findIndex((other) => other.name === against);
    const own = samples[index] ?? [];
    const ratios = own.map((value, round) => value / (samples[base]?.[round] ?? Number.NaN));
    return {
      name,
      seconds: median(own),
      spread: Math.max(...own) - Math.min(...own),
      runs: own.length,
      ratio: index === base ? undefined : median(ratios),
      note,
    };
  });
}

const HEADER = ["what", "median", "spread", "runs", "ratio", "remark"];

const cellsOf = ({ name, seconds, spread, runs, ratio, note }: Row) => [
  name,
  `${seconds.toFixed(2)} s`,
  `${spread.toFixed(2)} s`,
  String(runs),
  ratio === undefined ? "1" : `${ratio.toFixed(2)}x`,
  note,
];

function markdownTable(lines: string[][]) {
  const widths = HEADER.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  const [header = [], ...body] = lines.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [header, rule, ...body];
}

/** Returns all groups as one Markdown table; the title of a group is a row. */
export function tableText(groups: Group[]) {
  const lines = groups.flatMap(({ title, rows }) => [
    [`**${title}**`, ...HEADER.slice(1).map(() => "")],
    ...rows.map(cellsOf),
  ]);
  const notes = groups.flatMap((group) => group.notes.map((note) => `- ${note}`));
  return [...markdownTable([HEADER, ...lines]), "", ...notes].join("\n");
}

/** Returns the page that keeps the last full measurement. */
export function documentText(
  groups: Group[],
  { cores, parts }: { cores: number; parts: string[] },
) {
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
