import { expect } from "chai";
import fc from "fast-check";
import { checkHasura } from "../../../infra/hasura/checkHasura";
import { Preset } from "../../../infra/hasura/hasuraArgs";

const PATH = "hasura.corsDomains";
const ALLOWED =
  'allowed: http or https, host and port without a path, such as "https://app.example.com" (or "*")';
const told = (corsDomains: string[], preset: Preset = Preset.Production) =>
  checkHasura({ corsDomains }, { preset, allowed: [] }).map(({ path, reason }) => {
    expect(path).to.equal(PATH);
    return reason;
  });

/** What somebody writes, and what a browser sends in its place. */
const NEVER_SENT: [written: string, sent: string][] = [
  ["https://App.Example.com", "https://app.example.com"],
  ["HTTPS://app.example.com", "https://app.example.com"],
  ["https://app.example.com:443", "https://app.example.com"],
  ["http://localhost:80", "http://localhost"],
  ["https://app.example.com/", "https://app.example.com"],
  ["https://app.example.com/shop?a#b", "https://app.example.com"],
  ["https://app.example.com.", "https://app.example.com"],
  ["https://app.example.com.:8443", "https://app.example.com:8443"],
  ["https://*.Example.com:443/", "https://*.example.com"],
  ["https://bücher.example", "https://xn--bcher-kva.example"],
  ["http://localhost:03000", "http://localhost:3000"],
  ["http://127.1:3000", "http://127.0.0.1:3000"],
];

describe("originProblems", () => {
  for (const origin of [
    "https://app.example.com",
    "http://localhost:3000",
    "https://*.example.com:8443",
    "http://*.localhost",
    "http://my_app:3000",
    "http://192.168.0.10",
    "https://example.com:80",
  ]) {
    it(`accepts ${origin}`, () => expect(told([origin])).to.deep.equal([]));
  }

  for (const [written, sent] of NEVER_SENT) {
    it(`says what a browser sends in place of ${written}`, () => {
      const [reason = ""] = told([written]);
      expect(reason).to.match(/ is never sent by a browser; /);
      expect(reason.endsWith(`; ${ALLOWED}; write "${sent}"`), reason).to.equal(true);
      expect(told([sent])).to.deep.equal([]);
    });
  }

  const noScheme = `${ALLOWED}; write the scheme, https:// as a rule, before the host`;
  for (const [origin, reason] of [
    ["app.example.com", `"app.example.com" is not an origin; ${noScheme}`],
    ["null", `"null" is not an origin; ${noScheme}`],
    ["", `"" is not an origin; ${noScheme}`],
    [
      "capacitor://localhost",
      `"capacitor://localhost" has a scheme that Hasura refuses at its start; ${noScheme}`,
    ],
    [
      "https://app-*.example.com",
      `"https://app-*.example.com" has a wildcard where Hasura does not support one; allowed: "*." before a host, for one label; write "https://*.example.com", or list the origins`,
    ],
    ["https://a b", `"https://a b" is not an origin; ${ALLOWED}; check host and port`],
    [
      "http://a.example:99999",
      `"http://a.example:99999" is not an origin; ${ALLOWED}; check host and port`,
    ],
    [
      "http://[::1]:3000",
      `"http://[::1]:3000" has an IPv6 address, which Hasura cannot read in an origin; ${ALLOWED}; write a host name, such as "http://localhost:3000"`,
    ],
    [
      "http://a.example:0",
      `"http://a.example:0" has port 0; ${ALLOWED}; write the port of the website`,
    ],
  ] as const) {
    it(`refuses "${origin}"`, () => expect(told([origin])).to.deep.equal([reason]));
  }

  it("never shows user info", () => {
    expect(told(["https://me:hunter2@app.example.com"]).join()).not.to.match(/hunter2|me:/);
  });

  it("takes every website alone, and in development alone", () => {
    expect(told(["*"], Preset.Development)).to.deep.equal([]);
    expect(told(["*"])[0]).to.match(/^"\*" lets every website call the API; /);
    expect(told(["*", "https://a.example"], Preset.Development)[0]).to.match(/^"\*" stands beside/);
  });

  it("accepts no text but what a browser sends", () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
        const { origin } = new URL(url);
        expect(told([url]).length === 0).to.equal(url === origin);
      }),
    );
  });
});
