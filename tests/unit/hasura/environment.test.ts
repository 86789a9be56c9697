import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { refusedName } from "../../../infra/hasura/checkEnv";
import { type HasuraSettings, settleHasura } from "../../../infra/hasura/checkHasura";
import {
  clientEnvironment,
  type EngineSecrets,
  endpointsOf,
  engineEnvironment,
  secretsFile,
} from "../../../infra/hasura/environment";
import { Preset } from "../../../infra/hasura/hasuraArgs";

const SECRETS: EngineSecrets = {
  adminSecret: "admin",
  jwtSecret: '{"type":"HS256","key":"k"}',
  metadataDatabaseUrl: "postgresql://h:m@postgres:5432/hasura_metadata",
  databaseUrl: "postgresql://h:d@postgres:5432/app",
};

const { Development, Production } = Preset;
const settled = (given: Partial<HasuraSettings>, preset: Preset = Production) =>
  settleHasura(given, preset);

const settingsOf = fc.record<Partial<HasuraSettings>>(
  {
    console: fc.boolean(),
    devMode: fc.boolean(),
    corsDomains: fc.array(fc.webUrl(), { maxLength: 3 }),
    enabledApis: fc.subarray(["graphql", "metadata", "config"]),
    logTypes: fc.subarray(["startup", "http-log"]),
    graceSeconds: fc.integer({ min: 10, max: 3600 }),
  },
  { requiredKeys: ["graceSeconds"] },
);

describe("engineEnvironment", () => {
  it("is exactly this in production", () => {
    const production = [
      "HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS=false",
      "HASURA_GRAPHQL_CORS_DOMAIN=https://no-origin.invalid",
      "HASURA_GRAPHQL_DEV_MODE=false",
      "HASURA_GRAPHQL_ENABLED_APIS=graphql,metadata",
      "HASURA_GRAPHQL_ENABLED_LOG_TYPES=startup,http-log,webhook-log,websocket-log,jwk-refresh-log",
      "HASURA_GRAPHQL_ENABLE_CONSOLE=false",
      "HASURA_GRAPHQL_ENABLE_TELEMETRY=false",
      "HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT=60",
      "HASURA_GRAPHQL_SERVER_PORT=8080",
    ];
    expect(engineEnvironment(settled({ graceSeconds: 65 }))).to.deep.equal(production);
  });

  it("is exactly this in development", () => {
    const settings = settled({ graceSeconds: 70 }, Development);
    expect(engineEnvironment(settings, "public")).to.deep.equal([
      "HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS=true",
      "HASURA_GRAPHQL_CORS_DOMAIN=*",
      "HASURA_GRAPHQL_DEV_MODE=true",
      "HASURA_GRAPHQL_ENABLED_APIS=graphql,metadata,config,pgdump",
      "HASURA_GRAPHQL_ENABLED_LOG_TYPES=startup,http-log,webhook-log,websocket-log,jwk-refresh-log",
      "HASURA_GRAPHQL_ENABLE_CONSOLE=true",
      "HASURA_GRAPHQL_ENABLE_TELEMETRY=false",
      "HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT=65",
      "HASURA_GRAPHQL_SERVER_PORT=8080",
      "HASURA_GRAPHQL_UNAUTHORIZED_ROLE=public",
    ]);
  });

  it("lets each setting win over its preset", () => {
    const given = {
      console: false,
      devMode: false,
      corsDomains: ["https://a.example.com", "https://b.example.com"],
      enabledApis: ["graphql"],
      logTypes: ["startup"],
      graceSeconds: 65,
    };
    const environment = engineEnvironment(settled(given, Development));
    expect(environment).to.include.members([
      "HASURA_GRAPHQL_ENABLE_CONSOLE=false",
      "HASURA_GRAPHQL_DEV_MODE=false",
      "HASURA_GRAPHQL_CORS_DOMAIN=https://a.example.com,https://b.example.com",
      "HASURA_GRAPHQL_ENABLED_APIS=graphql",
      "HASURA_GRAPHQL_ENABLED_LOG_TYPES=startup",
    ]);
  });

  it("is sorted, names each variable once, and only variables that the component owns", () => {
    fc.assert(
      fc.property(settingsOf, fc.constantFrom(Development, Production), (given, preset) => {
        const environment = engineEnvironment(settled(given, preset), "anonymous");
        const names = environment.map((line) => line.slice(0, line.indexOf("=")));
        expect(environment).to.deep.equal([...environment].sort());
        expect(new Set(names).size).to.equal(names.length);
        expect(names.filter((name) => refusedName(name) === undefined)).to.deep.equal([]);
      }),
    );
  });
});

