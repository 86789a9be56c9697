import type { ServerResponse } from "node:http";

/** What goes wrong with one request instead of its answer. */
export type Fault =
  /** No fault: keeps a place in the queue for a request that fares well. */
  | { kind: "none" }
  | { kind: "status"; status: number; retryAfter?: string; body?: string }
  /** No answer for as long as the double runs. */
  | { kind: "silence" }
  /** The head promises more than the body holds. */
  | { kind: "truncated" }
  /** The request is carried out, and its answer is lost. */
  | { kind: "lostAnswer" }
  | { kind: "graphqlError"; code: string; message: string };

/** Faults that answer in the place of the API; the others let the request through. */
export type AnsweringFault = Exclude<Fault, { kind: "lostAnswer" | "none" }>;

export function sendFault(fault: AnsweringFault, response: ServerResponse): void {
  const json = { "content-type": "application/json; charset=utf-8" };
  switch (fault.kind) {
    case "silence":
      return;
    case "truncated":
      response.writeHead(200, { ...json, "content-length": "4096" });
      response.write('{"data":{"getTenantEnv":');
      setImmediate(() => response.destroy());
      return;
    case "status": {
      const after = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
      response.writeHead(fault.status, { "content-type": "text/html", ...after });
      response.end(fault.body ?? "<html><body>fault</body></html>");
      return;
    }
    case "graphqlError":
      response.writeHead(200, json).end(errorBody(fault.code, fault.message));
      return;
  }
}

/** One error as Hasura writes it. */
export function errorBody(code: string, message: string): string {
  return JSON.stringify({ errors: [{ extensions: { path: "$", code }, message }] });
}
