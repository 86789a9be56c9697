import * as random from "@pulumi/random";
import { SigningAlgorithm } from "./clerk/signingKey";
import { ClerkHasura } from "./clerkHasura";
import type { ClerkHasuraArgs } from "./clerkHasuraArgs";
import { readConfig } from "./config";

const { args, generateSigningKey } = readConfig();

/** A stack without an issuer signs its own tokens, so that it can be tried without an account. */
function withDevelopmentKey(given: ClerkHasuraArgs): ClerkHasuraArgs {
  const { result } = new random.RandomPassword("signing-key", { length: 64, special: false });
  const signingKey = { algorithm: SigningAlgorithm.HS256, key: result };
  return { ...given, identity: { ...given.identity, signingKey } };
}

const backend = new ClerkHasura("backend", generateSigningKey ? withDevelopmentKey(args) : args);

export const endpoint = backend.endpoint;
export const websocketEndpoint = backend.websocketEndpoint;
export const adminSecret = backend.adminSecret;
export const jwtSecret = backend.jwtSecret;
export const databaseUrl = backend.databaseUrl;
export const jwksUrl = backend.jwksUrl;
export const issuer = backend.issuer;
export const tokenShape = backend.tokenShape;
export const clientEnv = backend.clientEnv;
export const containers = backend.containers;
export const imageDigests = backend.imageDigests;
