import { expect } from "chai";
import fc from "fast-check";
import { parseFrontendApi } from "../../../infra/clerk/frontendApi";
import { itRefuses } from "../refusals";

const EXAMPLE = "clerk.example.com or happy-hippo-1.clerk.accounts.dev";
const SECRET =
  "holds Clerk's secret key (sk_…, not shown), which does not belong here; set identity.publishableKey to the publishable key (pk_…), and rotate the secret key if it was saved anywhere";
const BACKEND =
  "is Clerk's Backend API, which needs the secret key; write the Frontend API host (Clerk's dashboard, API keys), or use identity.publishableKey";
const SITE =
  "is Clerk's own site, not the Frontend API of your instance; use identity.publishableKey";
const LOOPBACK =
  "means the engine's own container, where no issuer listens; write a host name that the container can reach";
const ADDRESS =
  "is an IP address; Clerk's Frontend API is a host name. Use identity.jwksUrl for an issuer at an address";
const LABELS =
  "is not a host name: between dots 1 to 63 of a-z, 0-9 and inner hyphens are allowed, 253 in all";
const PORT = "has a malformed port; 1 to 65535 is allowed, and Clerk's hosts need none";
const SCHEME = `has a malformed scheme; write https:// and the host, or the host alone, such as ${EXAMPLE}`;
const OTHER_SCHEME = `has a scheme other than https; write https:// and the host, or the host alone, such as ${EXAMPLE}`;
const HTTP =
  "starts with http; Clerk's Frontend API is served over https only. For a test issuer without TLS use identity.jwksUrl with identity.allowHttpJwks";
const SPACE = "holds white space or a line break; remove it";
const QUERY = "holds a query or a fragment; remove everything from ? or # on";
const USER = "holds user info or is an e-mail address; write the host alone";

