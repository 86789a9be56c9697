const CANARY = "canary-Zx81-never-print-me";
const HOST = "clerk.example.com";
const publishable = (kind: string) => `pk_${kind}_${Buffer.from(`${HOST}$`).toString("base64")}`;

const fapi = { frontendApi: HOST };
const live = { ...fapi, clerkSecretKey: `sk_live_${CANARY.replaceAll("-", "")}` };
const test = { clerkSecretKey: "sk_test_canaryZx81", preset: "development" };
const TENANT = 'identity.claimsMap["x-hasura-tenant"]';
const mapped = (source: object) => ({
  ...fapi,
  defaultRole: "user",
  claimsMap: JSON.stringify({ "x-hasura-tenant": source }),
});
const claims = (value: object) => ({ ...live, templateClaims: JSON.stringify(value) });

/** Configuration of identity and template, and the start of the one line that it must give. */
export const CLERK_ROWS: [config: Record<string, string>, line: string][] = [
  [{ ...fapi, claims: "sessionToken" }, 'identity.claims: "sessionToken" is unknown'],
  [{ ...fapi, claims: "session-token", claimsNamespace: "a" }, "identity.claimsNamespace:"],
  [
    { ...fapi, claims: "session-token", claimsMap: '{"x-hasura-user-id":{"path":"$.sub"}}' },
    "identity.claimsMap:",
  ],
  [
    { ...fapi, claims: "session-token", signingAlgorithm: "HS256", signingKey: "k".repeat(40) },
    "identity.signingKey: is never used",
  ],
  [{ ...fapi, jwks: "cached" }, 'identity.jwks: "cached" is unknown'],
  [{ ...fapi, pinnedKeyId: "ins_1" }, "identity.pinnedKeyId: has no effect"],
  [{ ...fapi, jwks: "pinned", pinnedKeyId: "two words" }, "identity.pinnedKeyId: is no key"],
  [
    { signingAlgorithm: "HS256", signingKey: "k".repeat(40), jwks: "pinned" },
    "identity.jwks: has nothing to",
  ],
  [{ ...fapi, clerkSecretKey: CANARY }, "template.secretKey: is no secret"],
  [{ ...fapi, clerkSecretKey: publishable("live") }, "template.secretKey: is the publishable"],
  [
    { ...fapi, clerkSecretKey: `Bearer sk_live_${CANARY}` },
    'template.secretKey: begins with "Bearer"',
  ],
  [{ ...fapi, clerkSecretKey: `sk_live_${CANARY}\n` }, "template.secretKey: holds white space"],
  [
    { ...fapi, clerkSecretKey: "sk_test_canaryZx81" },
    "template.secretKey: is the key of a development instance (sk_test_…) in",
  ],
  [{ ...live, preset: "development" }, "template.secretKey: is the key of a production"],
  [
    { ...test, publishableKey: publishable("live") },
    "template.secretKey: is the key of a development instance (sk_test_…), but the publishable key",
  ],
  [test, "template.secretKey: manages a"],
  [
    { jwksUrl: `https://${HOST}/jwks.json`, clerkSecretKey: live.clerkSecretKey },
    "template.secretKey: manages a",
  ],
  [{ ...live, claims: "session-token" }, "identity.claims: reads session tokens"],
  [{ ...fapi, templateName: "api" }, "template.name: has no effect"],
  [{ ...live, templateName: "" }, "template.name: is empty; write"],
  [{ ...live, templateName: "my template" }, "template.name: holds white space"],
  [{ ...live, templateName: "a/b" }, 'template.name: "a/b" is no'],
  [{ ...live, templateLifetimeSeconds: "29" }, "template.lifetimeSeconds: 29 is out"],
  [{ ...live, templateLifetimeSeconds: "315360001" }, "template.lifetimeSeconds: 315360001 is out"],
  [{ ...live, templateLifetimeSeconds: "60.5" }, "template.lifetimeSeconds: 60.5 is out"],
  [{ ...live, templateLifetimeSeconds: "an hour" }, "templateLifetimeSeconds:"],
  [{ ...live, templateSkewSeconds: "301" }, "template.allowedSkewSeconds: 301 is out"],
  [{ ...live, templateSkewSeconds: "-1" }, "template.allowedSkewSeconds: -1 is out"],
  [{ ...live, templateAdopt: "yes" }, "templateAdopt:"],
  [{ ...live, templateImportId: "a template" }, "template.importId: is no id"],
  [
    { ...live, templateImportId: "jtmp_1", templateAdopt: "true" },
    "template.importId: names one template",
  ],
  [
    { ...live, clerkApiUrl: "http://api.example.com" },
    'template.apiUrl: "api.example.com" over http',
  ],
  [
    { ...live, clerkApiUrl: `https://user:${CANARY}@api.example.com` },
    "template.apiUrl: holds user info",
  ],
  [{ ...live, clerkApiUrl: "api.clerk.com" }, "template.apiUrl: has no scheme"],
  [{ ...live, templateSigningAlgorithm: "HS128" }, "template.signingAlgorithm:"],
  [
    { ...live, templateSigningAlgorithm: "HS256", templateSigningKey: CANARY },
    "template.signingKey.key: has 26 bytes",
  ],
  [
    { ...live, templateSigningAlgorithm: "RS256", templateSigningKey: CANARY.repeat(3) },
    "template.signingKey.key: is no PEM",
  ],
  [{ ...live, templateSigningKey: CANARY.repeat(3) }, "template.signingKey:"],
  [{ ...live, templateKeyRotation: "2" }, "template.keyRotation: has no effect without"],
  [
    {
      ...live,
      templateSigningAlgorithm: "HS256",
      templateSigningKey: CANARY.repeat(3),
      templateKeyRotation: "2",
    },
    "template.keyRotation: cannot be combined with",
  ],
  [claims({ defaultRole: "admin" }), "template.claims.defaultRole:"],
  [claims({ allowedRoles: [] }), "template.claims.allowedRoles:"],
  [
    claims({ defaultRoleFrom: "user.publicMetadata.role" }),
    'template.claims.defaultRoleFrom: "user.publicMetadata.role" is no',
  ],
  [
    claims({ defaultRoleFrom: "user.unsafe_metadata.role" }),
    "template.claims.defaultRoleFrom: user.unsafe_metadata.role is written",
  ],
  [claims({ userIdFrom: "user.organization_id" }), "template.claims.userIdFrom:"],
  [
    claims({ variables: { "x-hasura-role": "user" } }),
    'template.claims.variables["x-hasura-role"]: is set by',
  ],
  [
    claims({ variables: { tenant: "{{org.id || ''}}" } }),
    'template.claims.variables["tenant"]: is no session',
  ],
  [
    claims({ variables: { "x-hasura-tenant": "{{org.id}}" } }),
    'template.claims.variables["x-hasura-tenant"]: is null when',
  ],
  [
    claims({ variables: { "x-hasura-tenant": "{{organization.id || ''}}" } }),
    'template.claims.variables["x-hasura-tenant"]: "organization.id" is no',
  ],
  [claims({ organisation: true }), "template.claims: has the unknown"],
  [claims({ namespaceName: "elsewhere" }), "template.claims: names another namespace"],
  [{ ...live, claimsNamespacePath: "$.hasura.claims" }, "identity.claimsNamespacePath:"],
  [{ ...live, claimsFormat: "stringified_json" }, "identity.claimsFormat:"],
  [{ ...claims({ audience: "web" }), audience: "api" }, "template.claims.audience:"],
  [
    { ...live, signingAlgorithm: "HS256", signingKey: "k".repeat(40) },
    "identity.signingKey: is not the",
  ],
  [
    {
      ...live,
      signingAlgorithm: "HS256",
      signingKey: "k".repeat(40),
      templateSigningAlgorithm: "HS256",
    },
    "identity.signingKey: is not the",
  ],
  [{ ...live, templateClaims: CANARY }, "templateClaims:"],
  [{ probe: "after up" }, "probe:"],
  [{ ...fapi, unauthorizedRole: "true" }, 'identity.unauthorizedRole: "true" is a switch'],
  [{ ...fapi, defaultRole: "Off" }, 'identity.defaultRole: "Off" is a switch'],
  [
    { ...fapi, defaultRole: "user", allowedRoles: '["user","1"]' },
    'identity.allowedRoles[1]: "1" is a switch',
  ],
  [{ ...fapi, issuer: "yes" }, "identity.issuer: is a switch"],
  [{ ...fapi, audience: "enabled" }, "identity.audience[0]: is a switch"],
  [{ ...fapi, claimsNamespace: "true" }, "identity.claimsNamespace: is a switch"],
  [{ ...live, templateName: "on" }, 'template.name: "on" is a switch'],
  [
    { jwksUrl: `https://me:${CANARY}@${HOST}/jwks.json` },
    "identity.jwksUrl: holds user info (not shown)",
  ],
  [
    { jwksUrl: `https://me:${CANARY}/x@${HOST}/jwks.json?a@b` },
    "identity.jwksUrl: holds user info (not shown)",
  ],
  [
    { jwksUrl: `https://${HOST}/.well-known/openid-configuration?key=${CANARY}` },
    "identity.jwksUrl: is a discovery",
  ],
  [{ ...fapi, issuer: `https://me:${CANARY}@${HOST}` }, "identity.issuer: holds user info"],
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
      signingAlgorithm: "HS256",
      signingKey: Buffer.from(`-----BEGIN PRIVATE KEY-----\n${CANARY}`).toString("base64"),
    },
    "identity.signingKey.key: is PEM in base64",
  ],
  [
    {
      signingAlgorithm: "ES256",
      signingKey: `-----BEGIN EC PRIVATE KEY-----\r\n${CANARY}\r\n-----END EC PRIVATE KEY-----`,
    },
    "identity.signingKey.key: is a private key",
  ],
  [
    {
      signingAlgorithm: "RS256",
      signingKey: JSON.stringify([{ kty: "RSA", n: "AA", e: "AQAB", d: CANARY }]),
    },
    "identity.signingKey.key: is JSON",
  ],
  [
    { ...claims({ variables: { "x-hasura-seen": "{{user.last_seen_at || ''}}" } }) },
    'template.claims.variables["x-hasura-seen"]: "user.last_seen_at" is no shortcode',
  ],
  [
    { ...live, templateShortcodes: "user.last_seen_at,user.fist_name" },
    'template.shortcodes[1]: "user.fist_name" is user.first_name misspelt',
  ],
  [
    { ...live, templateShortcodes: "{{user.last_seen_at}}" },
    'template.shortcodes[0]: "{{user.last_seen_at}}" is no path',
  ],
];
