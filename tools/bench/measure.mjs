/**
 * One thing that is timed, beside the others of its group.
 * @typedef {object} Series
 * @property {string} name
 * @property {() => Promise<number>} run Does it once and gives the seconds it took.
 * @property {string} [note] What is special about it, in a few words.
 * @property {string} [against] Name of the series that its ratio is taken to; the group's first by default.
 */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number} seconds Median.
 * @property {number} spread Slowest run less fastest run, in seconds.
 * @property {number} runs
 * @property {number | undefined} ratio Median of the ratios to the series it is compared with, each
 *   taken within one round; `undefined` for that series itself.
 * @property {string} note
 */

/**
 * @typedef {object} Group
 * @property {string} title
 * @property {Row[]} rows
 * @property {string[]} notes Lines told below the group.
 */

/**
 * @param {number[]} values At least one.
 * @returns {number}
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Runs all series in turn, round after round, so that a machine that slows down slows all of them;
 * every second round goes backwards.
 * @param {Series[]} series
 * @param {object} options
 * @param {number} options.rounds
 * @param {() => boolean} options.isLate Whether no further round may start.
 * @param {(text: string) => void} options.say
 * @returns {Promise<number[][]>} Seconds by series and round.
 */
export async function alternate(series, { rounds, isLate, say }) {
  /** @type {number[][]} */
  const samples = series.map(() => []);
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

/**
 * @param {Series[]} series
 * @param {number[][]} samples From {@link alternate}.
 * @returns {Row[]}
 */
export function rowsOf(series, samples) {
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
