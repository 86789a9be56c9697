import * as pulumi from "@pulumi/pulumi";
import { HasuraCloud } from "clerk-hasura";

const config = new pulumi.Config();

const cloud = new HasuraCloud("cloud", {
  identity: {
    publishableKey: config.require("publishableKey"),
    unauthorizedRole: config.get("unauthorizedRole"),
  },
  project: {
    projectId: config.require("projectId"),
    token: config.requireSecret("token"),
    adminSecret: config.getSecret("adminSecret"),
    env: config.getSecretObject<Record<string, string>>("env"),
    apiUrl: config.get("apiUrl"),
  },
});

export const issuer = cloud.issuer;
export const jwtSecret = cloud.jwtSecret;
export const ddnAuthConfig = cloud.ddnAuthConfig;
