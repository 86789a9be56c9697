import type { TokenCase } from "./tokenCase";

/** What is pasted by mistake. */
export const FORM_CASES: readonly TokenCase[] = [
  { what: "nothing", line: "token.form", outcome: "failed", finding: /is empty/, pasted: "  " },
  {
    what: "Bearer null",
    line: "token.form",
    outcome: "failed",
    finding: /if there is no token/,
    pasted: "Bearer null",
  },
  {
    what: "undefined",
    line: "token.form",
    outcome: "failed",
    finding: /if there is no token/,
    pasted: "undefined",
  },
  {
    what: "a secret key",
    line: "token.form",
    outcome: "failed",
    finding: /Clerk's secret key \(not shown\)/,
    pasted: "sk_test_canary",
  },
  {
    what: "a publishable key",
    line: "token.form",
    outcome: "failed",
    finding: /a publishable key/,
    pasted: "pk_test_abc",
  },
  {
    what: "a session's id",
    line: "token.form",
    outcome: "failed",
    finding: /is a Clerk id/,
    pasted: "sess_2abc",
  },
  {
    what: "a private key",
    line: "token.form",
    outcome: "failed",
    finding: /a key \(not shown\)/,
    pasted: "-----BEGIN PRIVATE KEY-----",
  },
  {
    what: "decoded JSON",
    line: "token.form",
    outcome: "failed",
    finding: /is JSON/,
    pasted: '{"sub":"user_1"}',
  },
  {
    what: "two parts",
    line: "token.form",
    outcome: "failed",
    finding: /has 2 parts.*CompactDecodeError/,
    pasted: "e30.e30",
  },
  {
    what: "an encrypted token",
    line: "token.form",
    outcome: "failed",
    finding: /encrypted/,
    pasted: "a.b.c.d.e",
  },
  {
    what: "a token with a blank in it",
    line: "token.form",
    outcome: "failed",
    finding: /white space/,
    pasted: "e30.e3 0.x",
  },
  {
    what: "a payload that is not JSON",
    line: "token.form",
    outcome: "failed",
    finding: /second part/,
    pasted: "e30.YWJj.x",
  },
];
