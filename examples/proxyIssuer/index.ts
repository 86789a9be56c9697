import * as pulumi from "@pulumi/pulumi";
import { ClaimsSource, ClerkHasura } from "clerk-hasura";

const config = new pulumi.Config();
// As set for the domain in Clerk's dashboard, letter by letter: Clerk writes it into every token as its issuer.
const proxyUrl = config.require("proxyUrl");

const backend = new ClerkHasura("backend", {
  // Under the path /__clerk, `frontendApi: proxyUrl` says the same as jwksUrl and issuer; any other path is said by hand.
  identity: {
    jwksUrl: `${proxyUrl}/.well-known/jwks.json`,
    issuer: proxyUrl,
    claims: ClaimsSource.SessionToken,
  },
  hasura: {
    port: config.getNumber("port"),
    image: config.get("hasuraImage"),
    // Websites that call the API, such as https://app.example.com.
    corsDomains: config.getObject<string[]>("corsDomains") ?? [],
    // For a proxy inside: its network, and the authority that signed its certificate.
    networks: config.getObject<string[]>("networks"),
    caCertificates: config.getObject<string[]>("caCertificates"),
  },
  postgres: {
    port: config.getNumber("postgresPort"),
    image: config.get("postgresImage"),
    majorVersion: config.getNumber("postgresVersion"),
  },
});

export const endpoint = backend.endpoint;
export const adminSecret = backend.adminSecret;
export const jwtSecret = backend.jwtSecret;
export const jwksUrl = backend.jwksUrl;
export const issuer = backend.issuer;
