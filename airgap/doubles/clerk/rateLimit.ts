import { apiError } from "./apiError";

const WINDOW_MS = 10_000;

/** Clerk's limit: so many requests for each ten seconds, then 429 with the seconds to wait. */
export class RateLimit {
  private start = Number.NEGATIVE_INFINITY;
  private used = 0;

  /** Counts a request; throws ApiError over the limit, and never at limit 0. */
  count(limit: number, now: number): void {
    if (limit === 0) return;
    if (now - this.start >= WINDOW_MS) {
      this.start = now;
      this.used = 0;
    }
    this.used += 1;
    if (this.used <= limit) return;
    const seconds = Math.max(1, Math.ceil((this.start + WINDOW_MS - now) / 1000));
    const error = apiError(429, "too_many_requests", "Too many requests. Please try again later.");
    error.headers["retry-after"] = String(seconds);
    throw error;
  }
}
