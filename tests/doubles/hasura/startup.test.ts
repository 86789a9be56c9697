import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { StartupError } from "./engineError";
import { parseEnvironment } from "./environment";
import type { Json } from "./json";
import { parseJwtSecret } from "./jwtSecret";
import { HS256_KEY } from "./testEngine";

const PREFIX = "Fatal Error:- Environment variable HASURA_GRAPHQL_JWT_SECRET: Error in $";
const CLAIMS_MAP = { "x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user" };

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  return "accepted";
}

function keyPair(type: "rsa" | "ec" | "ed25519" | "dsa") {
  if (type === "rsa") return generateKeyPairSync("rsa", { modulusLength: 2048 });
  if (type === "ec") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  if (type === "ed25519") return generateKeyPairSync("ed25519");
  return generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 });
}

function pem(type: "rsa" | "ec" | "ed25519" | "dsa"): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = keyPair(type);
  return {
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

describe("Hasura double: JWT secret", () => {
  const hs = { type: "HS256", key: HS256_KEY };
  const refused: [string, Json, string][] = [
    ["neither key nor jwk_url", {}, "key and jwk_url both cannot be empty"],
    ["both", { ...hs, jwk_url: "https://a.example/jwks" }, "key, jwk_url both cannot be present"],
    ["key without type", { key: HS256_KEY }, 'key "type" not found'],
    ["PS256", { ...hs, type: "PS256" }, "Invalid JWK: Key type: PS256 is not supported"],
    ["EdDSA", { ...hs, type: "EdDSA" }, "Invalid JWK: Key type: EdDSA is not supported"],
    [
      "a short HS256 key",
      { ...hs, key: "x".repeat(31) },
      "Invalid JWK: Key size too small; should be atleast 32 characters",
    ],
    [
      "a short HS384 key",
      { type: "HS384", key: "x".repeat(47) },
      "should be atleast 48 characters",
    ],
    [
      "a short HS512 key",
      { type: "HS512", key: "x".repeat(63) },
      "should be atleast 64 characters",
    ],
    ["an empty PEM", { type: "RS256", key: "" }, "Invalid JWK: Could not decode PEM: No pem found"],
    [
      "a broken PEM",
      { type: "RS256", key: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" },
      "Invalid JWK: Could not decode PEM: ",
    ],
    [
      "a private key",
      { type: "RS256", key: pem("rsa").privateKey },
      "Invalid JWK: Could not decode PEM: ",
    ],
    ["a DSA key", { type: "RS256", key: pem("dsa").publicKey }, "This key type is not supported"],
    [
      "both namespaces",
      { ...hs, claims_namespace: "a", claims_namespace_path: "$.a" },
      "claims_namespace and claims_namespace_path both cannot be set",
    ],
    [
      "a bad namespace path",
      { ...hs, claims_namespace_path: "$.a..b" },
      "invalid JSON path claims_namespace_path error: ",
    ],
    [
      "claims_map without roles",
      { ...hs, claims_map: { "x-hasura-default-role": "user" } },
      "x-hasura-allowed-roles is expected but not found",
    ],
    [
      "claims_map without default role",
      { ...hs, claims_map: { "x-hasura-allowed-roles": ["user"] } },
      "x-hasura-default-role is expected but not found",
    ],
    [
      "another header type",
      { ...hs, header: { type: "Query" } },
      "expected 'type' is 'Authorization' or 'Cookie' or 'CustomHeader'",
    ],
    [
      "a header as text",
      { ...hs, header: '{"type":"Authorization"}' },
      "expected Object, but encountered String",
    ],
    ["Cookie without name", { ...hs, header: { type: "Cookie" } }, 'key "name" not found'],
    ["an audience with a bad URI", { ...hs, audience: "a b:c" }, "failed to parse StringOrURI"],
    ["an issuer with a bad URI", { ...hs, issuer: "http://a b" }, "failed to parse StringOrURI"],
    ["a skew as text", { ...hs, allowed_skew: "5" }, "expected Number, but encountered String"],
    ["an unknown claims_format", { ...hs, claims_format: "yaml" }, "claims_format"],
    ["a list", [], "expected Object, but encountered Array"],
  ];
  for (const [name, secret, text] of refused) {
    it(`refuses ${name}`, () => {
      const message = refusal(() => parseJwtSecret(JSON.stringify(secret)));
      expect(message.startsWith(PREFIX), message).to.equal(true);
      expect(message).to.contain(text);
      expect(message).not.to.contain(HS256_KEY);
    });
  }

  it("refuses what is no JSON", () => {
    expect(refusal(() => parseJwtSecret("{type:HS256}"))).to.equal(
      `${PREFIX}: Failed reading: not a valid json value`,
    );
  });

  const accepted: [string, Json][] = [
    ["HS256 of 32 bytes measured in UTF-8", { type: "HS256", key: "é".repeat(16) }],
    ["jwk_url without type", { jwk_url: "https://a.example/.well-known/jwks.json" }],
    ["unknown members and nulls", { ...hs, unknown: 1, issuer: null, audience: null }],
    ["an EC key declared RS256", { type: "RS256", key: pem("ec").publicKey }],
    ["Ed25519", { type: "Ed25519", key: pem("ed25519").publicKey }],
    ["header types in any case", { ...hs, header: { type: "COOKIE", name: "session" } }],
    ["CustomHeader", { ...hs, header: { type: "CustomHeader", name: "x-token" } }],
    [
      "claims_map with literals, paths and defaults",
      {
        ...hs,
        claims_map: {
          ...CLAIMS_MAP,
          "x-hasura-user-id": { path: "$.sub" },
          "x-hasura-org-id": { path: "$.o['id']", default: "" },
        },
      },
    ],
    ["several audiences", { ...hs, audience: ["a", "https://b.example"] }],
  ];
  for (const [name, secret] of accepted) {
    it(`accepts ${name}`, () => {
      expect(refusal(() => parseJwtSecret(JSON.stringify(secret)))).to.equal("accepted");
    });
  }
});

describe("Hasura double: environment", () => {
  const base = {
    HASURA_GRAPHQL_METADATA_DATABASE_URL: "postgresql://127.0.0.1/none",
    HASURA_GRAPHQL_ADMIN_SECRET: "s",
  };
  const jwt = { HASURA_GRAPHQL_JWT_SECRET: JSON.stringify({ type: "HS256", key: HS256_KEY }) };
  const without = { ...base, HASURA_GRAPHQL_ADMIN_SECRET: undefined };
  const refused: [string, Record<string, string | undefined>, string][] = [
    [
      "JWT without admin secret",
      { ...without, ...jwt },
      "Fatal Error : --jwt-secret (HASURA_GRAPHQL_JWT_SECRET) requires --admin-secret (HASURA_GRAPHQL_ADMIN_SECRET) or  --access-key (HASURA_GRAPHQL_ACCESS_KEY) to be set",
    ],
    [
      "JWT with an auth hook",
      { ...base, ...jwt, HASURA_GRAPHQL_AUTH_HOOK: "http://a" },
      "Fatal Error: Both webhook and JWT mode cannot be enabled at the same time",
    ],
    [
      "an unauthorized role without admin secret",
      { ...without, HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "anon" },
      "--unauthorized-role",
    ],
    [
      "an unauthorized role with an auth hook",
      { ...base, HASURA_GRAPHQL_AUTH_HOOK: "http://a", HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "anon" },
      "--unauthorized-role",
    ],
    [
      "an empty unauthorized role",
      { ...base, HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "" },
      "empty string not allowed",
    ],
    [
      "no database",
      { HASURA_GRAPHQL_ADMIN_SECRET: "s" },
      "Fatal Error: Either of --metadata-database-url or --database-url option expected",
    ],
    ["no origin at all", { ...base, HASURA_GRAPHQL_CORS_DOMAIN: "" }, "invalid domain: ''"],
    [
      "a star beside an origin",
      { ...base, HASURA_GRAPHQL_CORS_DOMAIN: "https://a.example,*" },
      "invalid domain: '*'",
    ],
    ["a boolean 1", { ...base, HASURA_GRAPHQL_DEV_MODE: "1" }, "Not a valid boolean text"],
    [
      "a boolean 0 that the double has no use for",
      { ...base, HASURA_GRAPHQL_ENABLE_TELEMETRY: "0" },
      "Not a valid boolean text",
    ],
    ["an unknown API", { ...base, HASURA_GRAPHQL_ENABLED_APIS: "graphql,rest" }, "API types"],
    ["an unknown log type", { ...base, HASURA_GRAPHQL_ENABLED_LOG_TYPES: "all" }, "log types"],
    ["an unknown log level", { ...base, HASURA_GRAPHQL_LOG_LEVEL: "loud" }, "LOG_LEVEL"],
    ["a port that is no number", { ...base, HASURA_GRAPHQL_SERVER_PORT: "http" }, "SERVER_PORT"],
    [
      "an auth hook, left out",
      { ...base, HASURA_GRAPHQL_AUTH_HOOK: "http://a" },
      "double of Hasura does not implement",
    ],
    [
      "JWT_SECRETS, left out",
      { ...base, HASURA_GRAPHQL_JWT_SECRETS: "[]" },
      "double of Hasura does not implement",
    ],
    [
      "the allow list, left out",
      { ...base, HASURA_GRAPHQL_ENABLE_ALLOWLIST: "true" },
      "double of Hasura does not implement",
    ],
  ];
  for (const [name, env, text] of refused) {
    it(`refuses ${name}`, () => expect(refusal(() => parseEnvironment(env))).to.contain(text));
  }

  for (const value of ["true", "T", "Yes", "y", "false", "F", "no", "N"]) {
    it(`reads the boolean ${value}`, () => {
      const { devMode } = parseEnvironment({ ...base, HASURA_GRAPHQL_DEV_MODE: value });
      expect(devMode).to.equal(/^[ty]/i.test(value));
    });
  }

  it("tolerates variables it does not know", () => {
    const env = { ...base, HASURA_GRAPHQL_MAX_TOTAL_HEADER_LENGTH: "1", HASURA_GRAPHQL_NEW: "x" };
    expect(refusal(() => parseEnvironment(env))).to.equal("accepted");
  });
});
