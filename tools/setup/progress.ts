export interface Terminal {
  /** Whether lines can be rewritten. */
  live: boolean;
  write: (text: string) => void;
}

type Say = (text: string) => void;

/** Runs one step under its title. */
export type Step = <T>(
  title: string,
  work: (say: Say) => Promise<{ value: T; detail: string }>,
) => Promise<T>;

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Shows numbered steps: with a running clock on a terminal, else one line for each. */
export function numberedSteps(total: number, terminal: Terminal, columns = 100): Step {
  let number = 0;
  return async (title, work) => {
    number += 1;
    const head = `[${number}/${total}] ${title} … `;
    const started = Date.now();
    let doing = "";
    const line = () => `${head}${seconds(Date.now() - started)}${doing && `  ${doing}`}`;
    const draw = () => terminal.write(`\r\x1b[K${line().slice(0, columns - 1)}`);
    const clock = terminal.live ? setInterval(draw, 200) : undefined;
    const end = (outcome: string) => {
      clearInterval(clock);
      doing = outcome;
      terminal.write(`${terminal.live ? "\r\x1b[K" : ""}${line()}\n`);
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
  };
}

export const standardOutput = (): Terminal => ({
  live: process.stdout.isTTY === true && !process.env.CI,
  write: (text) => process.stdout.write(text),
});
