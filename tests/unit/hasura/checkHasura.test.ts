import { expect } from "chai";
import {
  checkHasura as check,
  type HasuraInput,
  requiresClaims,
} from "../../../infra/hasura/checkHasura";
import { HASURA_DEFAULTS } from "../../../infra/hasura/hasuraArgs";
import { itAccepts, itReports } from "../refusals";

const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

const checkHasura = (input: HasuraInput) => check(input);

describe("checkHasura", () => {
  itAccepts(checkHasura, [
    ["nothing, so that every default is sound", {}],
    ["an image by tag", { image: "hasura/graphql-engine:v2.50.10" }],
    ["an admin secret of 32 characters", { adminSecret: "x".repeat(32) }],
    [
      "origins with a port or a wildcard",
      { corsDomains: ["http://localhost:3000", "https://*.example.com"] },
    ],
    [
      "every API",
      { enabledApis: ["graphql", "metadata", "config", "pgdump", "developer", "metrics"] },
    ],
    [
      "the log types of the JWKS, of queries and of insert checks",
      { logTypes: ["jwk-refresh-log", "query-log", "validate-insert-input-log"] },
    ],
    ["an image of one's own, whatever its version", { image: "acme/engine:1.4.0" }],
    ["an engine whose tag tells no version", { image: "hasura/graphql-engine:pull9-3f2a1bc" }],
    ["the community edition by name", { image: "hasura/graphql-engine:v2.36.9-ce" }],
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
      "a log type by the name in Hasura's reference",
      { logTypes: ["startup", "validate-input-log"] },
      "hasura.logTypes",
      "write validate-insert-input-log",
    ],
    [
      "an engine of version 1",
      { image: "hasura/graphql-engine:v1.3.3.cli-migrations" },
      "hasura.image",
      "is of version 1",
    ],
    [
      "an engine of version 1 elsewhere, by digest",
      { image: `example.com:5000/graphql-engine:v1.0.0-beta.6@sha256:${"0".repeat(64)}` },
      "hasura.image",
      "is of version 1",
    ],
    [
      "an engine of a version to come",
      { image: "hasura/graphql-engine:v3.0.0" },
      "hasura.image",
      "is of version 3",
    ],
    [
      "the engine of DDN",
      { image: "ghcr.io/hasura/v3-engine:v2026.1.1" },
      "hasura.image",
      "is not the GraphQL engine",
    ],
    [
      "a connector of DDN",
      { image: `ghcr.io/hasura/ndc-postgres@sha256:${"0".repeat(64)}` },
      "hasura.image",
      "is not the GraphQL engine",
    ],
    [
      "a key among the certificates",
      {
        caCertificates: [
          `${CERTIFICATE}-----BEGIN EC PRIVATE KEY-----\nAA\n-----END EC PRIVATE KEY-----\n${CERTIFICATE}`,
        ],
      },
      "hasura.caCertificates[0]",
      "not its key",
    ],
    [
      "a variable that undoes the origins",
      { env: { HASURA_GRAPHQL_DISABLE_CORS: "true" } },
      "hasura.env.HASURA_GRAPHQL_DISABLE_CORS",
      "undoes hasura.corsDomains",
    ],
    ["too little memory", { memoryMb: 255 }, "hasura.memoryMb", "256 or more"],
    ["too little processor", { cpus: 0 }, "hasura.cpus", "cores"],
    ["too short a grace", { graceSeconds: 9 }, "hasura.graceSeconds", "10 to 3600"],
    ["the host's network", { networks: ["host"] }, "hasura.networks", '"host"'],
    [
      "a key instead of a certificate",
      { caCertificates: ["-----BEGIN PRIVATE KEY-----"] },
      "hasura.caCertificates[0]",
      "not a PEM certificate",
    ],
  ]);

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

const DIGEST = `@sha256:${"0".repeat(64)}`;

describe("requiresClaims", () => {
  const rows: [image: string, required: boolean][] = [
    [HASURA_DEFAULTS.image, true],
    ["hasura/graphql-engine:v2.49.4", true],
    ["hasura/graphql-engine:v2.50.0", true],
    [`hasura/graphql-engine:v2.51.3${DIGEST}`, true],
    ["hasura/graphql-engine:v2.50.10.cli-migrations-v3", true],
    ["registry.example.com:5000/team/engine:2.49.12-ce", true],
    ["hasura/graphql-engine:v2.49.3", false],
    ["hasura/graphql-engine:v2.48.15", false],
    ["hasura/graphql-engine:v2.9.10", false],
    [`hasura/graphql-engine${DIGEST}`, false],
    ["registry.example.com:5000/team/engine:stable", false],
    ["registry.example.com/team/engine:5.50.1", false],
  ];
  for (const [image, required] of rows) {
    it(`${required ? "holds for" : "does not hold for"} ${image}`, () => {
      expect(requiresClaims(image)).to.equal(required);
      expect(requiresClaims(image, !required)).to.equal(!required);
    });
  }
});
