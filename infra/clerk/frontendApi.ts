import {
  firstBroken,
  holdsSecretKey,
  invalid,
  looksLikePublishableKey,
  PUBLISHABLE_KEY_REASON,
  quoted,
  type Result,
  type Rule,
  SECRET_KEY_REASON,
  valid,
} from "../validation/problems";
import { hasUserInfo, readUrl } from "../validation/readUrl";

/** Clerk's Frontend API and what follows from its address. */
export interface FrontendApi {
  /** Host, with its port where it has one. */
  host: string;
  /** `https://` and the host. */
  origin: string;
  /** Where the key set is served. */
  jwksUrl: string;
  /** What tokens carry as `iss`: the origin, or the whole proxy address; no trailing slash. */
  issuer: string;
  /** `/__clerk` behind a Clerk proxy, otherwise absent. */
  pathPrefix?: string;
}

const EXAMPLE = "clerk.example.com or happy-hippo-1.clerk.accounts.dev";

const TEXT_RULES: readonly Rule<string>[] = [
  { broken: (text) => text === "", reason: `is empty; write the host, such as ${EXAMPLE}` },
  { broken: holdsSecretKey, reason: SECRET_KEY_REASON },
  { broken: looksLikePublishableKey, reason: PUBLISHABLE_KEY_REASON },
  {
    broken: (text) => /\s/.test(text),
    reason: "holds white space or a line break; remove it",
  },
  {
    broken: (text) => /[^\x21-\x7e]/.test(text),
    reason: "holds characters beyond ASCII; write an international host in its xn-- form",
  },
  {
    broken: (text) => /^http:/i.test(text),
    reason:
      "starts with http; Clerk's Frontend API is served over https only. For a test issuer without TLS use identity.jwksUrl with identity.allowHttpJwks",
  },
  {
    broken: (text) => /^https:(?!\/\/)/i.test(text) || text.startsWith("//"),
    reason: `has a malformed scheme; write https:// and the host, or the host alone, such as ${EXAMPLE}`,
  },
  {
    broken: (text) => /^(?!https:)[a-z][a-z0-9+.-]*:\/\//i.test(text),
    reason: `has a scheme other than https; write https:// and the host, or the host alone, such as ${EXAMPLE}`,
  },
  {
    broken: (text) => hasUserInfo(text),
    reason: "holds user info or is an e-mail address; write the host alone",
  },
  {
    broken: (text) => /[?#]/.test(text),
    reason: "holds a query or a fragment; remove everything from ? or # on",
  },
];

/** Reads Clerk's Frontend API from a host or an https origin; a path is allowed for `/__clerk` proxies only. */
export function parseFrontendApi(
  value: string,
  path = "identity.frontendApi",
): Result<FrontendApi> {
  const wrong = firstBroken(value, TEXT_RULES);
  if (wrong !== undefined) return invalid(path, wrong);
  const rest = value.replace(/^https:\/\//i, "");
  const slash = rest.indexOf("/");
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const pathname = slash < 0 ? "" : rest.slice(slash);
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? ["", authority];
  const reason =
    hostProblem(host, pathname) ?? portProblem(host, port) ?? pathProblem(authority, pathname);
  if (reason !== undefined) return invalid(path, reason);
  return valid(describe(authority, pathname));
}

function pathProblem(authority: string, pathname: string): string | undefined {
  if (pathname === "" || pathname === PROXY_PATH) return undefined;
  const kept = pathname.startsWith(PROXY_PATH) ? PROXY_PATH : "";
  if (pathname.endsWith(JWKS_PATH)) {
    return `is a JWKS URL; write ${shownHost(authority + kept)} here, or move the URL to identity.jwksUrl`;
  }
  if (pathname === `${kept}/`) {
    return `ends with a slash; write ${shownHost(authority + kept)}, because the issuer is compared letter by letter`;
  }
  return `has a path, and only the proxy path ${PROXY_PATH} is allowed; write ${shownHost(authority)}, or use identity.jwksUrl and identity.issuer for another proxy path`;
}

function describe(authority: string, pathname: string): FrontendApi {
  const origin = `https://${authority}`;
  const base = `${origin}${pathname}`;
  return {
    host: authority,
    origin,
    jwksUrl: `${base}${JWKS_PATH}`,
    // A proxied instance names its proxy as issuer; Clerk's SDKs compare `iss` with the proxy URL.
    issuer: base,
    ...(pathname === "" ? {} : { pathPrefix: pathname }),
  };
}

/** Where Clerk's Frontend API, and its proxies, serve the key set. */
export const JWKS_PATH = "/.well-known/jwks.json";
/** Path under which Clerk's libraries proxy the Frontend API. */
export const PROXY_PATH = "/__clerk";

const BACKEND_HOSTS = ["api.clerk.com", "api.clerk.dev"];
const CLERK_SITES = [
  "clerk.com",
  "www.clerk.com",
  "dashboard.clerk.com",
  "clerk.dev",
  "clerk.accounts.dev",
];
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Quotes a host, however long its labels; only what cannot be one is treated as a possible secret. */
export function shownHost(host: string): string {
  const plain = host.split(".").every((label) => label.length <= 63 && !/^eyj/i.test(label));
  return plain ? JSON.stringify(host) : quoted(host);
}

/** True for the Backend API, whose key set needs the secret key. */
export function isBackendApi(host: string): boolean {
  return BACKEND_HOSTS.includes(host.toLowerCase());
}

/** True for names and addresses that mean "this machine", which inside a container is the container itself. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[(?:::1?|0(?::0){6}:[01])\])$/i.test(
    host,
  );
}

/** True for hosts that Clerk runs itself for development instances, old and new. */
export function isClerkDevHost(host: string): boolean {
  return /\.(?:accounts(?:stage)?\.dev|lcl\.dev|lclstage\.dev|lclclerk\.com)$/.test(host);
}

interface Place {
  host: string;
  pathname: string;
}

function isAddress(host: string): boolean {
  return host.startsWith("[") || /^\d+(?:\.\d+){0,3}$/.test(host);
}

function isBadName(host: string): boolean {
  if (host.length > 253 || !host.split(".").every((label) => LABEL.test(label))) return true;
  // The parser knows what the grammar does not: a last label that makes it an address, or an xn-- label that decodes to nothing.
  return readUrl(`https://${host}`)?.hostname !== host;
}

const HOST_RULES: readonly Rule<Place>[] = [
  { broken: ({ host }) => host === "", reason: "has no host; write one such as clerk.example.com" },
  {
    broken: ({ host }) => isBackendApi(host),
    reason:
      "is Clerk's Backend API, which needs the secret key; write the Frontend API host (Clerk's dashboard, API keys), or use identity.publishableKey",
  },
  {
    broken: ({ host }) => CLERK_SITES.includes(host.toLowerCase()),
    reason:
      "is Clerk's own site, not the Frontend API of your instance; use identity.publishableKey",
  },
  {
    broken: ({ host }) => isLoopback(host),
    reason:
      "means the engine's own container, where no issuer listens; write a host name that the container can reach",
  },
  {
    broken: ({ host }) => isAddress(host),
    reason:
      "is an IP address; Clerk's Frontend API is a host name. Use identity.jwksUrl for an issuer at an address",
  },
  {
    broken: ({ host }) => !host.includes("."),
    reason: "has no dot, so it is not a Frontend API host; write one such as clerk.example.com",
  },
  {
    broken: ({ host }) => /[A-Z]/.test(host),
    reason: ({ host }) =>
      `has upper-case letters; write ${shownHost(host.toLowerCase())}, because the issuer is compared letter by letter`,
  },
  {
    broken: ({ host }) => host.endsWith("."),
    reason: ({ host }) => `ends with a dot; write ${shownHost(host.replace(/\.+$/, ""))}`,
  },
  {
    broken: ({ host }) => isBadName(host),
    reason:
      "is not a host name: between dots 1 to 63 of a-z, 0-9 and inner hyphens are allowed, 253 in all",
  },
  {
    broken: ({ host }) => /^[^.]+\.accounts\.dev$/.test(host),
    reason: ({ host }) =>
      `is Clerk's Account Portal; the Frontend API is ${shownHost(host.replace(".accounts.dev", ".clerk.accounts.dev"))}`,
  },
  {
    broken: ({ host }) => host.startsWith("accounts.") && isClerkDevHost(host),
    reason: ({ host }) =>
      `is Clerk's Account Portal; the Frontend API is ${shownHost(host.replace("accounts.", "clerk."))}`,
  },
  {
    broken: ({ host, pathname }) =>
      host.endsWith(".vercel.app") && !pathname.startsWith(PROXY_PATH),
    reason: ({ host }) =>
      `is the app itself; on vercel.app Clerk is reached through its proxy, write ${shownHost(`https://${host}${PROXY_PATH}`)}`,
  },
  {
    broken: ({ host, pathname }) => isClerkDevHost(host) && pathname.startsWith(PROXY_PATH),
    reason: ({ host }) => `has a proxy path on Clerk's own host; write ${shownHost(host)}`,
  },
];

/** Returns what is wrong with a Frontend API host, or undefined. */
function hostProblem(host: string, pathname: string): string | undefined {
  return firstBroken({ host, pathname }, HOST_RULES);
}

/**
 * Returns what is wrong with a port, or undefined. A port is allowed on hosts of one's own, because Clerk's library
 * accepts it in a publishable key; Clerk's and Vercel's hosts have none, and 443 would make another issuer.
 */
function portProblem(host: string, port: string | undefined): string | undefined {
  if (port === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) {
    return "has a malformed port; 1 to 65535 is allowed, and Clerk's hosts need none";
  }
  if (port === "443") {
    return "names port 443, the default of https; leave :443 out, because the issuer is compared letter by letter";
  }
  if (isClerkDevHost(host) || host.endsWith(".vercel.app")) {
    return `has a port, but this host is served on port 443 only; leave :${port} out`;
  }
  return undefined;
}
