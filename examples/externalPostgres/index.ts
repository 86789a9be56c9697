import * as pulumi from "@pulumi/pulumi";
import { ClerkHasura, Preset, type SslMode } from "clerk-hasura";

const config = new pulumi.Config();
// A network on which the engine finds the server; a server with a public name needs none.
const network = config.get("network");

const backend = new ClerkHasura("backend", {
  preset: Preset.Development,
  hasura: {
    port: config.getNumber("port"),
    image: config.get("hasuraImage"),
    networks: network ? [network] : [],
  },
  postgres: {
    // Of psql, which proves that the engine can log in before it is started.
    image: config.get("postgresImage"),
    majorVersion: config.getNumber("postgresVersion"),
    external: {
      host: config.require("databaseHost"),
      port: config.getNumber("databasePort"),
      // A role with LOGIN, CREATEDB and CREATEROLE is enough.
      user: config.require("databaseUser"),
      password: config.requireSecret("databasePassword"),
      // Where the engine's container reaches the server by another address than this machine.
      engineHost: config.get("databaseEngineHost"),
      enginePort: config.getNumber("databaseEnginePort"),
      // verify-full unless set.
      sslMode: config.get<SslMode>("databaseSslMode"),
    },
  },
});

export const endpoint = backend.endpoint;
export const adminSecret = backend.adminSecret;
export const jwtSecret = backend.jwtSecret;
export const issuer = backend.issuer;
export const databaseUrl = backend.databaseUrl;
export const containers = backend.containers;
