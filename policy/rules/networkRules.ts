import { ResourceType } from "../../infra/docker/resourceTypes";
import { SslMode } from "../../infra/postgres/postgresArgs";
import { isDatabasePort, isEngine, isPostgres, portsOf } from "./containers";
import { PolicyLevel, type ResourceRule } from "./policyRule";
import { isLoopback, textAt } from "./properties";

const types = [ResourceType.Container];

const databasePort: ResourceRule = {
  name: "database-port-on-loopback",
  description: "a database's port is published on loopback only",
  remedy: 'set the port\'s address to "127.0.0.1" and reach the database over a Docker network',
  level: PolicyLevel.Mandatory,
  types,
  check(resource) {
    const published = portsOf(resource)
      .filter(({ internal }) => isPostgres(resource) || isDatabasePort(internal))
      .filter(({ address }) => address !== undefined && !isLoopback(address))
      .map(({ internal, address }) => `port ${internal} is published on ${address}`);
    if (resource.props.publishAllPorts !== true || !isPostgres(resource)) return published;
    return [...published, "publishAllPorts opens the database's port on every address"];
  },
};

const enginePort: ResourceRule = {
  name: "engine-port-as-asked",
  description: "the engine is published beyond loopback only if the stack asks for it",
  remedy:
    "set hasura.bindAddress in the stack's configuration, or put a reverse proxy in front of loopback",
  level: PolicyLevel.Mandatory,
  types,
  check(resource, { engineAddresses }) {
    if (!isEngine(resource)) return [];
    const published = portsOf(resource).flatMap(({ internal, address = "127.0.0.1" }) =>
      isLoopback(address) || engineAddresses.includes(address)
        ? []
        : [`port ${internal} is published on ${address}, which nobody asked for`],
    );
    if (resource.props.publishAllPorts !== true || engineAddresses.includes("0.0.0.0")) {
      return published;
    }
    return [...published, "publishAllPorts opens its port on every address"];
  },
};

const hostNetwork: ResourceRule = {
  name: "no-host-network",
  description: "no container shares the host's network",
  remedy: "remove networkMode and join a Docker network",
  level: PolicyLevel.Mandatory,
  types,
  check: ({ props }) =>
    textAt(props, "networkMode") === "host"
      ? ['networkMode is "host", so every port of the container is the host\'s']
      : [],
};

const hostNamespaces: ResourceRule = {
  name: "no-host-namespaces",
  description: "no container shares the host's processes, memory or users",
  remedy: "remove pidMode, ipcMode and usernsMode",
  level: PolicyLevel.Mandatory,
  types,
  check: ({ props }) =>
    ["pidMode", "ipcMode", "usernsMode"]
      .filter((mode) => textAt(props, mode) === "host")
      .map((mode) => `${mode} is "host"`),
};

const PLAIN_MODES: readonly string[] = [SslMode.Disable, "allow", "prefer"];

const postgresOverTls: ResourceRule = {
  name: "postgres-over-tls",
  description: "a Postgres server beyond loopback is reached over TLS",
  remedy: `set sslMode to "${SslMode.VerifyFull}", or use a tunnel that ends on loopback`,
  level: PolicyLevel.Mandatory,
  types: [ResourceType.PostgresProvider],
  check({ props }) {
    const host = textAt(props, "host");
    const mode = textAt(props, "sslmode");
    if (host === undefined || mode === undefined || !PLAIN_MODES.includes(mode)) return [];
    // A socket of this host, or loopback: nobody else reads along.
    if (host === "" || host.startsWith("/") || isLoopback(host)) return [];
    return [`sslmode is "${mode}" for a server on another host, so passwords and rows may be read`];
  },
};

/** Who can reach what. */
export const NETWORK_RULES: readonly ResourceRule[] = [
  databasePort,
  enginePort,
  hostNetwork,
  hostNamespaces,
  postgresOverTls,
];
