import { ClerkHasura } from "./components/clerkHasura";
import { stackConfig } from "./program/stackConfig";

const backend = new ClerkHasura("backend", stackConfig());

export const endpoint = backend.endpoint;
export const websocketEndpoint = backend.websocketEndpoint;
export const adminSecret = backend.adminSecret;
export const jwtSecret = backend.jwtSecret;
export const databaseUrl = backend.databaseUrl;
export const readOnlyDatabaseUrl = backend.readOnlyDatabaseUrl;
export const jwksUrl = backend.jwksUrl;
export const issuer = backend.issuer;
export const tokenShape = backend.tokenShape;
export const clientEnv = backend.clientEnv;
export const templateName = backend.templateName;
export const containers = backend.containers;
export const imageDigests = backend.imageDigests;
export const dockerEnvironment = backend.dockerEnvironment;
