import { domainToUnicode } from "node:url";

/**
 * An absolute URL, or undefined where a text is none. Not by `URL.canParse`, which refuses texts beyond ASCII once V8 has compiled
 * its caller (seen in Node 20.20). An `xn--` label that decodes to nothing is refused, which Node 24 does no longer.
 */
export function readUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return /(?:^|\.)xn--/.test(domainToUnicode(url.hostname)) ? undefined : url;
  } catch {
    return undefined;
  }
}

const CHARACTER = "[A-Za-z0-9\\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2}";
const AUTHORITY = `(?:(?:[A-Za-z0-9\\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?(?:\\[[0-9A-Fa-f:.]+\\]|(?:[A-Za-z0-9\\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)(?::\\d*)?`;
const URI = new RegExp(
  `^[A-Za-z][A-Za-z0-9+.-]*:(?://${AUTHORITY}(?:/(?:${CHARACTER}|/)*)?|(?!//)(?:${CHARACTER}|/)*)(?:\\?(?:${CHARACTER}|[/?])*)?(?:#(?:${CHARACTER}|[/?])*)?$`,
);

/** True for an absolute URI with nothing left to escape (RFC 3986), which is what the engine's parser accepts. */
export function isUri(text: string): boolean {
  return URI.test(text);
}

/**
 * True for an address, with its scheme or without, that holds user info. That ends at an @ of the authority (RFC 3986, 3.2); an @
 * behind it is one of the path or query. A password with a slash moves its @ there: the colon before it has no port behind it, or a
 * name without a dot before it, which no public host is.
 */
export function hasUserInfo(text: string): boolean {
  const [, authority = "", rest = ""] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/|\/\/)?([^/?#]*)(.*)$/is.exec(text) ?? [];
  if (authority.includes("@")) return true;
  return rest.includes("@") && /:(?!\d+$)[^\]]*$|^[^.[]*:/.test(authority);
}
