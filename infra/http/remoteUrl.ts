import {
  firstBroken,
  holdsSecretKey,
  type Problem,
  quoted,
  type Rule,
  SECRET_KEY_REASON,
} from "../validation/problems";
import { readUrl } from "../validation/readUrl";

/** Hosts for which http is allowed, because nothing leaves this machine. */
const LOOPBACK_HOSTS = ["127.0.0.1", "[::1]", "localhost"];

const RULES: readonly Rule<string>[] = [
  {
    broken: (text) => text.trim() === "",
    reason: "is empty; write the service's https URL, or leave it out for the default",
  },
  { broken: holdsSecretKey, reason: SECRET_KEY_REASON },
  { broken: (text) => /\s/.test(text), reason: "holds white space or a line break; remove it" },
  {
    broken: (text) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(text),
    reason: "has no scheme; write the whole URL from https:// on",
  },
  {
    broken: (text) => !readUrl(text)?.hostname,
    reason: "is not a valid URL; write one such as https://api.example.com",
  },
  {
    broken: (text) => /^[^:]+:\/\/[^/?#]*@/.test(text),
    reason: "holds user info (not shown), which logs would show; remove it",
  },
  {
    broken: (text) => text.includes("?"),
    reason: "has a query (not shown); write the base URL only, up to the ?",
  },
  { broken: (text) => text.includes("#"), reason: "has a fragment; remove everything from # on" },
  {
    broken: (text) => !["https:", "http:"].includes(new URL(text).protocol),
    reason: "has another scheme than https; write an https URL",
  },
  {
    broken: (text) => {
      const { protocol, hostname } = new URL(text);
      return protocol === "http:" && !LOOPBACK_HOSTS.includes(hostname);
    },
    reason: (text) =>
      `${quoted(new URL(text).host)} over http would send the secret key in plain text; use https (http is for 127.0.0.1, ::1 and localhost only)`,
  },
];

/**
 * Checks the base URL of a service that a secret key is sent to: https, or http on this machine; no user info, query or
 * fragment. The reason never shows more of it than the host.
 */
export function checkRemoteUrl(url: string, path: string): Problem[] {
  const reason = firstBroken(url, RULES);
  return reason === undefined ? [] : [{ path, reason }];
}

/** The URL without user info, query and fragment, where secrets hide. */
export function shownUrl(url: string): string {
  const parsed = readUrl(url);
  if (parsed === undefined) return "(not a valid URL)";
  const { protocol, host, pathname } = parsed;
  return `${protocol}//${host}${pathname}`;
}
