const fapi = { frontendApi: "clerk.example.com" };
const live = { ...fapi, clerkSecretKey: "sk_live_canaryZx81" };
const env = (variables: Record<string, string>) => ({ env: JSON.stringify(variables) });
const hasura = (name: string, value: string) => env({ [`HASURA_GRAPHQL_${name}`]: value });
const tenant = (source: object) => ({
  defaultRole: "user",
  claimsMap: JSON.stringify({ "x-hasura-tenant": source }),
});
const DIGEST = `sha256:${"0".repeat(64)}`;

/** Configuration that is right, close to what is refused. */
export const ACCEPTED: Record<string, string>[] = [
  {
    jwksUrl:
      "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
  },
  { jwksUrl: "https://issuer.example.com:8443/keys/me@tenant?mail=me@example.com" },
  { ...fapi, unauthorizedRole: "anonymous" },
  { ...fapi, audience: "1" },
  { ...fapi, defaultRole: "once", allowedRoles: "online,once,none" },
  { jwksUrl: "https://issuer.example.com/jwks", issuer: "me@project.iam.gserviceaccount.com" },
  { ...fapi, ...tenant({ path: "$.org_id", default: "" }) },
  { ...fapi, ...tenant({ path: "$.metadata.tenant" }) },
  { ...fapi, ...tenant({ path: '$["https://example.com/claims"]["a.b"]' }) },
  { jwksUrl: "https://issuer.example.com/jwks", ...tenant({ path: "$.org_id" }) },
  { ...fapi, signingAlgorithm: "HS256", signingKey: "k".repeat(40), ...tenant({ path: "$.azp" }) },
  { corsDomains: "http://localhost:9695,https://*.example.com:8443,http://my_app:3000" },
  { corsDomains: "http://192.168.0.10:3000,https://xn--bcher-kva.example" },
  hasura("ENABLE_ALLOWLIST", "T"),
  hasura("DISABLE_CORS", "true"),
  { ...fapi, preset: "production", corsDomains: "[]", ...hasura("DISABLE_CORS", "false") },
  hasura("LOG_LEVEL", " WARN "),
  hasura("PG_CONN_LIFETIME", "0.5"),
  hasura("EVENTS_FETCH_INTERVAL", "0"),
  hasura("EXPERIMENTAL_FEATURES", "naming_convention, of_a_later_release"),
  hasura("A_LATER_SWITCH", "1"),
  env({ HTTPS_PROXY: "http://proxy:3128", no_proxy: "localhost", HOME: "/tmp", TZ: "UTC" }),
  env({ LD_SDK_KEY: "x", ENV: "production", CONFIG_FILE: "/x", OTHER_DATABASE_URL: "x" }),
  { hasuraImage: "hasura/graphql-engine:v2.36.9-ce" },
  { hasuraImage: "example.com:5000/acme/engine:1.4.0" },
  { hasuraImage: `hasura/graphql-engine@${DIGEST}` },
  { hasuraImage: `hasura/graphql-engine:latest@${DIGEST}` },
  { hasuraImage: "acme/engine:main-3f2a1bc" },
  { hasuraImage: "acme/engine:local" },
  { postgresImage: "pgvector/pgvector:0.8.1-pg17" },
  { postgresImage: "timescale/timescaledb:2.17.2-pg16", postgresVersion: "16" },
  { postgresImage: "supabase/postgres:15.1.0.147", postgresVersion: "15" },
  { postgresImage: "citusdata/citus:12.1" },
  { postgresImage: "ghcr.io/immich-app/postgres:17-vectorchord0.3.0-pgvectors0.2.0" },
  { logTypes: "startup,validate-insert-input-log" },
  {
    ...live,
    templateShortcodes: "user.last_seen_at",
    templateClaims: '{"variables":{"x-hasura-seen":"at {{user.last_seen_at || \'never\'}}"}}',
  },
  {
    ...live,
    templateClaims:
      '{"shortcodes":["user.plan"],"variables":{"x-hasura-plan":"{{user.plan.name || \'\'}}"}}',
  },
  { ...live, templateClaims: '{"variables":{"x-hasura-i":"is-{{user.has_image || \'none\'}}"}}' },
];
