import { expect } from "chai";
import { checkPostgres as check, settlePostgres } from "../../../infra/postgres/checkPostgres";
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
    ["roles of other names", { ownerRole: "migrator", readOnlyRole: "reporting" }],
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
    ["a switch for the owner", { ownerRole: "yes" }, "postgres.ownerRole", "looks like a boolean"],
    ["upper case in a role's name", { readOnlyRole: "Bi" }, "postgres.readOnlyRole", "rename it"],
    [
      "the superuser as a role that only reads",
      { readOnlyRole: "postgres" },
      "postgres.readOnlyRole",
      "belongs to Postgres",
    ],
    [
      "one role for the engine and the owner",
      { ownerRole: "hasura" },
      "postgres.ownerRole",
      "is postgres.engineRole too",
    ],
    [
      "the default owner as a role that logs in",
      { readOnlyRole: "app_owner" },
      "postgres.readOnlyRole",
      "is postgres.ownerRole too",
    ],
    [
      "the administrator as the owner",
      { ...external({}), ownerRole: "owner" },
      "postgres.ownerRole",
      "is postgres.external.user too",
    ],
    [
      "an owner beside a role that exists",
      { ownerRole: "migrator", adopt: ["engineRole"] },
      "postgres.ownerRole",
      "cannot be combined with a postgres.adopt of engineRole",
    ],
    [
      "a role that only reads beside a volume that is taken over",
      { readOnlyRole: "reporting", adoptVolume: "unlabeled" },
      "postgres.readOnlyRole",
      "of applicationDatabase and engineRole",
    ],
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

  it("leaves the default owner out where a database or a role that exists decides", () => {
    expect(settlePostgres({}).ownerRole).to.equal("app_owner");
    for (const adopt of [["applicationDatabase"], ["engineRole"]]) {
      expect(settlePostgres({ adopt })).to.not.have.property("ownerRole");
    }
    expect(settlePostgres({ adopt: ["metadataDatabase"] }).ownerRole).to.equal("app_owner");
  });

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
