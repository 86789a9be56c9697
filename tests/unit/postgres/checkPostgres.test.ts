import { expect } from "chai";
import { checkPostgres as check, imageVersion } from "../../../infra/postgres/checkPostgres";
import { itAccepts, itReports } from "../refusals";

/** Rows hold what the types refuse, too. */
const checkPostgres = (input: object) => check(input);
const external = (over: object) => ({
  external: { host: "db.example.com", user: "owner", ...over },
});

describe("checkPostgres", () => {
  itAccepts(checkPostgres, [
    ["nothing, so that every default is sound", {}],
    ["an image whose version is set alike", { image: "postgres:16-bookworm", majorVersion: 16 }],
    [
      "an image that does not tell its version",
      { image: "example.com/db:stable", majorVersion: 16 },
    ],
    ["a name of 63 characters", { applicationDatabase: "a".repeat(63) }],
    [
      "server settings",
      { parameters: { max_connections: "200", "auto_explain.log_min_duration": "1s" } },
    ],
    ["the least of everything", { shmSizeMb: 64, memoryMb: 128, cpus: 0.1, graceSeconds: 90 }],
    ["the volume of another instance", { adoptVolume: "0123456789abcdef" }],
    ["a volume without an instance", { adoptVolume: "unlabeled" }],
    [
      "one database for data and metadata that exists",
      { applicationDatabase: "theirs", metadataDatabase: "theirs", adopt: ["metadataDatabase"] },
    ],
    [
      "an existing database's own name",
      {
        applicationDatabase: "Shop-1",
        metadataDatabase: "postgres",
        adopt: ["applicationDatabase", "metadataDatabase"],
      },
    ],
    ["an existing role of a volume", { engineRole: "Hasura", adoptVolume: "0123456789abcdef" }],
    ["extensions", { extensions: ["postgis", "uuid-ossp", "pg_stat_statements"] }],
    ["a locale of the server's", { collation: "sv_SE.utf8@x", characterType: "C" }],
    ["an external server", external({ port: 6432, sslMode: "require", password: "x" })],
  ]);

  itReports(checkPostgres, [
    ["an image without a tag", { image: "postgres" }, "postgres.image", "no fixed tag"],
    [
      "an image of another version",
      { image: "postgres:16-bookworm" },
      "postgres.majorVersion",
      "of version 16",
    ],
    ["a version too old", { majorVersion: 12 }, "postgres.majorVersion", "13 to 18"],
    ["upper case in a name", { engineRole: "Hasura" }, "postgres.engineRole", '"Hasura"'],
    [
      "a name that starts with a digit",
      { metadataDatabase: "1st" },
      "postgres.metadataDatabase",
      "digit",
    ],
    [
      "a name of 64 characters",
      { applicationDatabase: "a".repeat(64) },
      "postgres.applicationDatabase",
      "1 to 63",
    ],
    [
      "an empty name",
      { applicationDatabase: "" },
      "postgres.applicationDatabase",
      "not a plain Postgres name",
    ],
    [
      "a database of Postgres itself",
      { applicationDatabase: "template1" },
      "postgres.applicationDatabase",
      "belongs to Postgres",
    ],
    [
      "the superuser as the engine's role",
      { engineRole: "postgres" },
      "postgres.engineRole",
      "belongs to Postgres",
    ],
    [
      "a switch for a database",
      { metadataDatabase: "on" },
      "postgres.metadataDatabase",
      "looks like a boolean",
    ],
    ["a switch for a role", { engineRole: "false" }, "postgres.engineRole", "looks like a boolean"],
    [
      "the default version beside an image of another",
      { image: "pgvector/pgvector:pg18" },
      "postgres.majorVersion",
      "is 17 unless set, but the image is of version 18",
    ],
    ["a role that Postgres reserves", { engineRole: "pg_monitor" }, "postgres.engineRole", "pg_"],
    [
      "one database for both",
      { applicationDatabase: "hasura_metadata" },
      "postgres.applicationDatabase",
      "two databases",
    ],
    ["a port out of range", { port: 0 }, "postgres.port", "1 to 65535"],
    ["a bind address that is a name", { bindAddress: "db" }, "postgres.bindAddress", "IPv4"],
    [
      "a setting that the component decides",
      { parameters: { port: "5433" } },
      "postgres.parameters.port",
      "decided by the component",
    ],
    [
      "a setting that would move the data",
      { parameters: { data_directory: "/x" } },
      "postgres.parameters.data_directory",
      "decided by the component",
    ],
    [
      "a setting with a line break",
      { parameters: { work_mem: "4MB\n" } },
      "postgres.parameters.work_mem",
      "one line",
    ],
    [
      "a setting in upper case",
      { parameters: { WORK_MEM: "4MB" } },
      "postgres.parameters.WORK_MEM",
      "lower-case",
    ],
    ["too little shared memory", { shmSizeMb: 63 }, "postgres.shmSizeMb", "64 or more"],
    ["too little memory", { memoryMb: 100 }, "postgres.memoryMb", "128 or more"],
    ["too short a grace", { graceSeconds: 89 }, "postgres.graceSeconds", "90 to 3600"],
    [
      "a stack as the volume's instance",
      { adoptVolume: "clerk-hasura/dev" },
      "postgres.adoptVolume",
      "16 hexadecimal digits",
    ],
    [
      "a switch as the volume's instance",
      { adoptVolume: "true" },
      "postgres.adoptVolume",
      "unlabeled",
    ],
    ["an empty host", external({ host: "" }), "postgres.external.host", "not a host"],
    [
      "a URL as host",
      external({ host: "https://db.example.com" }),
      "postgres.external.host",
      "not a host",
    ],
    [
      "a path as the engine's host",
      external({ engineHost: "db/app" }),
      "postgres.external.engineHost",
      "not a host",
    ],
    [
      "a port of the engine out of range",
      external({ enginePort: -1 }),
      "postgres.external.enginePort",
      "-1",
    ],
    [
      "a TLS mode that does not exist",
      external({ sslMode: "prefer" }),
      "postgres.external.sslMode",
      "verify-full",
    ],
    ["an empty user", external({ user: "" }), "postgres.external.user", "is empty"],
    ["an empty password", external({ password: "" }), "postgres.external.password", "is empty"],
  ]);

  it("never repeats a password that was pasted with the host", () => {
    const problems = checkPostgres(external({ host: "postgres://me:hunter2@db.example.com/app" }));
    expect(problems).to.have.length(1);
    expect(JSON.stringify(problems)).not.to.include("hunter2");
  });

  it("reports all problems of one call together", () => {
    const problems = checkPostgres({ port: 0, engineRole: "postgres", ...external({ user: "" }) });
    expect(problems.map(({ path }) => path)).to.deep.equal([
      "postgres.port",
      "postgres.external.user",
      "postgres.engineRole",
    ]);
  });
});

