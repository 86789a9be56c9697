import type { InputRow } from "../support/stackSettings";

const CANARY = "canary-Zx81-never-print-me";
const HOST = "clerk.example.com";
const publishable = (kind: string) => `pk_${kind}_${Buffer.from(`${HOST}$`).toString("base64")}`;

const fapi = { "identity.frontendApi": HOST };
const live = { ...fapi, "template.secretKey": `sk_live_${CANARY.replaceAll("-", "")}` };
const test = { "template.secretKey": "sk_test_canaryZx81", preset: "development" };
const claims = (value: object) => ({ ...live, "template.claims": value });

/** Settings of a template and of the identity beside it, and the start of the one line that they must give. */
export const TEMPLATE_ROWS: [settings: InputRow, line: string][] = [
  [{ ...fapi, "template.secretKey": CANARY }, "template.secretKey: is not a secret"],
  [
    { ...fapi, "template.secretKey": "sk_test_canaryZx81" },
    "template.secretKey: is the key of a development instance (sk_test_…) in",
  ],
  [{ ...live, preset: "development" }, "template.secretKey: is the key of a production"],
  [
    { ...test, "identity.publishableKey": publishable("live") },
    "template.secretKey: is the key of a development instance (sk_test_…), but the publishable key",
  ],
  [test, "template.secretKey: manages a"],
  [
    {
      "identity.jwksUrl": `https://${HOST}/jwks.json`,
      "template.secretKey": live["template.secretKey"],
    },
    "template.secretKey: manages a",
  ],
  [{ ...live, "identity.claims": "session-token" }, "identity.claims: reads session tokens"],
  [{ ...fapi, "template.name": "api" }, "template.secretKey: is missing"],
  [{ ...live, "template.name": "" }, "template.name: is empty; write"],
  [{ ...live, "template.lifetimeSeconds": 29 }, "template.lifetimeSeconds: 29 is out"],
  [{ ...live, "template.lifetimeSeconds": "an hour" }, 'template.lifetimeSeconds: "an hour"'],
  [{ ...live, "template.allowedSkewSeconds": 301 }, "template.allowedSkewSeconds: 301 is out"],
  [{ ...live, "template.adopt": "yes" }, "template.adopt:"],
  [{ ...live, "template.importId": "a template" }, "template.importId: is not a template id"],
  [
    { ...live, "template.importId": "jtmp_1", "template.adopt": true },
    "template.importId: names one template",
  ],
  [
    { ...live, "template.apiUrl": "http://api.example.com" },
    'template.apiUrl: "api.example.com" over http',
  ],
  [
    { ...live, "template.apiUrl": `https://user:${CANARY}@api.example.com` },
    "template.apiUrl: holds user info",
  ],
  [{ ...live, "template.apiUrl": "api.clerk.com" }, "template.apiUrl: has no scheme"],
  [{ ...live, "template.signingKey.algorithm": "HS128" }, "template.signingKey.algorithm:"],
  [
    { ...live, "template.signingKey.algorithm": "HS256", "template.signingKey.key": CANARY },
    "template.signingKey.key: has 26 bytes",
  ],
  [
    {
      ...live,
      "template.signingKey.algorithm": "HS256",
      "template.signingKey.key": CANARY.repeat(3),
      "template.signingKey.rotation": "2",
    },
    "template.signingKey.rotation: cannot be combined with",
  ],
  [claims({ defaultRole: "admin" }), "template.claims.defaultRole:"],
  [claims({ namespaceName: "elsewhere" }), "template.claims: names another namespace"],
  [{ ...live, "identity.claimsNamespacePath": "$.hasura.claims" }, "identity.claimsNamespacePath:"],
  [{ ...live, "identity.claimsFormat": "stringified_json" }, "identity.claimsFormat:"],
  [{ ...claims({ audience: "web" }), "identity.audience": ["api"] }, "template.claims.audience:"],
  [
    {
      ...live,
      "identity.signingKey.algorithm": "HS256",
      "identity.signingKey.key": "k".repeat(40),
    },
    "identity.signingKey: is not the",
  ],
  [
    {
      ...live,
      "identity.signingKey.algorithm": "HS256",
      "identity.signingKey.key": "k".repeat(40),
      "template.signingKey.algorithm": "HS256",
    },
    "identity.signingKey: is not the",
  ],
  [
    { ...claims({ variables: { "x-hasura-seen": "{{user.last_seen_at || ''}}" } }) },
    'template.claims.variables["x-hasura-seen"]: "user.last_seen_at" is not a shortcode',
  ],
  [
    { ...live, "template.shortcodes": ["user.last_seen_at", "user.fist_name"] },
    'template.shortcodes[1]: "user.fist_name" is user.first_name misspelled',
  ],
  [
    { ...live, "template.shortcodes": ["{{user.last_seen_at}}"] },
    'template.shortcodes[0]: "{{user.last_seen_at}}" is not the path',
  ],
];
