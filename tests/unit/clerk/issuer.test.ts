import { expect } from "chai";
import { checkAudience, checkIssuer, checkSkew } from "../../../infra/clerk/issuer";
import { itRefuses } from "../refusals";

const SECRET =
  "holds Clerk's secret key (sk_…, not shown), which does not belong here; set identity.publishableKey to the publishable key (pk_…), and rotate the secret key if it was saved anywhere";
const URI =
  "holds a colon, so it must be a valid URI, or the engine refuses to start; percent-encode special characters";
const jwksUrl = "https://issuer.example.com/keys";
const byClerk = (issuer: string) => checkIssuer(issuer, { clerkSigns: true, jwksUrl });
const byOther = (issuer: string) => checkIssuer(issuer, { clerkSigns: false, jwksUrl });

describe("checkIssuer", () => {
  itRefuses(byOther, "identity.issuer", [
    ["nothing", "", "is empty; leave it out, or write what tokens carry as iss"],
    ["a secret key", "sk_test_x", SECRET],
    [
      "a publishable key",
      "pk_test_x",
      "is a publishable key; move it to identity.publishableKey and leave this out",
    ],
    ["white space", "https://a b", "holds white space; remove it"],
    [
      "looks like a boolean",
      "true",
      "looks like a boolean, and the iss of your tokens is required; write it, or leave it out for the default",
    ],
    [
      "user info",
      "https://me:hunter2@issuer.example.com",
      "holds user info (not shown), which would be printed with the issuer; remove it",
    ],
    [
      "a well-known JWKS URL",
      "https://x.example/.well-known/jwks.json",
      'is a JWKS URL; an issuer is what tokens carry as iss, here probably "https://x.example"',
    ],
    ["the JWKS URL itself", jwksUrl, "is the JWKS URL; write what tokens carry as iss"],
    ["a colon that is no URI", "https://x/{tenant}", URI],
    ["a colon after a digit", "1:2", URI],
  ]);
  itRefuses(byClerk, "identity.issuer", [
    [
      "a host where Clerk signs",
      "clerk.example.com",
      "does not begin with https://, as every issuer of Clerk does; add it",
    ],
    [
      "http where Clerk signs",
      "http://clerk.example.com",
      "does not begin with https://, as every issuer of Clerk does; add it",
    ],
    [
      "a trailing slash where Clerk signs",
      "https://clerk.example.com/",
      "ends with a slash, which Clerk's issuers do not; remove it, or every token is refused",
    ],
  ]);
  for (const issuer of [
    "https://tenant.auth0.com/",
    "me@project.iam.gserviceaccount.com",
    "https://issuer.example.com/me@tenant",
    "my-issuer",
    "urn:example:issuer",
    "http://issuer.test",
  ]) {
    it(`accepts ${issuer} from another signer`, () =>
      expect(byOther(issuer).value).to.equal(issuer));
  }
});

describe("checkAudience", () => {
  itRefuses<string[]>((audience) => checkAudience(audience), "identity.audience", [
    ["an empty list", [], "is empty; leave it out, or list at least one"],
  ]);
  itRefuses<string[]>((audience) => checkAudience(audience), "identity.audience[1]", [
    ["an empty audience", ["a", ""], "is empty; write what tokens carry as aud"],
    ["white space", ["a", "b c"], "holds white space; remove it, or list audiences one by one"],
    ["a colon that is no URI", ["a", "https://{"], URI],
    ["a duplicate", ["a", "a"], '"a" is listed twice; remove one'],
    ["a secret key", ["a", "sk_test_x"], SECRET],
  ]);
  it("keeps the order", () => {
    expect(checkAudience(["b", "https://api.example.com", "a"]).value).to.deep.equal([
      "b",
      "https://api.example.com",
      "a",
    ]);
  });
});

describe("checkSkew", () => {
  const rows = [-1, 1.5, Number.NaN, 301, Number.POSITIVE_INFINITY].map(
    (n) => [String(n), n, `is ${n}; a whole number of seconds from 0 to 300 is allowed`] as const,
  );
  itRefuses((seconds: number) => checkSkew(seconds), "identity.allowedSkewSeconds", rows);
  for (const seconds of [0, 5, 300]) {
    it(`accepts ${seconds}`, () => expect(checkSkew(seconds).value).to.equal(seconds));
  }
});
