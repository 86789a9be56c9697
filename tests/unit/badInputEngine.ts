import type { InputRow } from "../support/stackSettings";

const CANARY = "canary-Zx81-never-print-me";
const production = { "identity.frontendApi": "clerk.example.com", preset: "production" };
const env = (name: string, value = CANARY) => ({ "hasura.env": { [name]: value } });
const guarded = (name: string) => ({
  ...production,
  "hasura.corsDomains": [],
  ...env(name, "yes"),
});
const hasura = (name: string) => `HASURA_GRAPHQL_${name}`;
const at = (name: string, reason: string): string => `hasura.env.${name}: ${reason}`;

/** Settings of the engine, and the start of the one line that they must give. */
export const ENGINE_ROWS: [settings: InputRow, line: string][] = [
  [env(hasura("ENABLE_ALLOWLIST"), "1"), at(hasura("ENABLE_ALLOWLIST"), "cannot be read")],
  [
    env(hasura("STRINGIFY_NUMERIC_TYPES"), "on"),
    at(hasura("STRINGIFY_NUMERIC_TYPES"), "cannot be"),
  ],
  [env(hasura("PRESERVE_401_ERRORS"), ""), at(hasura("PRESERVE_401_ERRORS"), "cannot be read")],
  [env(hasura("LOG_LEVEL"), "warning"), at(hasura("LOG_LEVEL"), "cannot be read")],
  [env(hasura("EVENTS_HTTP_POOL_SIZE"), "0"), at(hasura("EVENTS_HTTP_POOL_SIZE"), "cannot be")],
  [env(hasura("EVENTS_FETCH_INTERVAL"), "1s"), at(hasura("EVENTS_FETCH_INTERVAL"), "cannot be")],
  [
    env(hasura("WEBSOCKET_KEEPALIVE"), "5 seconds"),
    at(hasura("WEBSOCKET_KEEPALIVE"), "cannot be read"),
  ],
  [env(hasura("TX_ISOLATION"), "serialisable"), at(hasura("TX_ISOLATION"), "cannot be read")],
  [
    env(hasura("EXPERIMENTAL_FEATURES"), "true"),
    at(hasura("EXPERIMENTAL_FEATURES"), "cannot be read"),
  ],
  [env(hasura("METADATA_DEFAULTS"), "{"), at(hasura("METADATA_DEFAULTS"), "cannot be read")],
  [env(hasura("AUTH_HOOK")), at(hasura("AUTH_HOOK"), "belongs to webhook mode")],
  [env(hasura("DATABASE_URL")), at(hasura("DATABASE_URL"), "would add a source named default")],
  [env(hasura("ADMIN_SECRETS")), at(hasura("ADMIN_SECRETS"), "is ignored by the community")],
  [env(hasura("JWT_SECRETS")), at(hasura("JWT_SECRETS"), "is ignored by the community")],
  [env(hasura("SERVER_HOST")), at(hasura("SERVER_HOST"), "would let the engine listen")],
  [env(hasura("ADMIN_SECRET_FILE")), at(hasura("ADMIN_SECRET_FILE"), "is never read")],
  [env(hasura("LOG_LEVEL_FILE")), at(hasura("LOG_LEVEL_FILE"), "is never read")],
  [env("PGSSLMODE"), at("PGSSLMODE", "has no effect on connections")],
  [env("SSL_CERT_FILE"), at("SSL_CERT_FILE", "has no effect, because")],
  [env("LD_PRELOAD"), at("LD_PRELOAD", "decides which programs")],
  [env("UID", "1001"), at("UID", "cannot be set in bash")],
  [env(CANARY.repeat(2)), "hasura.env.(52 characters, not shown):"],
  [guarded(hasura("DISABLE_CORS")), at(hasura("DISABLE_CORS"), "undoes hasura.corsDomains")],
  [guarded(hasura("WS_READ_COOKIE")), at(hasura("WS_READ_COOKIE"), "lets a WebSocket")],
  [
    { "hasura.corsDomains": ["https://App.Example.com"] },
    'hasura.corsDomains: "https://App.Example.com" is never sent',
  ],
  [
    { "hasura.corsDomains": ["https://app.example.com:443"] },
    'hasura.corsDomains: "https://app.example.com:443" is never sent',
  ],
  [
    { "hasura.corsDomains": ["https://app.example.com."] },
    'hasura.corsDomains: "https://app.example.com." is never sent',
  ],
  [
    { "hasura.corsDomains": ["capacitor://localhost"] },
    'hasura.corsDomains: "capacitor://localhost" has a scheme',
  ],
  [
    { "hasura.corsDomains": ["https://app-*.example.com"] },
    'hasura.corsDomains: "https://app-*.example.com" has a wildcard where',
  ],
  [
    { "hasura.corsDomains": [`https://me:${CANARY}@app.example.com`] },
    'hasura.corsDomains: "https://***@app.example.com" is never',
  ],
  [
    { "hasura.image": "hasura/graphql-engine:latest.cli-migrations-v3" },
    'hasura.image: "hasura/graphql-engine:latest.cli-migrations-v3" has no fixed tag',
  ],
  [{ "hasura.image": "example.com:5000/hasura:main" }, "hasura.image:"],
  [{ "postgres.image": "pgvector/pgvector:latest-pg17" }, "postgres.image:"],
  [
    { "hasura.image": "hasura/graphql-engine:v1.3.3" },
    'hasura.image: "hasura/graphql-engine:v1.3.3" is of',
  ],
  [
    {
      "hasura.image": `example.com:5000/hasura/graphql-engine:v1.0.0-beta.6@sha256:${"0".repeat(64)}`,
    },
    'hasura.image: "example.com:5000/hasura/graphql-engine:v1.0.0-beta.6@sha256',
  ],
  [
    { "hasura.image": "ghcr.io/hasura/v3-engine:v2026.1.1" },
    'hasura.image: "ghcr.io/hasura/v3-engine',
  ],
  [
    { "postgres.image": "pgvector/pgvector:0.8.1-pg18-trixie" },
    "postgres.majorVersion: is 17 unless set, but the image is of version 18",
  ],
  [
    { "postgres.image": "postgis/postgis:18-3.6", "postgres.majorVersion": 17 },
    "postgres.majorVersion: is 17, but the image is of version 18",
  ],
  [
    { "hasura.logTypes": ["startup", "validate-input-log"] },
    'hasura.logTypes: "validate-input-log" is not known',
  ],
  [
    {
      "hasura.caCertificates": [
        `-----BEGIN CERTIFICATE-----\nAA\n-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END CERTIFICATE-----`,
      ],
    },
    "hasura.caCertificates[0]: is not a PEM certificate",
  ],
  [
    { "postgres.applicationDatabase": "true" },
    'postgres.applicationDatabase: "true" looks like a boolean',
  ],
];
