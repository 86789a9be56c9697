import { isJsonObject } from "../hasura/json";
import { apiError, type Reply } from "./apiError";

/** What goes wrong with a request. The last five spoil the answer to a request that was carried out. */
export const FaultKind = {
  Status: "status",
  Delay: "delay",
  Hang: "hang",
  Reset: "reset",
  ResetAfter: "resetAfter",
  Truncate: "truncate",
  ContentType: "contentType",
  BrokenJson: "brokenJson",
  Headers: "headers",
} as const;
export type FaultKind = (typeof FaultKind)[keyof typeof FaultKind];

/** A fault on the requests of one route. */
export interface Fault {
  kind: FaultKind;
  /** Any method by default. */
  method?: string;
  /** Path, with `*` for any run of characters; any path by default. */
  path?: string;
  /** How many requests it meets, 1 by default; 0 for all until the faults are cleared. */
  count?: number;
  /** How many matching requests pass before it starts. */
  after?: number;
  /** `status`: the code; the error inside has the code that Clerk gives with it. */
  status?: number;
  code?: string;
  message?: string;
  /** `status`: seconds, or a date as text. */
  retryAfter?: number | string;
  /** `delay`: milliseconds. */
  ms?: number;
  /** `contentType`: what the answer claims to be. */
  value?: string;
  /** `headers`: put onto the answer. */
  headers?: Record<string, string>;
}

const CODES: Record<number, [string, string]> = {
  400: ["bad_request", "Bad request"],
  401: ["clerk_key_invalid", "The provided Clerk Secret Key is invalid."],
  402: ["unsupported_subscription_plan_features", "Unsupported plan features"],
  403: ["authorization_invalid", "Unauthorized request"],
  404: ["resource_not_found", "not found"],
  409: ["conflict", "Conflict"],
  422: ["form_param_value_invalid", "is invalid"],
  429: ["too_many_requests", "Too many requests. Please try again in a bit."],
  504: ["gateway_timeout", "Gateway Timeout"],
};

/** The answer of a `status` fault. */
export function faultReply(fault: Fault): Reply {
  const status = fault.status ?? 500;
  const [code, text] = CODES[status] ?? [
    "internal_clerk_error",
    "Oops, an unexpected error occurred",
  ];
  const reply = apiError(status, fault.code ?? code, fault.message ?? text).toReply();
  if (fault.retryAfter === undefined) return reply;
  return { ...reply, headers: { "retry-after": String(fault.retryAfter) } };
}

type Armed = { fault: Fault; passes: number; left: number };

/** The faults in force; the first that matches a request meets it. */
export class Faults {
  private armed: Armed[] = [];

  /** Arms a fault; throws on one that is none. */
  add(fault: unknown): void {
    if (!isFault(fault)) throw new Error("a fault needs a known kind");
    const count = fault.count ?? 1;
    const left = count === 0 ? Number.POSITIVE_INFINITY : count;
    this.armed.push({ fault, passes: fault.after ?? 0, left });
  }

  clear(): void {
    this.armed = [];
  }

  take(method: string, path: string): Fault | undefined {
    for (const item of this.armed) {
      if (item.left <= 0 || !matches(item.fault, method, path)) continue;
      if (item.passes > 0) {
        item.passes -= 1;
        continue;
      }
      item.left -= 1;
      return item.fault;
    }
    return undefined;
  }
}

function isFault(value: unknown): value is Fault {
  if (!isJsonObject(value)) return false;
  return Object.values(FaultKind).some((kind) => kind === value.kind);
}

function matches({ method, path }: Fault, gotMethod: string, gotPath: string): boolean {
  if (method !== undefined && method !== gotMethod) return false;
  if (path === undefined) return true;
  const parts = path.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(gotPath);
}
