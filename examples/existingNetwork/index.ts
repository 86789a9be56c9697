import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { ClerkHasura, Preset } from "clerk-hasura";

const config = new pulumi.Config();
const network = config.require("network");
const dockerHost = config.get("dockerHost");
const team = { label: "com.example.team", value: config.get("team") ?? "backend" };

/** A Docker engine of your own choice; a provider for each engine, where there are several. */
const engine = new docker.Provider("engine", { host: dockerHost });

/** Labels every container. Labels stay in the order of their keys, because the provider compares lists. */
const labelled: pulumi.ResourceTransform = ({ type, props, opts }) => {
  if (type !== "docker:index/container:Container") return undefined;
  const labels = [...props.labels, team].sort((a, b) => (a.label < b.label ? -1 : 1));
  return { props: { ...props, labels }, opts };
};

function backend(name: string, ports: { hasura: number; postgres: number }): ClerkHasura {
  return new ClerkHasura(
    name,
    {
      preset: Preset.Development,
      // Neither takes a token of the other's: each makes a key of its own, and names an issuer of its own.
      identity: { issuer: `https://${name}.invalid` },
      dockerHost,
      hasura: { port: ports.hasura, networks: [network], image: config.get("hasuraImage") },
      postgres: {
        port: ports.postgres,
        image: config.get("postgresImage"),
        majorVersion: config.getNumber("postgresVersion"),
      },
    },
    { providers: { docker: engine }, transforms: [labelled] },
  );
}

const shop = backend("shop", {
  hasura: config.getNumber("port") ?? 8080,
  postgres: config.getNumber("postgresPort") ?? 5432,
});
const billing = backend("billing", {
  hasura: config.getNumber("billingPort") ?? 8081,
  postgres: config.getNumber("billingPostgresPort") ?? 5433,
});

export const endpoints = { shop: shop.endpoint, billing: billing.endpoint };
export const adminSecrets = { shop: shop.adminSecret, billing: billing.adminSecret };
export const jwtSecrets = { shop: shop.jwtSecret, billing: billing.jwtSecret };
export const containers = { shop: shop.containers, billing: billing.containers };