describe("parseFrontendApi", () => {
  describe("mistakes in the text", () => {
    itRefuses((value: string) => parseFrontendApi(value), "identity.frontendApi", [
      ["nothing", "", `is empty; write the host, such as ${EXAMPLE}`],
      ["a secret key", "sk_live_abc", SECRET],
      [
        "a publishable key",
        "pk_test_abc",
        "is a publishable key; move it to identity.publishableKey and leave this out",
      ],
      ["a trailing space", "clerk.example.com ", SPACE],
      ["a line break", "clerk.example.com\n", SPACE],
      [
        "letters beyond ASCII",
        "clérk.example.com",
        "holds characters beyond ASCII; write an international host in its xn-- form",
      ],
      ["http", "http://clerk.example.com", HTTP],
      ["HTTP in upper case", "HTTP://clerk.example.com", HTTP],
      ["a scheme without slashes", "https:clerk.example.com", SCHEME],
      ["slashes without a scheme", "//clerk.example.com", SCHEME],
      ["ftp", "ftp://clerk.example.com", OTHER_SCHEME],
      ["a doubled typo of https", "htps://clerk.example.com", OTHER_SCHEME],
      ["user info", "https://u:p@clerk.example.com", USER],
      ["an e-mail address", "me@example.com", USER],
      ["user info with a slash", "https://u:hun/ter2@clerk.example.com", USER],
      ["a query", "clerk.example.com?x=1", QUERY],
      ["a fragment", "https://clerk.example.com#a", QUERY],
    ]);
  });

  describe("mistakes in the host", () => {
    itRefuses((value: string) => parseFrontendApi(value), "identity.frontendApi", [
      ["not a host", "https://", "has no host; write one such as clerk.example.com"],
      ["the Backend API's JWKS", "https://api.clerk.com/v1/jwks", BACKEND],
      ["the Backend API's host", "api.clerk.com", BACKEND],
      ["the Backend API's old host", "https://api.clerk.dev", BACKEND],
      ["Clerk's dashboard", "https://dashboard.clerk.com", SITE],
      ["Clerk's site", "clerk.com", SITE],
      ["localhost", "localhost", LOOPBACK],
      ["localhost with a port", "localhost:4000", LOOPBACK],
      ["a name below localhost", "clerk.localhost", LOOPBACK],
      ["a loopback address", "127.0.0.1:4000", LOOPBACK],
      ["an IPv6 loopback address", "[::1]:80", LOOPBACK],
      ["the unspecified address", "0.0.0.0", LOOPBACK],
      ["an IPv4 address", "10.0.0.1", ADDRESS],
      ["an IPv6 address", "https://[fd00::1]", ADDRESS],
      [
        "a single label",
        "clerk",
        "has no dot, so it is not a Frontend API host; write one such as clerk.example.com",
      ],
      [
        "upper case",
        "Clerk.example.com",
        'has upper-case letters; write "clerk.example.com", because the issuer is compared letter by letter',
      ],
      ["a trailing dot", "clerk.example.com.", 'ends with a dot; write "clerk.example.com"'],
      ["a leading hyphen", "-a.example.com", LABELS],
      ["a trailing hyphen", "a-.example.com", LABELS],
      ["an underscore", "a_b.example.com", LABELS],
      ["an empty label", "a..b", LABELS],
      ["a label of 64", `${"a".repeat(64)}.com`, LABELS],
      ["a host of more than 253", `${"a.".repeat(130)}com`, LABELS],
      ["a number as last label", "0.a.0", LABELS],
      ["an xn-- label that decodes to nothing", "xn--a.example.com", LABELS],
      ["a backslash", "clerk.example.com\\x", LABELS],
      [
        "the Account Portal",
        "happy-hippo-1.accounts.dev",
        `is Clerk's Account Portal; the Frontend API is "happy-hippo-1.clerk.accounts.dev"`,
      ],
      [
        "the old Account Portal",
        "accounts.inspired.puma-74.lcl.dev",
        `is Clerk's Account Portal; the Frontend API is "clerk.inspired.puma-74.lcl.dev"`,
      ],
      [
        "a Vercel app without its proxy",
        "my.vercel.app",
        'is the app itself; on vercel.app Clerk is reached through its proxy, write "https://my.vercel.app/__clerk"',
      ],
    ]);
  });

  describe("mistakes in port and path", () => {
    const slash = "because the issuer is compared letter by letter";
    const path = "has a path, and only the proxy path /__clerk is allowed; write";
    const other = "or use identity.jwksUrl and identity.issuer for another proxy path";
    itRefuses((value: string) => parseFrontendApi(value), "identity.frontendApi", [
      ["port 0", "clerk.example.com:0", PORT],
      ["port 65536", "clerk.example.com:65536", PORT],
      ["a port of letters", "clerk.example.com:x", PORT],
      ["an empty port", "clerk.example.com:", PORT],
      [
        "port 443",
        "clerk.example.com:443",
        "names port 443, the default of https; leave :443 out, because the issuer is compared letter by letter",
      ],
      [
        "a port on Clerk's host",
        "happy-hippo-1.clerk.accounts.dev:8443",
        "has a port, but this host is served on port 443 only; leave :8443 out",
      ],
      [
        "a port on Vercel's host",
        "my.vercel.app:81/__clerk",
        "has a port, but this host is served on port 443 only; leave :81 out",
      ],
      [
        "a trailing slash",
        "https://clerk.example.com/",
        `ends with a slash; write "clerk.example.com", ${slash}`,
      ],
      [
        "a proxy's trailing slash",
        "https://my.vercel.app/__clerk/",
        `ends with a slash; write "my.vercel.app/__clerk", ${slash}`,
      ],
      [
        "a JWKS URL",
        "https://clerk.example.com/.well-known/jwks.json",
        'is a JWKS URL; write "clerk.example.com" here, or move the URL to identity.jwksUrl',
      ],
      [
        "a proxy's JWKS URL",
        "https://my.vercel.app/__clerk/.well-known/jwks.json",
        'is a JWKS URL; write "my.vercel.app/__clerk" here, or move the URL to identity.jwksUrl',
      ],
      ["an API path", "https://clerk.example.com/v1", `${path} "clerk.example.com", ${other}`],
      [
        "a path like the proxy's",
        "https://my.vercel.app/__clerkx",
        `${path} "my.vercel.app", ${other}`,
      ],
      [
        "a proxy path on Clerk's host",
        "https://happy-hippo-1.clerk.accounts.dev/__clerk",
        `has a proxy path on Clerk's own host; write "happy-hippo-1.clerk.accounts.dev"`,
      ],
    ]);
  });

  const hosts = [
    "happy-hippo-1.clerk.accounts.dev",
    "happy-hippo-100.clerk.accounts.dev",
    "clerk.example.com",
    "clerk.inspired.puma-74.lcl.dev",
    "auth.shop.example.co.uk",
    "clerk.localtest.me:4000",
    "xn--clrk-bpa.example.com",
    "1and1.example.com",
  ];
  for (const host of hosts) {
    it(`reads ${host} as host and as origin`, () => {
      const expected = {
        host,
        origin: `https://${host}`,
        jwksUrl: `https://${host}/.well-known/jwks.json`,
        issuer: `https://${host}`,
      };
      expect(parseFrontendApi(host)).to.deep.equal({ value: expected });
      expect(parseFrontendApi(`https://${host}`)).to.deep.equal({ value: expected });
    });
  }

  for (const proxy of ["my-app.vercel.app", "www.example.com"]) {
    it(`reads the proxy of ${proxy} with its path in issuer and key set`, () => {
      expect(parseFrontendApi(`https://${proxy}/__clerk`).value).to.deep.equal({
        host: proxy,
        origin: `https://${proxy}`,
        jwksUrl: `https://${proxy}/__clerk/.well-known/jwks.json`,
        issuer: `https://${proxy}/__clerk`,
        pathPrefix: "/__clerk",
      });
    });
  }

  it("accepts nothing that the URL parser would read as another host", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme-ascii", maxLength: 30 }),
      fc.stringMatching(/^(https:\/\/)?[a-z0-9.:@/[\]-]{1,30}$/),
      fc.stringMatching(/^(https:\/\/)?[a-z0-9]{1,8}\.[a-z0-9.-]{1,8}(:\d{1,6})?$/),
    );
    let accepted = 0;
    fc.assert(
      fc.property(text, (value) => {
        const api = parseFrontendApi(value).value;
        if (api === undefined) return;
        accepted += 1;
        const url = new URL(api.jwksUrl);
        expect(url.host).to.equal(api.host);
        expect(url.href).to.equal(api.jwksUrl);
        expect(parseFrontendApi(api.issuer).value).to.deep.equal(api);
      }),
      { numRuns: 3000 },
    );
    expect(accepted).to.be.greaterThan(50);
  });
});
