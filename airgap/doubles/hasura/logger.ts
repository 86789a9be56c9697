import type { EngineConfig } from "./environment";
import type { Json } from "./json";

const LEVELS = ["debug", "info", "warn", "error", "critical"];

export type LogLevel = "debug" | "info" | "warn" | "error" | "critical";
export type Logger = (type: string, level: LogLevel, detail: Json) => void;

/** One JSON line for each event on standard output, of the enabled types only, as the engine does. */
export function createLogger(
  config: Pick<EngineConfig, "enabledLogTypes" | "logLevel">,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Logger {
  return (type, level, detail) => {
    if (!config.enabledLogTypes.includes(type) && type !== "unstructured") return;
    if (LEVELS.indexOf(level) < LEVELS.indexOf(config.logLevel)) return;
    write(`${JSON.stringify({ type, timestamp: new Date().toISOString(), level, detail })}\n`);
  };
}
