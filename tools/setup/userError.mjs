/** A problem that the user can solve: shown as one line, without a stack trace. */
export class UserError extends Error {
  /**
   * @param {string} message What is wrong, what is allowed, and the remedy, in one line.
   * @param {number} [exitCode] Exit code of the process, 1 by default (2 for usage mistakes).
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = "UserError";
    this.exitCode = exitCode;
  }
}
