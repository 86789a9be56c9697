import { ResourceType } from "../../../infra/docker/resourceTypes";
import { UNKNOWN } from "../../../policy/rules/policyRule";
import {
  container,
  DEVELOPMENT,
  engine,
  type FixtureTable,
  fails,
  PRODUCTION,
  passes,
  postgres,
  resourceOf,
} from "./fixture";

const port = (internal: number, ip?: unknown) => ({
  ports: [{ internal, external: internal, ...(ip === undefined ? {} : { ip }) }],
});
const provider = (props: Record<string, unknown>) =>
  resourceOf(ResourceType.PostgresProvider, props);
const asked = { ...PRODUCTION, engineAddresses: ["0.0.0.0"] };

export const NETWORK_FIXTURES: FixtureTable = {
  "database-port-on-loopback": [
    passes("loopback", postgres(port(5432, "127.0.0.1"))),
    passes("loopback of IPv6", postgres(port(5432, "::1"))),
    passes("another loopback address", postgres(port(5432, "127.0.0.53"))),
    passes("no port", postgres({})),
    passes("another server's port", container(port(8000, "0.0.0.0"))),
    passes("an address that is not known yet", postgres(port(5432, UNKNOWN))),
    passes("every port, of what is no database", container({ publishAllPorts: true })),
    fails("every address", postgres(port(5432, "0.0.0.0")), "5432 is published on 0.0.0.0"),
    fails("no address, which means every one", postgres(port(5432)), "on 0.0.0.0"),
    fails("an empty address", postgres(port(5432, "")), "on 0.0.0.0"),
    fails("every address of IPv6", postgres(port(5432, "::")), "on ::"),
    fails("a private address", postgres(port(5432, "10.0.0.5")), "on 10.0.0.5"),
    fails("development too", postgres(port(5432)), "5432", { settings: DEVELOPMENT }),
    fails("a number as text", postgres({ ports: [{ internal: "5432" }] }), "5432"),
    fails("another port of a database", postgres(port(6432, "0.0.0.0")), "6432"),
    fails("another kind of database", container(port(6379)), "6379"),
    fails("every port at once", postgres({ publishAllPorts: true }), "publishAllPorts"),
    ...[
      "bitnami/postgresql:17",
      "bitnamilegacy/postgresql-repmgr:17",
      "ghcr.io/cloudnative-pg/postgresql:17.2",
      "registry.redhat.io/rhel9/postgresql-15",
      "registry.example.com:5000/crunchy-postgres@sha256:0",
      "timescale/timescaledb-ha:pg17",
      "ghcr.io/zalando/spilo-17:4.0-p2",
      "supabase/postgres:17",
    ].map((image) =>
      fails(`another port of ${image}`, container({ image, ...port(6432) }), "port 6432"),
    ),
    ...[
      "prometheuscommunity/postgres-exporter:v0.16",
      "postgrest/postgrest:v12",
      "example/postgresql-client:1",
      "edoburu/pgbouncer:1",
    ].map((image) =>
      passes(`a port of ${image}, which is no server`, container({ image, ...port(9187) })),
    ),
    fails(
      "another port beside another image's folder of data",
      container({
        ...port(6432),
        volumes: [{ volumeName: "data", containerPath: "/bitnami/postgresql" }],
      }),
      "port 6432",
    ),
  ],
  "engine-port-as-asked": [
    passes("loopback", engine([], port(8080, "127.0.0.1"))),
    passes("an address that was asked for", engine([], port(8080, "0.0.0.0")), asked),
    passes("another server", container(port(8080))),
    passes(
      "every port, where every address was asked for",
      engine([], { publishAllPorts: true }),
      asked,
    ),
    fails("every port at once", engine([], { publishAllPorts: true }), "publishAllPorts"),
    fails(
      "every port at once, where one address was asked for",
      engine([], { publishAllPorts: true }),
      "every address",
      { settings: { ...asked, engineAddresses: ["192.0.2.1"] } },
    ),
    fails("every address", engine([], port(8080, "0.0.0.0")), "nobody asked for"),
    fails("no address", engine([], port(8080)), "on 0.0.0.0"),
    fails("another address than asked for", engine([], port(8080, "192.0.2.1")), "192.0.2.1", {
      settings: asked,
    }),
  ],
  "no-host-network": [
    passes("the default", container({})),
    passes("a network of its own", container({ networkMode: "bridge" })),
    fails("the host's", container({ networkMode: "host" }), 'networkMode is "host"'),
  ],
  "no-host-namespaces": [
    passes("the default", container({})),
    passes("another container's", container({ ipcMode: "shareable" })),
    fails("processes", container({ pidMode: "host" }), "pidMode"),
    fails("memory and users", container({ ipcMode: "host", usernsMode: "host" }), [
      "ipcMode",
      "usernsMode",
    ]),
  ],
  "postgres-over-tls": [
    passes("a checked certificate", provider({ host: "db.example.com", sslmode: "verify-full" })),
    passes("loopback", provider({ host: "127.0.0.1", sslmode: "disable" })),
    passes("localhost", provider({ host: "localhost", sslmode: "disable" })),
    passes("a socket", provider({ host: "/run/postgresql", sslmode: "disable" })),
    passes("a host not known yet", provider({ host: UNKNOWN, sslmode: "disable" })),
    fails("none", provider({ host: "db.example.com", sslmode: "disable" }), '"disable"'),
    fails("none where the server has none", provider({ host: "10.0.0.5", sslmode: "prefer" }), [
      '"prefer"',
    ]),
    fails(
      "a name that only begins like loopback",
      provider({ host: "127.0.0.1.example.com", sslmode: "allow" }),
      '"allow"',
    ),
  ],
};
