/** Base URL of Clerk's Backend API. */
export const DEFAULT_CLERK_API_URL = "https://api.clerk.com";

/** The URL of a path below `/v1`; the base URL may end with a slash or with `/v1`. */
export function clerkApiUrl(base: string, path: string): string {
  return `${base.replace(/\/+$/, "").replace(/\/v1$/, "")}/v1${path}`;
}
