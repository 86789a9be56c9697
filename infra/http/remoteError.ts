/**
 * A failed call to a remote service: one line without any secret. It has no stack, because Pulumi's plugin host prints
 * stacks into the user's terminal.
 */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  /** The HTTP status of the last answer; undefined when none came. */
  readonly status?: number;
  /** True when the request was sent, but whether it had its effect is not known. Default: false. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, details: { status?: number; outcomeUnknown?: boolean } = {}) {
    super(message);
    if (details.status !== undefined) this.status = details.status;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
    this.stack = "";
  }

  override toString(): string {
    return this.message;
  }
}
