import * as pulumi from "@pulumi/pulumi";
import { ClerkHasura, Preset } from "clerk-hasura";

const config = new pulumi.Config();

const backend = new ClerkHasura("backend", {
  // Serves the console, and lets any website and any user of a Clerk instance for development in.
  preset: Preset.Development,
  // Without a key of Clerk's, the stack makes one of its own.
  identity: { publishableKey: config.get("publishableKey") },
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
