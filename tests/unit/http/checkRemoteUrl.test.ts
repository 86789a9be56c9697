import { expect } from "chai";
import { checkRemoteUrl } from "../../../infra/http/remoteUrl";
import { itRefuses } from "../clerk/refusals";

const USER = "holds user info (not shown), which logs would show; remove it";
const QUERY = "has a query (not shown); write the base URL only, up to the ?";
const NO_SCHEME = "has no scheme; write the whole URL from https:// on";
const OTHER_SCHEME = "has another scheme than https; write an https URL";
const INVALID = "is not a valid URL; write one such as https://api.example.com";

function clear(host: string): string {
  return `"${host}" over http would send the secret key in plain text; use https (http is for 127.0.0.1, ::1 and localhost only)`;
}

describe("checkRemoteUrl", () => {
  it("accepts https, and http on this machine", () => {
    for (const url of [
      "https://api.clerk.com",
      "https://api.clerk.com/",
      "https://proxy.example.com:8443/clerk",
      "http://127.0.0.1:4000",
      "http://[::1]:4000",
      "http://localhost:4000/x",
    ]) {
      expect(checkRemoteUrl(url, "apiUrl")).to.deep.equal([]);
    }
  });

  itRefuses((url: string) => ({ problems: checkRemoteUrl(url, "apiUrl") }), "apiUrl", [
    ["nothing", "", "is empty; write the service's https URL, or leave it out for the default"],
    [
      "a secret key",
      "sk_test_x",
      "holds Clerk's secret key (sk_…, not shown), which does not belong here; set identity.publishableKey to the publishable key (pk_…), and rotate the secret key if it was saved anywhere",
    ],
    ["white space", "https://a.example/ x", "holds white space or a line break; remove it"],
    ["a bare host", "api.clerk.com", NO_SCHEME],
    ["a bare host with a port", "localhost:4000", NO_SCHEME],
    ["not a host", "https://", INVALID],
    ["a port that is none", "https://a.example:x", INVALID],
    ["user info", "https://u:hunter2@a.example", USER],
    ["an empty user info", "https://@a.example", USER],
    ["a query", "https://a.example?token=hunter2", QUERY],
    ["an empty query", "https://a.example?", QUERY],
    ["a fragment", "https://a.example/#x", "has a fragment; remove everything from # on"],
    ["ftp", "ftp://a.example", OTHER_SCHEME],
    ["a web socket", "wss://a.example", OTHER_SCHEME],
    ["http", "http://api.clerk.com", clear("api.clerk.com")],
    ["http to another loopback address", "http://127.0.0.2", clear("127.0.0.2")],
    ["http to all addresses", "http://0.0.0.0:1", clear("0.0.0.0:1")],
    [
      "http to a name that begins like one",
      "http://localhost.a.example",
      clear("localhost.a.example"),
    ],
  ]);
});
