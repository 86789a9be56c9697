const CANARY = "canary-Zx81-never-print-me";
const HOST = "clerk.example.com";
const publishable = (kind: string) => `pk_${kind}_${Buffer.from(`${HOST}$`).toString("base64")}`;

const fapi = { frontendApi: HOST };
const live = { ...fapi, clerkSecretKey: `sk_live_${CANARY.replaceAll("-", "")}` };
const test = { clerkSecretKey: "sk_test_canaryZx81", preset: "development" };
const claims = (value: object) => ({ ...live, templateClaims: JSON.stringify(value) });

/** Configuration of identity and template, and the start of the one line that it must give. */
export const CLERK_ROWS: [config: Record<string, string>, line: string][] = [
  [{ ...fapi, claims: "sessionToken" }, "identity.claims:"],
  [{ ...fapi, claims: "session-token", claimsNamespace: "a" }, "identity.claimsNamespace:"],
  [
    { ...fapi, claims: "session-token", claimsMap: '{"x-hasura-user-id":{"path":"$.sub"}}' },
    "identity.claimsMap:",
  ],
  [
    { ...fapi, claims: "session-token", signingAlgorithm: "HS256", signingKey: "k".repeat(40) },
    "identity.signingKey:",
  ],
  [{ ...fapi, jwks: "cached" }, "identity.jwks:"],
  [{ ...fapi, pinnedKeyId: "ins_1" }, "identity.pinnedKeyId:"],
  [{ ...fapi, jwks: "pinned", pinnedKeyId: "two words" }, "identity.pinnedKeyId:"],
  [{ signingAlgorithm: "HS256", signingKey: "k".repeat(40), jwks: "pinned" }, "identity.jwks:"],
  [{ ...fapi, clerkSecretKey: CANARY }, "template.secretKey:"],
  [{ ...fapi, clerkSecretKey: publishable("live") }, "template.secretKey:"],
  [{ ...fapi, clerkSecretKey: `Bearer sk_live_${CANARY}` }, "template.secretKey:"],
  [{ ...fapi, clerkSecretKey: `sk_live_${CANARY}\n` }, "template.secretKey:"],
  [{ ...fapi, clerkSecretKey: "sk_test_canaryZx81" }, "template.secretKey:"],
  [{ ...live, preset: "development" }, "template.secretKey:"],
  [{ ...test, publishableKey: publishable("live") }, "template.secretKey:"],
  [test, "template.secretKey:"],
  [
    { jwksUrl: `https://${HOST}/jwks.json`, clerkSecretKey: live.clerkSecretKey },
    "template.secretKey:",
  ],
  [{ ...live, claims: "session-token" }, "identity.claims:"],
  [{ ...fapi, templateName: "api" }, "template.name:"],
  [{ ...live, templateName: "" }, "template.name:"],
  [{ ...live, templateName: "my template" }, "template.name:"],
  [{ ...live, templateName: "a/b" }, "template.name:"],
  [{ ...live, templateLifetimeSeconds: "29" }, "template.lifetimeSeconds:"],
  [{ ...live, templateLifetimeSeconds: "315360001" }, "template.lifetimeSeconds:"],
  [{ ...live, templateLifetimeSeconds: "60.5" }, "template.lifetimeSeconds:"],
  [{ ...live, templateLifetimeSeconds: "an hour" }, "templateLifetimeSeconds:"],
  [{ ...live, templateSkewSeconds: "301" }, "template.allowedSkewSeconds:"],
  [{ ...live, templateSkewSeconds: "-1" }, "template.allowedSkewSeconds:"],
  [{ ...live, templateAdopt: "yes" }, "templateAdopt:"],
  [{ ...live, templateImportId: "a template" }, "template.importId:"],
  [{ ...live, templateImportId: "jtmp_1", templateAdopt: "true" }, "template.importId:"],
  [{ ...live, clerkApiUrl: "http://api.example.com" }, "template.apiUrl:"],
  [{ ...live, clerkApiUrl: `https://user:${CANARY}@api.example.com` }, "template.apiUrl:"],
  [{ ...live, clerkApiUrl: "api.clerk.com" }, "template.apiUrl:"],
  [{ ...live, templateSigningAlgorithm: "HS128" }, "template.signingAlgorithm:"],
  [
    { ...live, templateSigningAlgorithm: "HS256", templateSigningKey: CANARY },
    "template.signingKey.key:",
  ],
  [
    { ...live, templateSigningAlgorithm: "RS256", templateSigningKey: CANARY.repeat(3) },
    "template.signingKey.key:",
  ],
  [{ ...live, templateSigningKey: CANARY.repeat(3) }, "template.signingKey:"],
  [{ ...live, templateKeyRotation: "2" }, "template.keyRotation:"],
  [
    {
      ...live,
      templateSigningAlgorithm: "HS256",
      templateSigningKey: CANARY.repeat(3),
      templateKeyRotation: "2",
    },
    "template.keyRotation:",
  ],
  [claims({ defaultRole: "admin" }), "template.claims.defaultRole:"],
  [claims({ allowedRoles: [] }), "template.claims.allowedRoles:"],
  [claims({ defaultRoleFrom: "user.publicMetadata.role" }), "template.claims.defaultRoleFrom:"],
  [claims({ defaultRoleFrom: "user.unsafe_metadata.role" }), "template.claims.defaultRoleFrom:"],
  [claims({ userIdFrom: "user.organization_id" }), "template.claims.userIdFrom:"],
  [claims({ variables: { "x-hasura-role": "user" } }), "template.claims.variables"],
  [claims({ variables: { tenant: "{{org.id || ''}}" } }), "template.claims.variables"],
  [claims({ variables: { "x-hasura-tenant": "{{org.id}}" } }), "template.claims.variables"],
  [
    claims({ variables: { "x-hasura-tenant": "{{organization.id || ''}}" } }),
    "template.claims.variables",
  ],
  [claims({ organisation: true }), "template.claims"],
  [claims({ namespaceName: "elsewhere" }), "template.claims:"],
  [{ ...live, claimsNamespacePath: "$.hasura.claims" }, "identity.claimsNamespacePath:"],
  [{ ...live, claimsFormat: "stringified_json" }, "identity.claimsFormat:"],
  [{ ...claims({ audience: "web" }), audience: "api" }, "template.claims.audience:"],
  [{ ...live, signingAlgorithm: "HS256", signingKey: "k".repeat(40) }, "identity.signingKey:"],
  [
    {
      ...live,
      signingAlgorithm: "HS256",
      signingKey: "k".repeat(40),
      templateSigningAlgorithm: "HS256",
    },
    "identity.signingKey:",
  ],
  [{ ...live, templateClaims: CANARY }, "templateClaims:"],
  [{ probe: "after up" }, "probe:"],
];
