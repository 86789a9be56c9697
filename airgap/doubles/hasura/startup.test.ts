import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { StartupError } from "./engineError";
import { parseEnvironment } from "./environment";
import type { Json } from "./json";
import { parseJwtSecret } from "./jwtSecret";
import { HS256_KEY } from "./testEngine";

const PREFIX = "Fatal Error:- Environment variable HASURA_GRAPHQL_JWT_SECRET";
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
  const refused: [string, string, string][] = [
    [
      "a DSA key",
      JSON.stringify({ type: "RS256", key: pem("dsa").publicKey }),
      "Error in $: Invalid JWK: This key type is not supported",
    ],
    [
      "an audience that is a number",
      JSON.stringify({ ...hs, audience: [5] }),
      "Error in $.audience: parsing StringOrURI failed, expected String, but encountered Number",
    ],
    [
      "required claims that are no list",
      JSON.stringify({ ...hs, extra_required_claims: "issuer" }),
      "Error in $['extra_required_claims']: parsing [] failed, expected Array, but encountered String",
    ],
    [
      "a required claim that is not checked",
      JSON.stringify({ ...hs, extra_required_claims: ["sub"] }),
      "Error in $['extra_required_claims']: unexpected claim \"sub\"",
    ],
    ["a member without a value", '{"type":}', 'Unexpected "}", expecting JSON value'],
    ["a member without a colon", '{"type" "a"}', 'Unexpected "\\"a\\"}", expecting :'],
    ["a list that does not end", '["a" 1]', 'Unexpected "1]", expecting , or ]'],
  ];
  for (const [name, secret, text] of refused) {
    it(`refuses ${name}`, () => {
      expect(refusal(() => parseJwtSecret(secret))).to.equal(`${PREFIX}: ${text}`);
    });
  }

  it("prints a private key that it is given, as the engine does", () => {
    const key = pem("rsa").privateKey;
    const message = refusal(() => parseJwtSecret(JSON.stringify({ type: "RS256", key })));
    const [, base64 = ""] = /-----\n([\s\S]+)\n-----/.exec(key) ?? [];
    expect(message).to.contain(Buffer.from(base64, "base64").toString("hex"));
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
  const refused: [string, Record<string, string | undefined>, string][] = [
    [
      "a boolean of a name that it only accepts",
      { ...base, HASURA_GRAPHQL_PRESERVE_401_ERRORS: "1" },
      "HASURA_GRAPHQL_PRESERVE_401_ERRORS:  Not a valid boolean text",
    ],
    [
      "an auth hook, left out",
      { ...base, HASURA_GRAPHQL_AUTH_HOOK: "http://a" },
      "double of Hasura does not implement",
    ],
    [
      "an experimental feature, left out",
      { ...base, HASURA_GRAPHQL_EXPERIMENTAL_FEATURES: "inherited_roles" },
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
