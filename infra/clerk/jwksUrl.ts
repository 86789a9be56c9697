import {
  firstBroken,
  holdsSecretKey,
  invalid,
  looksLikePublishableKey,
  PUBLISHABLE_KEY_REASON,
  type Result,
  type Rule,
  SECRET_KEY_REASON,
  valid,
} from "../validation/problems";
import { hasUserInfo, isUri, readUrl } from "../validation/readUrl";
import { isBackendApi, isClerkDevHost, isLoopback, JWKS_PATH } from "./frontendApi";

/** How strict the check of a JWKS URL is. */
interface JwksUrlOptions {
  /** Accept http, for tests only. Default: false. */
  allowHttp?: boolean;
}

const TEXT_RULES: readonly Rule<string>[] = [
  { broken: (text) => text === "", reason: "is empty; write an https JWKS URL" },
  { broken: holdsSecretKey, reason: SECRET_KEY_REASON },
  { broken: looksLikePublishableKey, reason: PUBLISHABLE_KEY_REASON },
  {
    broken: (text) => /^\s*[{[]/.test(text),
    reason: "is JSON; write the URL it was read from",
  },
  {
    broken: (text) => text.includes("-----BEGIN"),
    reason: "is a PEM key; move it to identity.signingKey",
  },
  { broken: (text) => /\s/.test(text), reason: "holds white space or a line break; remove it" },
  {
    broken: (text) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(text),
    reason:
      "has no scheme; write the whole URL, starting with https://, or move Clerk's host to identity.frontendApi",
  },
  {
    broken: (text) => !/^https?:/i.test(text),
    reason: "has a scheme the engine cannot fetch; https is allowed",
  },
  {
    broken: (text) => /^[^/]*\/\/(?:[/?#:]|$)/.test(text),
    reason: "has no host; write a complete JWKS URL",
  },
  {
    broken: hasUserInfo,
    reason:
      "holds user info (not shown), which the engine would log; remove it, or write an @ of the path as %40",
  },
  { broken: (text) => text.includes("#"), reason: "has a fragment; remove everything from # on" },
  {
    broken: (text) => !isUri(text) || readUrl(text) === undefined,
    reason: "is not a valid URI; percent-encode special characters and check host and port",
  },
];

const URL_RULES: readonly Rule<URL>[] = [
  {
    broken: (url) => isBackendApi(url.hostname),
    reason: `is Clerk's Backend API, whose key set needs the secret key, which the engine cannot send; use identity.publishableKey, or https://<Frontend API host>${JWKS_PATH}`,
  },
  {
    broken: (url) => isLoopback(url.hostname),
    reason:
      "means the engine's own container, where no issuer listens; write a host name that the container can reach",
  },
  {
    broken: (url) => url.port === "0",
    reason: "has port 0; 1 to 65535 is allowed",
  },
  {
    broken: (url) => isClerkDevHost(url.hostname) && url.pathname !== JWKS_PATH,
    reason: `is not where Clerk serves its key set; the path must be ${JWKS_PATH}, or use identity.frontendApi`,
  },
  {
    broken: (url) => url.pathname === "/" || url.pathname === "",
    reason: `has no path, so it is an issuer rather than a key set; Clerk's is at ${JWKS_PATH}`,
  },
  {
    broken: (url) => url.pathname.endsWith("/openid-configuration"),
    reason: "is a discovery document; write the jwks_uri that it names",
  },
];

/** Checks a JWKS URL that the engine fetches itself; returns it unchanged. */
export function checkJwksUrl(
  url: string,
  options: JwksUrlOptions = {},
  path = "identity.jwksUrl",
): Result<string> {
  const wrong = firstBroken(url, TEXT_RULES) ?? firstBroken(url, [httpRule(options)]);
  if (wrong !== undefined) return invalid(path, wrong);
  const reason = firstBroken(new URL(url), URL_RULES);
  return reason === undefined ? valid(url) : invalid(path, reason);
}

function httpRule({ allowHttp = false }: JwksUrlOptions): Rule<string> {
  return {
    broken: (text) => !allowHttp && /^http:/i.test(text),
    reason:
      "uses http, so anyone in between could replace the keys; use https (identity.allowHttpJwks is for tests only)",
  };
}
