import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { ClaimsSource, ClerkHasura, type IdentityArgs, SigningAlgorithm } from "clerk-hasura";

const config = new pulumi.Config();

/** Clerk's tokens with a publishable key; without an account those of a generated key. */
function identity(): IdentityArgs {
  const publishableKey = config.get("publishableKey");
  if (publishableKey) return { publishableKey, claims: ClaimsSource.SessionToken };
  const { result } = new random.RandomPassword("signing-key", { length: 64, special: false });
  return {
    signingKey: { algorithm: SigningAlgorithm.HS256, key: result },
    issuer: "https://minimal.invalid",
  };
}

const backend = new ClerkHasura("backend", {
  identity: identity(),
  hasura: { port: config.getNumber("port"), image: config.get("hasuraImage") },
  postgres: {
    port: config.getNumber("postgresPort"),
    image: config.get("postgresImage"),
    majorVersion: config.getNumber("postgresVersion"),
  },
});

export const endpoint = backend.endpoint;
export const adminSecret = backend.adminSecret;
export const jwtSecret = backend.jwtSecret;
export const issuer = backend.issuer;
