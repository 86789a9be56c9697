/**
 * @typedef {object} Terminal
 * @property {boolean} live Whether a line can be rewritten.
 * @property {(text: string) => void} write
 */

/** @param {number} milliseconds */
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Shows numbered steps: with a running clock on a terminal, else one line each when it is done. */
export class Progress {
  /**
   * @param {number} total Number of steps.
   * @param {Terminal} terminal
   * @param {number} columns Width of the terminal, 100 by default.
   */
  constructor(total, terminal, columns = 100) {
    this.total = total;
    this.terminal = terminal;
    this.columns = columns;
    this.number = 0;
  }

  /**
   * Runs one step.
   * @template T
   * @param {string} title
   * @param {(say: (text: string) => void) => Promise<{ value: T, detail: string }>} work
   * @returns {Promise<T>}
   */
  async step(title, work) {
    this.number += 1;
    const head = `[${this.number}/${this.total}] ${title} … `;
    const started = Date.now();
    let doing = "";
    const line = () => `${head}${seconds(Date.now() - started)}${doing && `  ${doing}`}`;
    const draw = () => this.terminal.write(`\r\x1b[K${line().slice(0, this.columns - 1)}`);
    const clock = this.terminal.live ? setInterval(draw, 200) : undefined;
    const end = (/** @type {string} */ outcome) => {
      clearInterval(clock);
      doing = outcome;
      this.terminal.write(`${this.terminal.live ? "\r\x1b[K" : ""}${line()}\n`);
    };
    try {
      const { value, detail } = await work((text) => {
        doing = text;
      });
      end(detail);
      return value;
    } catch (error) {
      end("failed");
      throw error;
    }
  }
}

/** @returns {Terminal} */
export function standardOutput() {
  return {
    live: process.stdout.isTTY === true && !process.env.CI,
    write: (text) => process.stdout.write(text),
  };
}