const DIGEST = `@sha256:${"0".repeat(64)}`;
const TOLD: [image: string, version: number | undefined][] = [
  ["postgres:18", 18],
  [`postgres:18${DIGEST}`, 18],
  ["example.com:5000/library/postgres:17.2-alpine3.20", 17],
  ["pgvector/pgvector:pg18", 18],
  ["pgvector/pgvector:0.8.1-pg18-trixie", 18],
  ["postgis/postgis:18-3.6", 18],
  ["timescale/timescaledb:2.17.2-pg17", 17],
  ["timescale/timescaledb-ha:pg17.2-ts2.17.2", 17],
  ["supabase/postgres:15.1.0.147", 15],
  ["citusdata/citus:postgres_16", 16],
  ["apache/age:release_PG16_1.5.0", 16],
  ["ghcr.io/zalando/spilo-17:4.0-p2", 17],
  ["quay.io/sclorg/postgresql-16-c9s:1-42", 16],
  ["percona/percona-distribution-postgresql:17.2", 17],
  ["ghcr.io/immich-app/postgres:14-vectorchord0.3.0-pgvectors0.2.0", 14],
  ["postgres", undefined],
  [`postgres${DIGEST}`, undefined],
  ["postgres:bookworm", undefined],
  ["citusdata/citus:12.1", undefined],
  ["citusdata/pg_auto_failover:v2.1", undefined],
  ["postgrest/postgrest:v12.2", undefined],
  ["acme/my-postgres:12.1", undefined],
  ["acme/postgres:2.1", undefined],
  ["example.com:5000/acme/db", undefined],
];

describe("imageVersion", () => {
  for (const [image, version] of TOLD) {
    it(`reads ${version ?? "nothing"} out of ${image}`, () => {
      expect(imageVersion(image)).to.equal(version);
    });
  }
});
