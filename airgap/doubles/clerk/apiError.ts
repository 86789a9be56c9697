import { randomBytes } from "node:crypto";

/** One entry of `errors` as Clerk's APIs answer it. */
export interface ApiErrorItem {
  code: string;
  message: string;
  long_message: string;
  meta: { param_name?: string };
}

/** What an API answers: the body is sent as JSON, under exactly `application/json`. */
export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** An answer in Clerk's error form. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: ApiErrorItem[];
  readonly headers: Record<string, string>;

  constructor(status: number, errors: ApiErrorItem[], headers: Record<string, string> = {}) {
    super(errors.map(({ code }) => code).join(", "));
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  toReply(): Reply {
    const body = { errors: this.errors, clerk_trace_id: randomBytes(16).toString("hex") };
    return { status: this.status, body, headers: this.headers };
  }
}

export function errorItem(
  code: string,
  message: string,
  longMessage = message,
  param?: string,
): ApiErrorItem {
  const meta = param === undefined ? {} : { param_name: param };
  return { code, message, long_message: longMessage, meta };
}

export function apiError(status: number, code: string, message: string, long?: string): ApiError {
  return new ApiError(status, [errorItem(code, message, long)]);
}

export function notFound(what: string, longMessage: string): ApiError {
  return apiError(404, "resource_not_found", `${what} not found`, longMessage);
}

/** What the double leaves out fails loudly. */
export function notInDouble(what: string): ApiError {
  return apiError(501, "not_in_double", `the double of Clerk's APIs does not know ${what}`);
}
