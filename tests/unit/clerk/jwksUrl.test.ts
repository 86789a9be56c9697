import { expect } from "chai";
import { checkJwksUrl } from "../../../infra/clerk/jwksUrl";
import { isUri } from "../../../infra/validation/readUrl";
import { itRefuses } from "../refusals";

const LOOPBACK =
  "means the engine's own container, where no issuer listens; write a host name that the container can reach";
const NO_URI = "is not a valid URI; percent-encode special characters and check host and port";
const NO_PATH =
  "has no path, so it is an issuer rather than a key set; Clerk's is at /.well-known/jwks.json";
const BACKEND =
  "is Clerk's Backend API, whose key set needs the secret key, which the engine cannot send; use identity.publishableKey, or https://<Frontend API host>/.well-known/jwks.json";
const NO_SCHEME =
  "has no scheme; write the whole URL, starting with https://, or move Clerk's host to identity.frontendApi";
const HTTP =
  "uses http, so anyone in between could replace the keys; use https (identity.allowHttpJwks is for tests only)";
const USER =
  "holds user info (not shown), which the engine would log; remove it, or write an @ of the path as %40";

describe("checkJwksUrl", () => {
  itRefuses((url: string) => checkJwksUrl(url), "identity.jwksUrl", [
    ["nothing", "", "is empty; write an https JWKS URL"],
    [
      "a secret key",
      "sk_test_x",
      "holds Clerk's secret key (sk_…, not shown), which does not belong here; set identity.publishableKey to the publishable key (pk_…), and rotate the secret key if it was saved anywhere",
    ],
    [
      "a publishable key",
      "pk_test_x",
      "is a publishable key; move it to identity.publishableKey and leave this out",
    ],
    ["the key set itself", '{"keys":[]}', "is JSON; write the URL it was read from"],
    ["a PEM key", "-----BEGIN PUBLIC KEY-----", "is a PEM key; move it to identity.signingKey"],
    ["white space", "https://a.example/ jwks", "holds white space or a line break; remove it"],
    ["a host", "clerk.example.com", NO_SCHEME],
    ["a host with a path", "clerk.example.com/.well-known/jwks.json", NO_SCHEME],
    ["ftp", "ftp://a.example/jwks", "has a scheme the engine cannot fetch; https is allowed"],
    ["a file", "file:///etc/jwks.json", "has a scheme the engine cannot fetch; https is allowed"],
    ["not a host", "https:///jwks", "has no host; write a complete JWKS URL"],
    ["a port without a host", "https://:80/jwks", "has no host; write a complete JWKS URL"],
    ["user info", "https://u:hunter2@a.example/jwks", USER],
    ["user info with a slash", "https://u:hun/ter2@a.example/jwks", USER],
    ["user info without a password", "https://u@a.example/jwks", USER],
    ["a password that begins with a slash", "https://u:/hunter2@a.example/jwks", USER],
    ["a password like a port", "https://u:1/hunter2@a.example/jwks", USER],
    ["a fragment", "https://a.example/jwks#x", "has a fragment; remove everything from # on"],
    ["a brace", "https://a.example/{x}", NO_URI],
    ["a bare percent sign", "https://a.example/50%", NO_URI],
    ["a port beyond 65535", "https://a.example:99999/x", NO_URI],
    ["http", "http://a.example/jwks", HTTP],
    ["the Backend API", "https://api.clerk.com/v1/jwks", BACKEND],
    ["the Backend API in upper case", "https://API.clerk.com/v1/jwks", BACKEND],
    ["localhost", "https://localhost/jwks", LOOPBACK],
    ["a loopback address", "https://127.0.0.1:1/jwks", LOOPBACK],
    ["a loopback address as a number", "https://2130706433/jwks", LOOPBACK],
    ["an IPv6 loopback address", "https://[::1]/jwks", LOOPBACK],
    ["port 0", "https://a.example:0/jwks", "has port 0; 1 to 65535 is allowed"],
    [
      "another path on Clerk's host",
      "https://happy-hippo-1.clerk.accounts.dev/v1/jwks",
      "is not where Clerk serves its key set; the path must be /.well-known/jwks.json, or use identity.frontendApi",
    ],
    ["an issuer", "https://issuer.example.com", NO_PATH],
    ["an issuer with a slash", "https://issuer.example.com/", NO_PATH],
    [
      "a discovery document",
      "https://a.example/.well-known/openid-configuration",
      "is a discovery document; write the jwks_uri that it names",
    ],
  ]);

  for (const url of [
    "https://clerk.example.com/.well-known/jwks.json",
    "https://happy-hippo-1.clerk.accounts.dev/.well-known/jwks.json",
    "https://issuer.example.com/jwks?version=1",
    "https://issuer:8443/keys",
    "https://issuer.example.com/me@tenant/jwks",
    "https://issuer.example.com:8443/jwks?mail=me@example.com",
    "https://[fd00::1]:8443/me@tenant",
    "https://10.0.0.1/keys",
    "https://[fd00::1]:8443/keys",
  ]) {
    it(`answers ${url} unchanged`, () => {
      expect(checkJwksUrl(url)).to.deep.equal({ value: url });
    });
  }

  it("takes http when a test allows it, and then nothing else more", () => {
    const url = "http://issuer.test:8080/jwks.json";
    expect(checkJwksUrl(url, { allowHttp: true })).to.deep.equal({ value: url });
    expect(checkJwksUrl("http://u:p@issuer.test/x", { allowHttp: true }).problems).to.deep.equal([
      { path: "identity.jwksUrl", reason: USER },
    ]);
  });
});

describe("isUri", () => {
  const good = [
    "https://a.example",
    "urn:x",
    "a:b",
    "mailto:a@b.c",
    "https://a/?q#f",
    "x://[::1]:1/p",
    "tag:%41",
  ];
  const bad = [
    "a",
    ":a",
    "1a:b",
    "https://a b",
    "https://a/{",
    "a:%4",
    "a:b#c#d",
    "https://é.example",
    "a:\\b",
    "x:[b]",
  ];
  for (const text of good) it(`accepts ${text}`, () => expect(isUri(text)).to.equal(true));
  for (const text of bad) it(`refuses ${text}`, () => expect(isUri(text)).to.equal(false));
});
