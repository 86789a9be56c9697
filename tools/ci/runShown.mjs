import { spawn } from "node:child_process";

/**
 * Runs a command with its output shown, and kept where asked for.
 * @param {string} command
 * @param {string[]} args
 * @param {{ keep?: boolean }} [options]
 * @returns {Promise<{ code: number, text: string }>} 127 where it cannot be started.
 */
export function runShown(command, args, { keep = false } = {}) {
  return new Promise((resolve) => {
    const output = keep ? "pipe" : "inherit";
    const child = spawn(command, args, { stdio: ["ignore", output, output] });
    let text = "";
    const show = (/** @type {Buffer} */ chunk) => {
      text += chunk.toString("utf8");
      process.stdout.write(chunk);
    };
    child.stdout?.on("data", show);
    child.stderr?.on("data", show);
    child.on("error", (error) => {
      process.stderr.write(`${command} did not start: ${error.message}\n`);
      resolve({ code: 127, text });
    });
    child.on("close", (code) => resolve({ code: code ?? 1, text }));
  });
}
