import type { InputRow } from "../support/stackSettings";

const fapi = { "identity.frontendApi": "clerk.example.com" };
const live = { ...fapi, "template.secretKey": "sk_live_canaryZx81" };
const env = (variables: Record<string, string>) => ({ "hasura.env": variables });
const hasura = (name: string, value: string) => env({ [`HASURA_GRAPHQL_${name}`]: value });
const tenant = (source: object) => ({
  "identity.defaultRole": "user",
  "identity.claimsMap": { "x-hasura-tenant": source },
});
const DIGEST = `sha256:${"0".repeat(64)}`;

/** Settings that are right, close to what is refused. */
export const ACCEPTED: InputRow[] = [
  {
    "identity.jwksUrl":
      "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
  },
  { "identity.jwksUrl": "https://issuer.example.com:8443/keys/me@tenant?mail=me@example.com" },
  { ...fapi, "identity.unauthorizedRole": "anonymous" },
  { ...fapi, "identity.audience": ["1"] },
  { ...fapi, "identity.defaultRole": "once", "identity.allowedRoles": ["online", "once", "none"] },
  {
    "identity.jwksUrl": "https://issuer.example.com/jwks",
    "identity.issuer": "me@project.iam.gserviceaccount.com",
  },
  { ...fapi, ...tenant({ path: "$.org_id", default: "" }) },
  { ...fapi, ...tenant({ path: "$.metadata.tenant" }) },
  { ...fapi, ...tenant({ path: '$["https://example.com/claims"]["a.b"]' }) },
  { "identity.jwksUrl": "https://issuer.example.com/jwks", ...tenant({ path: "$.org_id" }) },
  {
    ...fapi,
    "identity.signingKey.algorithm": "HS256",
    "identity.signingKey.key": "k".repeat(40),
    ...tenant({ path: "$.azp" }),
  },
  {
    "hasura.corsDomains": [
      "http://localhost:9695",
      "https://*.example.com:8443",
      "http://my_app:3000",
    ],
  },
  { "hasura.corsDomains": ["http://192.168.0.10:3000", "https://xn--bcher-kva.example"] },
  hasura("ENABLE_ALLOWLIST", "T"),
  hasura("DISABLE_CORS", "true"),
  { ...fapi, preset: "production", "hasura.corsDomains": [], ...hasura("DISABLE_CORS", "false") },
  hasura("LOG_LEVEL", " WARN "),
  hasura("PG_CONN_LIFETIME", "0.5"),
  hasura("EVENTS_FETCH_INTERVAL", "0"),
  hasura("EXPERIMENTAL_FEATURES", "naming_convention, of_a_later_release"),
  hasura("A_LATER_SWITCH", "1"),
  env({ HTTPS_PROXY: "http://proxy:3128", no_proxy: "localhost", HOME: "/tmp", TZ: "UTC" }),
  env({ LD_SDK_KEY: "x", ENV: "production", CONFIG_FILE: "/x", OTHER_DATABASE_URL: "x" }),
  { "hasura.image": "hasura/graphql-engine:v2.36.9-ce" },
  { "hasura.image": "example.com:5000/acme/engine:1.4.0" },
  { "hasura.image": `hasura/graphql-engine@${DIGEST}` },
  { "hasura.image": `hasura/graphql-engine:latest@${DIGEST}` },
  { "hasura.image": "acme/engine:main-3f2a1bc" },
  { "hasura.image": "acme/engine:local" },
  { "postgres.image": "pgvector/pgvector:0.8.1-pg17" },
  { "postgres.image": "timescale/timescaledb:2.17.2-pg16", "postgres.majorVersion": 16 },
  { "postgres.image": "supabase/postgres:15.1.0.147", "postgres.majorVersion": 15 },
  { "postgres.image": "citusdata/citus:12.1" },
  { "postgres.image": "ghcr.io/immich-app/postgres:17-vectorchord0.3.0-pgvectors0.2.0" },
  { "hasura.logTypes": ["startup", "validate-insert-input-log"] },
  {
    ...live,
    "template.shortcodes": ["user.last_seen_at"],
    "template.claims": { variables: { "x-hasura-seen": "at {{user.last_seen_at || 'never'}}" } },
  },
  {
    ...live,
    "template.claims": {
      shortcodes: ["user.plan"],
      variables: { "x-hasura-plan": "{{user.plan.name || ''}}" },
    },
  },
  {
    ...live,
    "template.claims": { variables: { "x-hasura-i": "is-{{user.has_image || 'none'}}" } },
  },
  { ...live, "template.signingKey.rotation": "2" },
  { ...live, "template.signingKey.key": "k".repeat(40) },
];
