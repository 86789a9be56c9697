import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { SigningKeyArgs } from "./clerk/identityArgs";
import { SigningAlgorithm } from "./clerk/signingKey";
import { ClerkHasura } from "./components/clerkHasura";
import { ClerkJwtTemplate } from "./components/clerkJwtTemplate";
import { ClerkSigningKey } from "./components/clerkSigningKey";
import { readConfig } from "./program/stackConfig";

const { args, generateSigningKey, template } = readConfig();

/** A stack without an issuer signs its own tokens, so that it can be tried without an account. */
function developmentKey(): SigningKeyArgs {
  const { result } = new random.RandomPassword("signing-key", { length: 64, special: false });
  return { algorithm: SigningAlgorithm.HS256, key: result };
}

const templateKey = template?.key && new ClerkSigningKey("template-key", template.key);
const jwtTemplate =
  template &&
  new ClerkJwtTemplate("template", {
    ...template.settings,
    ...(templateKey && {
      signingKey: { algorithm: templateKey.algorithm, key: templateKey.privateKey },
    }),
  });

/** Known once Clerk has taken its half: the engine must not wait for tokens of a key that Clerk refused. */
function acceptedKey(own: ClerkSigningKey): SigningKeyArgs {
  const key = pulumi.all([own.verificationKey, jwtTemplate?.templateId]).apply(([half]) => half);
  return { algorithm: own.algorithm, key };
}

const signingKey: SigningKeyArgs | undefined = generateSigningKey
  ? developmentKey()
  : templateKey && acceptedKey(templateKey);

const backend = new ClerkHasura("backend", {
  ...args,
  identity: { ...args.identity, ...(signingKey && { signingKey }) },
});

export const endpoint = backend.endpoint;
export const websocketEndpoint = backend.websocketEndpoint;
export const adminSecret = backend.adminSecret;
export const jwtSecret = backend.jwtSecret;
export const databaseUrl = backend.databaseUrl;
export const jwksUrl = backend.jwksUrl;
export const issuer = backend.issuer;
export const tokenShape = backend.tokenShape;
export const clientEnv = backend.clientEnv;
export const templateName = jwtTemplate?.templateName ?? "";
export const containers = backend.containers;
export const imageDigests = backend.imageDigests;
export const dockerEnvironment = backend.dockerEnvironment;
