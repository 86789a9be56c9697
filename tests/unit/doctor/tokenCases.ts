import type { Signer } from "./checkup";

/** What a token is made of. */
interface Given {
  /** Members of the JWT secret beside or instead of the shared key. */
  secret?: Record<string, unknown>;
  /** Claims beside or instead of those of a good token, at the time it is made; `undefined` removes one. */
  claims?: Record<string, unknown> | ((now: number) => Record<string, unknown>);
  /** Members of the namespace beside or instead of those of a good token. */
  hasura?: Record<string, unknown>;
  /** Key and algorithm of the signer. Default: the stack's. */
  signer?: Signer;
  /** The text that is pasted, instead of a token made of the above. */
  pasted?: string;
  /** Whether the engine accepts it, where the outcome alone does not say so. */
  accepted?: boolean;
}

/** One token and what has to be said of it, on which line. */
export interface TokenCase extends Given {
  what: string;
  line: string;
  outcome: "ok" | "warning" | "failed" | "skipped";
  finding: RegExp;
}

/** Tokens of which one line tells the same outcome. */
export function cases(
  line: string,
  outcome: TokenCase["outcome"],
  rows: [what: string, finding: RegExp, given?: Given][],
): TokenCase[] {
  return rows.map(([what, finding, given]) => ({ what, line, outcome, finding, ...given }));
}

export const KEY = "k".repeat(64);
export const ISSUER = "https://clerk.example.com";
export const NAMESPACE = "https://hasura.io/jwt/claims";
export const ROLES = {
  "x-hasura-allowed-roles": ["user"],
  "x-hasura-default-role": "user",
};

/** What is pasted by mistake. */
export const FORM_CASES: readonly TokenCase[] = [
  ...cases("token.form", "failed", [
    ["nothing", /is empty/, { pasted: "  " }],
    ["Bearer null", /if there is no token/, { pasted: "Bearer null" }],
    ["undefined", /if there is no token/, { pasted: "undefined" }],
    ["a secret key", /Clerk's secret key \(not shown\)/, { pasted: "sk_test_canary" }],
    ["a publishable key", /a publishable key/, { pasted: "pk_test_abc" }],
    ["a session's id", /is a Clerk id/, { pasted: "sess_2abc" }],
    ["a private key", /a key \(not shown\)/, { pasted: "-----BEGIN PRIVATE KEY-----" }],
    ["decoded JSON", /is JSON/, { pasted: '{"sub":"user_1"}' }],
    ["two parts", /has 2 parts.*CompactDecodeError/, { pasted: "e30.e30" }],
    ["an encrypted token", /encrypted/, { pasted: "a.b.c.d.e" }],
    ["a token with a blank in it", /white space/, { pasted: "e30.e3 0.x" }],
    ["a payload that is not JSON", /second part/, { pasted: "e30.YWJj.x" }],
  ]),
];

const session = { sid: "sess_1", v: 2, [NAMESPACE]: undefined };
const sessionMap = (path: string) => ({
  claims_map: {
    ...ROLES,
    "x-hasura-user-id": { path: "$.sub" },
    "x-hasura-org-id": { path, default: "" },
  },
});

export const MAP_CASES: readonly TokenCase[] = [
  ...cases("token.claims", "failed", [
    [
      "a mapped claim that is missing",
      /claims_map, "x-hasura-tenant" not found/,
      { secret: { claims_map: { ...ROLES, "x-hasura-tenant": { path: "$.tenant" } } } },
    ],
    [
      "a mapped role that is missing",
      /does not contain "x-hasura-default-role"/,
      { secret: { claims_map: { ...ROLES, "x-hasura-default-role": { path: "$.role" } } } },
    ],
  ]),
  ...cases("token.variables.x-hasura-org-id", "failed", [
    [
      "a mapped claim that is null despite its default",
      /encountered Null/,
      { secret: sessionMap("$.o.id"), claims: { ...session, o: { id: null } } },
    ],
  ]),
  ...cases("token.kind", "ok", [
    [
      "a version 2 session token for its map",
      /version 2/,
      { secret: sessionMap("$.o.id"), claims: { ...session, o: { id: "org_1" } } },
    ],
  ]),
  ...cases("token.kind", "failed", [
    [
      "a version 1 session token for a version 2 map",
      /version 1, but the stack's claims map reads version 2/,
      {
        secret: sessionMap("$.o.id"),
        claims: { ...session, v: undefined, org_id: "org_1" },
        accepted: true,
      },
    ],
    [
      "a version 2 session token for a version 1 map",
      /version 2, but the stack's claims map reads version 1/,
      { secret: sessionMap("$.org_id"), claims: session, accepted: true },
    ],
  ]),
  ...cases("token.kind", "warning", [
    [
      "a template's token for a session token's map",
      /are ignored/,
      { secret: sessionMap("$.o.id") },
    ],
  ]),
];
