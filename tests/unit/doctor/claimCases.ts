import { cases, ISSUER, NAMESPACE, ROLES, type TokenCase } from "./tokenCases";

export const PARTY_CASES: readonly TokenCase[] = [
  ...cases("token.iss", "failed", [
    [
      "a foreign issuer",
      /clerk\.other\.com.*JWTNotInIssuer/,
      { claims: { iss: "https://clerk.other.com" } },
    ],
    ["an issuer with a slash", /JWTNotInIssuer/, { claims: { iss: `${ISSUER}/` } }],
    [
      "the key set's address as issuer",
      /JWTNotInIssuer/,
      { secret: { issuer: `${ISSUER}/.well-known/jwks.json` } },
    ],
    ["an issuer that is not a string", /JWTClaimsSetDecodeError/, { claims: { iss: 7 } }],
  ]),
  ...cases("token.iss", "warning", [
    ["no issuer", /which Hasura accepts/, { claims: { iss: undefined } }],
    ["an issuer nobody asked for", /accepts any issuer/, { secret: { issuer: undefined } }],
  ]),
  ...cases("token.aud", "failed", [
    [
      "another audience",
      /"web".*JWTNotInAudience/,
      { secret: { audience: "api" }, claims: { aud: "web" } },
    ],
    ["an audience that is a number", /JWTClaimsSetDecodeError/, { claims: { aud: [7] } }],
  ]),
  ...cases("token.aud", "ok", [
    [
      "the audience in a list",
      /is among "api"/,
      { secret: { audience: ["api"] }, claims: { aud: ["web", "api"] } },
    ],
  ]),
  ...cases("token.aud", "warning", [
    ["no audience where one is required", /which Hasura accepts/, { secret: { audience: "api" } }],
  ]),
  ...cases("token.sub", "failed", [
    ["a user that is a number", /JWTClaimsSetDecodeError/, { claims: { sub: 7 } }],
  ]),
  ...cases("token.sub", "warning", [["no user", /names no user/, { claims: { sub: undefined } }]]),
];

export const PLACE_CASES: readonly TokenCase[] = [
  ...cases("token.claims", "failed", [
    [
      "a session token, the template forgotten",
      /did not name the template.*claims key: '.*' not found/,
      { claims: { sid: "sess_1", v: 2, [NAMESPACE]: undefined } },
    ],
    [
      "another namespace",
      /are in "claims\.jwt\.hasura\.io"/,
      { claims: { [NAMESPACE]: undefined, "claims.jwt.hasura.io": ROLES } },
    ],
    [
      "claims in the token itself",
      /are at the top level of the token/,
      { claims: { [NAMESPACE]: undefined, ...ROLES } },
    ],
    ["no claims at all", /are missing/, { claims: { [NAMESPACE]: undefined } }],
    [
      "a path that is not there",
      /claims_namespace_path: '\$\.hasura\.claims'/,
      { secret: { claims_namespace: undefined, claims_namespace_path: "$.hasura.claims" } },
    ],
    [
      "text where an object is required",
      /claims_format is json/,
      { claims: { [NAMESPACE]: JSON.stringify(ROLES) } },
    ],
    [
      "an object where text is required",
      /expecting a string when claims_format/,
      { secret: { claims_format: "stringified_json" } },
    ],
    [
      "text that is not JSON",
      /expecting stringified json at:/,
      { secret: { claims_format: "stringified_json" }, claims: { [NAMESPACE]: "{" } },
    ],
  ]),
  ...cases("token.claims", "ok", [
    [
      "a path that is there",
      /2 x-hasura-\* values at \$\.hasura/,
      {
        secret: { claims_namespace: undefined, claims_namespace_path: "$.hasura" },
        claims: { hasura: ROLES },
      },
    ],
    [
      "good text",
      /2 x-hasura/,
      {
        secret: { claims_format: "stringified_json" },
        claims: { [NAMESPACE]: JSON.stringify(ROLES) },
      },
    ],
  ]),
  ...cases("token.defaultRole", "ok", [
    [
      "names in capitals",
      /"user"/,
      {
        claims: {
          [NAMESPACE]: { "X-Hasura-Allowed-Roles": ["user"], "X-Hasura-Default-Role": "user" },
        },
      },
    ],
  ]),
];

export const VALUE_CASES: readonly TokenCase[] = [
  ...cases("token.allowedRoles", "failed", [
    [
      "no allowed roles",
      /does not contain "x-hasura-allowed-roles"/,
      { hasura: { "x-hasura-allowed-roles": undefined } },
    ],
    [
      "allowed roles as text",
      /are a string.*should be a list of roles/,
      { hasura: { "x-hasura-allowed-roles": "user" } },
    ],
    [
      "a list within a list",
      /list within a list/,
      { hasura: { "x-hasura-allowed-roles": [["user"]] } },
    ],
    ["null among the roles", /hold null/, { hasura: { "x-hasura-allowed-roles": [null] } }],
    [
      "no role allowed",
      /empty list.*not in allowed roles/,
      { hasura: { "x-hasura-allowed-roles": [] } },
    ],
  ]),
  ...cases("token.allowedRoles", "warning", [
    ["admin allowed", /hold admin/, { hasura: { "x-hasura-allowed-roles": ["user", "admin"] } }],
  ]),
  ...cases("token.defaultRole", "failed", [
    [
      "no default role",
      /does not contain "x-hasura-default-role"/,
      { hasura: { "x-hasura-default-role": undefined } },
    ],
    ["null as default role", /is null/, { hasura: { "x-hasura-default-role": null } }],
    [
      "a default role not allowed",
      /not in allowed roles/,
      { hasura: { "x-hasura-default-role": "editor" } },
    ],
  ]),
  ...cases("token.defaultRole", "warning", [
    [
      "admin by default",
      /is admin/,
      { hasura: { "x-hasura-default-role": "admin", "x-hasura-allowed-roles": ["admin"] } },
    ],
    [
      "a shortcode left over",
      /did not replace/,
      {
        hasura: {
          "x-hasura-default-role": "{{user.role}}",
          "x-hasura-allowed-roles": ["{{user.role}}"],
        },
      },
    ],
  ]),
  ...cases("token.variables.x-hasura-org-id", "failed", [
    ["a variable that is null", /encountered Null/, { hasura: { "x-hasura-org-id": null } }],
  ]),
  ...cases("token.variables.x-hasura-teams", "failed", [
    [
      "a variable that is a list",
      /encountered Array/,
      { hasura: { "x-hasura-teams": ["a", "b"] } },
    ],
  ]),
  ...cases("token.variables.x-hasura-level", "failed", [
    ["a variable that is a number", /encountered Number/, { hasura: { "x-hasura-level": 7 } }],
  ]),
  ...cases("token.variables.x-hasura-paid", "failed", [
    ["a variable that is true", /encountered Boolean/, { hasura: { "x-hasura-paid": true } }],
  ]),
  ...cases("token.variables.x-hasura-meta", "failed", [
    ["a variable that is an object", /encountered Object/, { hasura: { "x-hasura-meta": {} } }],
  ]),
  ...cases("token.variables.x-hasura-org-id", "warning", [
    ["the word null", /is the string "null"/, { hasura: { "x-hasura-org-id": "null" } }],
  ]),
  ...cases("token.variables.x-hasura-user-id", "warning", [
    ["an empty user id", /empty string/, { hasura: { "x-hasura-user-id": "" } }],
  ]),
  ...cases("token.variables", "ok", [
    ["a Postgres array", /are strings/, { hasura: { "x-hasura-teams": "{a,b}" } }],
  ]),
];
