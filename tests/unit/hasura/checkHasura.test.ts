import { expect } from "chai";
import { checkHasura } from "../../../infra/hasura/checkHasura";
import { OWNED_VARIABLES } from "../../../infra/hasura/environment";
import { Preset } from "../../../infra/hasura/hasuraArgs";
import { itAccepts, itReports } from "../validation/itReports";

const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

describe("checkHasura", () => {
  itAccepts(checkHasura, [
    ["nothing, so that every default is sound", {}],
    ["an image by tag", { image: "hasura/graphql-engine:v2.50.10" }],
    ["an admin secret of 32 characters", { adminSecret: "x".repeat(32) }],
    [
      "origins with a port or a wildcard",
      { corsDomains: ["http://localhost:3000", "https://*.example.com"] },
    ],
    ["any origin in development", { preset: Preset.Development, corsDomains: ["*"] }],
    [
      "every API",
      { enabledApis: ["graphql", "metadata", "config", "pgdump", "developer", "metrics"] },
    ],
    ["the log types of the JWKS and of queries", { logTypes: ["jwk-refresh-log", "query-log"] }],
    ["variables of one's own", { env: { PAYMENT_KEY: "x", HASURA_GRAPHQL_LOG_LEVEL: "warn" } }],
    ["the least memory, cores and grace", { memoryMb: 256, cpus: 0.1, graceSeconds: 10 }],
    ["a network made by somebody", { networks: ["shared"] }],
    ["a certificate", { caCertificates: [CERTIFICATE] }],
  ]);

  itReports(checkHasura, [
    ["an image without a tag", { image: "hasura/graphql-engine" }, "hasura.image", "no fixed tag"],
    ["a port out of range", { port: 70000 }, "hasura.port", "70000"],
    ["a bind address that is a name", { bindAddress: "all" }, "hasura.bindAddress", "IPv4"],
    [
      "a preset that does not exist",
      { preset: "staging" as Preset },
      "hasura.preset",
      "development, production",
    ],
    [
      "a short admin secret",
      { adminSecret: "s".repeat(31) },
      "hasura.adminSecret",
      "has 31 characters",
    ],
    [
      "an admin secret with a space",
      { adminSecret: `a ${"s".repeat(40)}` },
      "hasura.adminSecret",
      "a space",
    ],
    [
      "an admin secret outside ASCII",
      { adminSecret: `é${"s".repeat(40)}` },
      "hasura.adminSecret",
      "ASCII",
    ],
    [
      "an origin without a scheme",
      { corsDomains: ["example.com"] },
      "hasura.corsDomains",
      "example.com",
    ],
    [
      "an origin with a path",
      { corsDomains: ["https://example.com/app"] },
      "hasura.corsDomains",
      "path",
    ],
    ["any origin in production", { corsDomains: ["*"] }, "hasura.corsDomains", "every website"],
    ["an API that does not exist", { enabledApis: ["rest"] }, "hasura.enabledApis", '"rest"'],
    ["a log type that does not exist", { logTypes: ["http"] }, "hasura.logTypes", "http-log"],
    [
      "a name that is no variable",
      { env: { "MY-KEY": "x" } },
      "hasura.env.MY-KEY",
      "no name of a variable",
    ],
    [
      "a value that is no text",
      { env: { PORT: 3000 as unknown as string } },
      "hasura.env.PORT",
      "text",
    ],
    ["too little memory", { memoryMb: 255 }, "hasura.memoryMb", "256 or more"],
    ["too little processor", { cpus: 0 }, "hasura.cpus", "cores"],
    ["too short a grace", { graceSeconds: 9 }, "hasura.graceSeconds", "10 to 3600"],
    ["the host's network", { networks: ["host"] }, "hasura.networks", '"host"'],
    [
      "a key instead of a certificate",
      { caCertificates: ["-----BEGIN PRIVATE KEY-----"] },
      "hasura.caCertificates[0]",
      "no PEM certificate",
    ],
  ]);

  for (const name of OWNED_VARIABLES) {
    it(`refuses ${name}, which the component sets`, () => {
      const paths = checkHasura({ env: { [name]: "x" } }).map(({ path }) => path);
      expect(paths).to.deep.equal([`hasura.env.${name}`]);
    });
  }

  it("reports all problems of one call together", () => {
    const paths = checkHasura({ port: 0, graceSeconds: 1, networks: ["none"] });
    expect(paths.map(({ path }) => path)).to.deep.equal([
      "hasura.port",
      "hasura.graceSeconds",
      "hasura.networks",
    ]);
  });

  it("never repeats a secret", () => {
    const secret = "hunter2 hunter2";
    const problems = checkHasura({
      adminSecret: secret,
      env: { "a-b": secret, PG_DATABASE_URL: secret },
    });
    expect(problems).to.have.length(3);
    expect(JSON.stringify(problems)).not.to.include("hunter2");
  });
});
