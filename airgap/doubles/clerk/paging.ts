import { ApiError, errorItem } from "./apiError";

const DEFAULT_LIMIT = 10;
const MOST = 500;

function readNumber(query: URLSearchParams, name: string, fallback: number, least: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && (name !== "limit" || value <= MOST)) return value;
  const item = errorItem("form_param_value_invalid", "is invalid", `${name} is invalid`, name);
  throw new ApiError(422, [item]);
}

/** One page by `limit` (1..500, default 10) and `offset` (default 0); throws ApiError. */
export function pageOf<T>(items: T[], query: URLSearchParams, ignore = false): T[] {
  const limit = readNumber(query, "limit", DEFAULT_LIMIT, 1);
  const offset = readNumber(query, "offset", 0, 0);
  return ignore ? items : items.slice(offset, offset + limit);
}
