import { NAMESPACE, ROLES, type TokenCase } from "./tokenCase";

const session = { sid: "sess_1", v: 2, [NAMESPACE]: undefined };
const sessionMap = (path: string) => ({
  claims_map: {
    ...ROLES,
    "x-hasura-user-id": { path: "$.sub" },
    "x-hasura-org-id": { path, default: "" },
  },
});

export const MAP_CASES: readonly TokenCase[] = [
  {
    what: "a mapped claim that is missing",
    line: "token.claims",
    outcome: "failed",
    finding: /claims_map, "x-hasura-tenant" not found/,
    secret: { claims_map: { ...ROLES, "x-hasura-tenant": { path: "$.tenant" } } },
  },
  {
    what: "a mapped role that is missing",
    line: "token.claims",
    outcome: "failed",
    finding: /does not contain "x-hasura-default-role"/,
    secret: { claims_map: { ...ROLES, "x-hasura-default-role": { path: "$.role" } } },
  },
  {
    what: "a mapped claim that is null despite its default",
    line: "token.variables.x-hasura-org-id",
    outcome: "failed",
    finding: /encountered Null/,
    secret: sessionMap("$.o.id"),
    claims: { ...session, o: { id: null } },
  },
  {
    what: "a version 2 session token for its map",
    line: "token.kind",
    outcome: "ok",
    finding: /version 2/,
    secret: sessionMap("$.o.id"),
    claims: { ...session, o: { id: "org_1" } },
  },
  {
    what: "a version 1 session token for a version 2 map",
    line: "token.kind",
    outcome: "failed",
    finding: /version 1, but the stack's claims map reads version 2/,
    secret: sessionMap("$.o.id"),
    claims: { ...session, v: undefined, org_id: "org_1" },
    accepted: true,
  },
  {
    what: "a version 2 session token for a version 1 map",
    line: "token.kind",
    outcome: "failed",
    finding: /version 2, but the stack's claims map reads version 1/,
    secret: sessionMap("$.org_id"),
    claims: session,
    accepted: true,
  },
  {
    what: "a template's token for a session token's map",
    line: "token.kind",
    outcome: "warning",
    finding: /are ignored/,
    secret: sessionMap("$.o.id"),
  },
];
