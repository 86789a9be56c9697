import { expect } from "chai";
import {
  checkHasura as check,
  type HasuraInput,
  requiresClaims,
} from "../../../infra/hasura/checkHasura";
import { HASURA_DEFAULTS } from "../../../infra/hasura/hasuraArgs";
import { itAccepts, itReports, itReportsField } from "../refusals";

const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

const checkHasura = (input: HasuraInput) => check(input);

const reports = itReportsField(checkHasura, "hasura");

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

  reports("image", [
    ["an image without a tag", "hasura/graphql-engine", "no fixed tag"],
    ["an engine of version 1", "hasura/graphql-engine:v1.3.3.cli-migrations", "is of version 1"],
    [
      "an engine of version 1 elsewhere, by digest",
      `example.com:5000/graphql-engine:v1.0.0-beta.6@sha256:${"0".repeat(64)}`,
      "is of version 1",
    ],
    ["an engine of a version to come", "hasura/graphql-engine:v3.0.0", "is of version 3"],
    ["the engine of DDN", "ghcr.io/hasura/v3-engine:v2026.1.1", "is not the GraphQL engine"],
    [
      "a connector of DDN",
      `ghcr.io/hasura/ndc-postgres@sha256:${"0".repeat(64)}`,
      "is not the GraphQL engine",
    ],
  ]);
  reports("port", [["a port out of range", 70000, "70000"]]);
  reports("bindAddress", [["a bind address that is a name", "all", "IPv4"]]);
  reports("adminSecret", [
    ["a short admin secret", "s".repeat(31), "has 31 characters"],
    ["an admin secret with a space", `a ${"s".repeat(40)}`, "a space"],
    ["an admin secret outside ASCII", `é${"s".repeat(40)}`, "ASCII"],
  ]);
  reports("corsDomains", [
    ["an origin without a scheme", ["example.com"], "example.com"],
    ["an origin with a path", ["https://example.com/app"], "path"],
    ["any origin in production", ["*"], "every website"],
  ]);
  reports("enabledApis", [["an API that does not exist", ["rest"], '"rest"']]);
  reports("logTypes", [
    ["a log type that does not exist", ["http"], "http-log"],
    [
      "a log type by the name in Hasura's reference",
      ["startup", "validate-input-log"],
      "write validate-insert-input-log",
    ],
  ]);
  reports("caCertificates[0]", [
    [
      "a key among the certificates",
      [
        `${CERTIFICATE}-----BEGIN EC PRIVATE KEY-----\nAA\n-----END EC PRIVATE KEY-----\n${CERTIFICATE}`,
      ],
      "not its key",
    ],
    ["a key instead of a certificate", ["-----BEGIN PRIVATE KEY-----"], "not a PEM certificate"],
  ]);
  itReports(checkHasura, [
    [
      "a variable that undoes the origins",
      { env: { HASURA_GRAPHQL_DISABLE_CORS: "true" } },
      "hasura.env.HASURA_GRAPHQL_DISABLE_CORS",
      "undoes hasura.corsDomains",
    ],
  ]);
  reports("memoryMb", [["too little memory", 255, "256 or more"]]);
  reports("cpus", [["too little processor", 0, "cores"]]);
  reports("graceSeconds", [["too short a grace", 9, "10 to 3600"]]);
  reports("networks", [["the host's network", ["host"], '"host"']]);

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
