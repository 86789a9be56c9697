import type { InputRow } from "../support/stackSettings";

const CANARY = "canary-Zx81-never-print-me";
const HOST = "clerk.example.com";
const fapi = { "identity.frontendApi": HOST };
const TENANT = 'identity.claimsMap["x-hasura-tenant"]';
const mapped = (source: object) => ({
  ...fapi,
  "identity.defaultRole": "user",
  "identity.claimsMap": { "x-hasura-tenant": source },
});

/** Settings of an identity, and the start of the one line that they must give. */
export const IDENTITY_ROWS: [settings: InputRow, line: string][] = [
  [{ ...fapi, "identity.claims": "sessionToken" }, 'identity.claims: "sessionToken" is unknown'],
  [
    { ...fapi, "identity.claims": "session-token", "identity.claimsNamespace": "a" },
    "identity.claimsNamespace:",
  ],
  [
    {
      ...fapi,
      "identity.claims": "session-token",
      "identity.claimsMap": { "x-hasura-user-id": { path: "$.sub" } },
    },
    "identity.claimsMap:",
  ],
  [
    {
      ...fapi,
      "identity.claims": "session-token",
      "identity.signingKey.algorithm": "HS256",
      "identity.signingKey.key": "k".repeat(40),
    },
    "identity.signingKey: is never used",
  ],
  [{ ...fapi, "identity.jwks": "cached" }, 'identity.jwks: "cached" is unknown'],
  [{ ...fapi, "identity.pinnedKeyId": "ins_1" }, "identity.pinnedKeyId: has no effect"],
  [
    { ...fapi, "identity.jwks": "pinned", "identity.pinnedKeyId": "two words" },
    "identity.pinnedKeyId: is not a key",
  ],
  [
    {
      "identity.signingKey.algorithm": "HS256",
      "identity.signingKey.key": "k".repeat(40),
      "identity.jwks": "pinned",
    },
    "identity.jwks: has nothing to",
  ],
  [{ probe: "after up" }, "probe:"],
  [
    { ...fapi, "identity.unauthorizedRole": "true" },
    'identity.unauthorizedRole: "true" looks like a boolean',
  ],
  [{ ...fapi, "identity.defaultRole": "Off" }, 'identity.defaultRole: "Off" looks like a boolean'],
  [
    { ...fapi, "identity.defaultRole": "user", "identity.allowedRoles": ["user", "1"] },
    'identity.allowedRoles[1]: "1" looks like a boolean',
  ],
  [{ ...fapi, "identity.issuer": "yes" }, "identity.issuer: looks like a boolean"],
  [{ ...fapi, "identity.audience": ["enabled"] }, "identity.audience[0]: looks like a boolean"],
  [
    { ...fapi, "identity.claimsNamespace": "true" },
    "identity.claimsNamespace: looks like a boolean",
  ],
  [
    { "identity.jwksUrl": `https://me:${CANARY}@${HOST}/jwks.json` },
    "identity.jwksUrl: holds user info (not shown)",
  ],
  [
    { "identity.jwksUrl": `https://me:${CANARY}/x@${HOST}/jwks.json?a@b` },
    "identity.jwksUrl: holds user info (not shown)",
  ],
  [
    { "identity.jwksUrl": `https://${HOST}/.well-known/openid-configuration?key=${CANARY}` },
    "identity.jwksUrl: is a discovery",
  ],
  [
    { ...fapi, "identity.issuer": `https://me:${CANARY}@${HOST}` },
    "identity.issuer: holds user info",
  ],
  [mapped({ path: '["$.org"]', default: "" }), `${TENANT}.path: has a path within quotes`],
  [
    mapped({ path: "$['$.metadata.tenant']", default: "" }),
    `${TENANT}.path: has a path within quotes`,
  ],
  [
    mapped({ path: "$.org_id" }),
    `${TENANT}: has no default, and Clerk leaves the claim org_id out`,
  ],
  [
    mapped({ path: '$["o"]["slg"]' }),
    `${TENANT}: has no default, and Clerk leaves the claim o out`,
  ],
  [mapped({ path: "$.act.sub" }), `${TENANT}: has no default, and Clerk leaves the claim act out`],
  [
    {
      "identity.signingKey.algorithm": "HS256",
      "identity.signingKey.key": Buffer.from(`-----BEGIN PRIVATE KEY-----\n${CANARY}`).toString(
        "base64",
      ),
    },
    "identity.signingKey.key: is PEM in base64",
  ],
  [
    {
      "identity.signingKey.algorithm": "ES256",
      "identity.signingKey.key": `-----BEGIN EC PRIVATE KEY-----\r\n${CANARY}\r\n-----END EC PRIVATE KEY-----`,
    },
    "identity.signingKey.key: is a private key",
  ],
  [
    {
      "identity.signingKey.algorithm": "RS256",
      "identity.signingKey.key": JSON.stringify([{ kty: "RSA", n: "AA", e: "AQAB", d: CANARY }]),
    },
    "identity.signingKey.key: is JSON",
  ],
];
