import type { JsonObject } from "./json";

/** What the two protocols name differently: graphql-transport-ws, and the older graphql-ws. */
export type Dialect = {
  keepalive: JsonObject;
  start: string;
  stop: string;
  data: string;
  ping?: string;
  /** Whether a refused token is told why. */
  namesCause: boolean;
};

export const DIALECTS: Record<"new" | "old", Dialect> = {
  new: {
    keepalive: { type: "ping", payload: { message: "keepalive" } },
    start: "subscribe",
    stop: "complete",
    data: "next",
    ping: "ping",
    namesCause: false,
  },
  old: { keepalive: { type: "ka" }, start: "start", stop: "stop", data: "data", namesCause: true },
};
