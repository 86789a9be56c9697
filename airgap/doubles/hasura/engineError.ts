import type { EngineConfig } from "./environment";
import type { Json } from "./json";
import type { Session } from "./session";

/** An error the engine answers a request with: Hasura's code, text, HTTP status and path. */
export class EngineError extends Error {
  readonly code: string;
  readonly status: number;
  readonly path: string;
  readonly internal?: Json;

  constructor(code: string, message: string, status = 400, path = "$", internal?: Json) {
    super(message);
    this.code = code;
    this.status = status;
    this.path = path;
    this.internal = internal;
    this.name = "EngineError";
  }
}

/** A reason not to start; the process prints the text and ends with code 1. */
export class StartupError extends Error {
  override readonly name = "StartupError";
}

/** The error for whatever the double leaves out: it must never pass for an empty success. */
export function notInDouble(what: string): EngineError {
  return new EngineError(
    "not-supported",
    `the clerk-hasura double of Hasura does not implement ${what} (see its CONTRACT.md)`,
    501,
  );
}

/** Envelope of /v1/metadata, /v2/query and the other REST-like endpoints. */
export function restErrorBody(error: EngineError, showInternal: boolean): Json {
  const body = { error: error.message, path: error.path, code: error.code };
  return showInternal && error.internal !== undefined
    ? { ...body, internal: error.internal }
    : body;
}

/** Envelope of /v1/graphql: the first and only member of `errors`. */
export function graphqlErrorBody(error: EngineError, showInternal: boolean): Json {
  const extensions = { path: error.path, code: error.code };
  const all =
    showInternal && error.internal !== undefined
      ? { ...extensions, internal: error.internal }
      : extensions;
  return { errors: [{ message: error.message, extensions: all }] };
}

export function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  return new EngineError("unexpected", "internal error", 500);
}

/** Whether an answer may tell what went wrong inside (encodeQErr and encodeGQLErr, Hasura.Base.Error). */
export function showsInternal(
  config: Pick<EngineConfig, "devMode" | "adminInternalErrors">,
  session: Session | undefined,
): boolean {
  return config.devMode || (session?.isAdmin === true && config.adminInternalErrors);
}
