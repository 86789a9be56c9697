import { shownHost } from "../clerk/frontendApi";
import { type ProblemList, quoted } from "../validation/problems";
import { readUrl } from "../validation/readUrl";
import { refuses, type Stage, waysOut } from "./hasuraArgs";

const ALLOWED =
  'allowed: http or https, host and port without a path, such as "https://app.example.com" (or "*")';
/** Stands for the wildcard while the rest is read. */
const LABEL = "wildcard-label";

/**
 * Returns why no browser ever sends this text as its origin, or undefined. Hasura compares texts (Hasura.Server.Cors), and
 * browsers send scheme and host in lower case, no default port and no path (RFC 6454, 6.2); a wildcard is one whole label,
 * the leftmost.
 */
function originProblem(origin: string): string | undefined {
  if (origin === "*") return undefined;
  const shown = quoted(origin);
  if (!/^https?:\/\//i.test(origin)) {
    const what = /^[a-z][a-z0-9+.-]*:\/\//i.test(origin)
      ? "has a scheme that Hasura refuses at its start"
      : "is not an origin";
    return `${shown} ${what}; ${ALLOWED}; write the scheme, https:// as a rule, before the host`;
  }
  const plain = origin.replace(/^(https?:\/\/)\*\./i, `$1${LABEL}.`);
  if (plain.includes("*")) {
    return `${shown} has a wildcard where Hasura does not support one; allowed: "*." before a host, for one label; write "https://*.example.com", or list the origins`;
  }
  const url = readUrl(plain);
  if (url === undefined) {
    return `${shown} is not an origin; ${ALLOWED}; check host and port`;
  }
  if (url.hostname.startsWith("[")) {
    return `${shown} has an IPv6 address, which Hasura cannot read in an origin; ${ALLOWED}; write a host name, such as "http://localhost:3000"`;
  }
  if (url.port === "0") return `${shown} has port 0; ${ALLOWED}; write the port of the website`;
  const sent = url.origin.replace(/\.+(:\d+)?$/, "$1").replace(`${LABEL}.`, "*.");
  if (sent === origin) return undefined;
  return `${shown} is never sent by a browser; ${ALLOWED}; write ${shownHost(sent)}`;
}

/** Judges the origins that browsers may call from. */
export function checkOrigins(stage: Stage) {
  return (origins: readonly string[], path: string, problems: ProblemList): void => {
    for (const origin of origins) {
      const reason = originProblem(origin);
      if (reason !== undefined) problems.add(path, reason);
    }
    if (!origins.includes("*")) return;
    if (origins.length > 1) {
      problems.add(
        path,
        `"*" stands beside other origins; allowed: "*" alone, or a list of origins; remove it, or them`,
      );
    } else if (refuses(stage, path)) {
      problems.add(
        path,
        `"*" lets every website call the API; allowed with the production preset: listed origins; list them, ${waysOut(path)}`,
      );
    }
  };
}
