import { firstBroken, invalid, type Result, type Rule, valid } from "../validation/problems";
import {
  holdsSecretKey,
  looksLikePublishableKey,
  PUBLISHABLE_KEY_REASON,
  SECRET_KEY_REASON,
} from "./clerkKeys";
import { hostProblem, JWKS_PATH, PROXY_PATH, portProblem, shownHost } from "./frontendApiHost";
import { hasUserInfo } from "./uri";

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
      "starts with http; Clerk's Frontend API answers on https only. For a test issuer without TLS use identity.jwksUrl with identity.allowHttpJwks",
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