describe("secretsFile", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "clerk-hasura-secrets-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The environment that a shell hands on after it sourced the file, as the engine's start script does. */
  function readBack(shell: string, content: string): Map<string, string> {
    const file = join(folder, "secrets.env");
    writeFileSync(file, content, { mode: 0o600 });
    const script = `set -eu; set -a; . "$1"; set +a; exec env -0`;
    const text = execFileSync(shell, ["-c", script, shell, file], {
      encoding: "utf8",
      env: { PATH: process.env.PATH },
      // With a socket as its input bash takes itself for a remote login and reads a start-up file.
      stdio: ["ignore", "pipe", "inherit"],
    });
    const entries = text.split("\0").filter((entry) => entry !== "");
    return new Map(entries.map((entry) => [entry.split("=", 1)[0] ?? "", valuePart(entry)]));
  }

  const valuePart = (entry: string) => entry.slice(entry.indexOf("=") + 1);

  it("is exactly this, sorted by name", () => {
    const content = secretsFile({ ...SECRETS, extra: { Z_KEY: "z", A_KEY: "it's" } });
    expect(content).to.equal(
      [
        "A_KEY='it'\\''s'",
        "HASURA_GRAPHQL_ADMIN_SECRET='admin'",
        `HASURA_GRAPHQL_JWT_SECRET='{"type":"HS256","key":"k"}'`,
        "HASURA_GRAPHQL_METADATA_DATABASE_URL='postgresql://h:m@postgres:5432/hasura_metadata'",
        "PG_DATABASE_URL='postgresql://h:d@postgres:5432/app'",
        "Z_KEY='z'",
        "",
      ].join("\n"),
    );
  });

  it("never lets an extra variable take the place of a secret of the component", () => {
    const content = secretsFile({ ...SECRETS, extra: { HASURA_GRAPHQL_ADMIN_SECRET: "weak" } });
    expect(readBack("sh", content).get("HASURA_GRAPHQL_ADMIN_SECRET")).to.equal("admin");
  });

  // The engine's start script is bash's; plain sh proves that the quoting needs nothing of bash's own.
  for (const shell of ["sh", "bash"]) {
    it(`is read back to the letter by ${shell}: quotes, dollars, backticks, line breaks`, () => {
      const values = [
        "'",
        "''",
        '"',
        "$HOME",
        "$(id)",
        "`id`",
        "a\nb",
        "\\",
        "\\'",
        "!",
        "#",
        " x ",
      ];
      const extra = Object.fromEntries(values.map((value, index) => [`V${index}`, value]));
      const read = readBack(shell, secretsFile({ ...SECRETS, extra }));
      expect(values.map((_, index) => read.get(`V${index}`))).to.deep.equal(values);
    });

    it(`is read back to the letter by ${shell}, whatever the values are`, () => {
      // A variable of the environment cannot hold NUL, in any shell.
      const text = fc.string({ unit: "binary" }).map((value) => value.replaceAll("\0", ""));
      const property = fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (values) => {
        const extra = Object.fromEntries(values.map((value, index) => [`V${index}`, value]));
        const read = readBack(shell, secretsFile({ ...SECRETS, extra }));
        expect(values.map((_, index) => read.get(`V${index}`))).to.deep.equal(values);
        expect(read.get("PG_DATABASE_URL")).to.equal(SECRETS.databaseUrl);
      });
      fc.assert(property, { numRuns: 25 });
    });
  }
});

describe("endpointsOf", () => {
  const rows: [bindAddress: string, authority: string][] = [
    ["127.0.0.1", "127.0.0.1:8080"],
    ["192.0.2.7", "192.0.2.7:8080"],
    ["0.0.0.0", "localhost:8080"],
    ["::", "localhost:8080"],
    ["::1", "[::1]:8080"],
    ["2001:db8::7", "[2001:db8::7]:8080"],
  ];
  for (const [bindAddress, authority] of rows) {
    it(`names ${authority} for ${bindAddress}`, () => {
      const endpoints = endpointsOf(bindAddress, 8080);
      expect(endpoints).to.deep.equal({
        endpoint: `http://${authority}/v1/graphql`,
        websocketEndpoint: `ws://${authority}/v1/graphql`,
      });
      expect(new URL(endpoints.endpoint).port).to.equal("8080");
    });
  }
});

describe("clientEnvironment", () => {
  const endpoints = endpointsOf("127.0.0.1", 8080);
  const urls = {
    NEXT_PUBLIC_HASURA_GRAPHQL_URL: "http://127.0.0.1:8080/v1/graphql",
    NEXT_PUBLIC_HASURA_GRAPHQL_WS_URL: "ws://127.0.0.1:8080/v1/graphql",
  };

  it("holds both addresses", () => {
    expect(clientEnvironment(endpoints)).to.deep.equal(urls);
  });

  it("holds the publishable key where there is one", () => {
    expect(clientEnvironment(endpoints, "pk_test_x")).to.deep.equal({
      NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: "pk_test_x",
      ...urls,
    });
  });
});
