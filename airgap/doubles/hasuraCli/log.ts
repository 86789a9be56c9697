const LEVELS = ["debug", "info", "warning", "error", "fatal"] as const;
export type Level = (typeof LEVELS)[number];
export type Log = (level: Level, message: string, fields?: Record<string, string>) => void;

const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

/** Lines of JSON on standard error, as the CLI writes them where there is no terminal. */
export function createLog(lowest: string): Log {
  const wanted = LEVELS.findIndex((level) => level.startsWith(lowest.toLowerCase()));
  return (level, message, fields = {}) => {
    if (LEVELS.indexOf(level) < wanted) return;
    const line = { ...fields, level, msg: message, time: now() };
    process.stderr.write(`${JSON.stringify(line)}\n`);
  };
}

/** The last line of a failure, which is not JSON. */
export function logFatal(message: string): void {
  process.stderr.write(`time="${now()}" level=fatal msg=${JSON.stringify(message)}\n`);
}
