import { expect } from "chai";
import fc from "fast-check";
import { checkHasura } from "../../../infra/hasura/checkHasura";
import { Preset, type Stage } from "../../../infra/hasura/hasuraArgs";
import { itAccepts, itReports, type ReportCase } from "../refusals";

type Env = Record<string, string>;
const hasura = (name: string) => `HASURA_GRAPHQL_${name}`;

/** Names that are refused whatever they hold, and what has to be said of each. */
const REFUSED: [name: string, words: string][] = [
  [hasura("ACCESS_KEY"), "old name of the admin secret"],
  [hasura("ADMIN_INTERNAL_ERRORS"), "change the preset"],
  [hasura("ADMIN_SECRET"), "use hasura.adminSecret instead"],
  [hasura("ADMIN_SECRETS"), "ignored by the community edition"],
  [hasura("AUTH_HOOK"), "cannot be combined with the JWT mode"],
  [hasura("AUTH_HOOK_MODE"), "cannot be combined with the JWT mode"],
  [hasura("AUTH_HOOK_SEND_REQUEST_BODY"), "cannot be combined with the JWT mode"],
  [hasura("CORS_DOMAIN"), "use hasura.corsDomains instead"],
  [hasura("DATABASE_URL"), "change from_env in the metadata's databases.yaml to PG_DATABASE_URL"],
  [hasura("DEV_MODE"), "use hasura.devMode instead"],
  [hasura("ENABLED_APIS"), "use hasura.enabledApis instead"],
  [hasura("ENABLED_LOG_TYPES"), "use hasura.logTypes instead"],
  [hasura("ENABLE_CONSOLE"), "use hasura.console instead"],
  [hasura("ENABLE_TELEMETRY"), "is always false here"],
  [hasura("GRACEFUL_SHUTDOWN_TIMEOUT"), "use hasura.graceSeconds instead"],
  [hasura("JWT_SECRET"), "use identity.jwksUrl, identity.signingKey"],
  [hasura("JWT_SECRETS"), "ignored by the community edition"],
  [hasura("METADATA_DATABASE_URL"), "use postgres.metadataDatabase"],
  [hasura("SERVER_HOST"), "use hasura.bindAddress"],
  [hasura("SERVER_PORT"), "use hasura.port"],
  [hasura("UNAUTHORIZED_ROLE"), "use identity.unauthorizedRole instead"],
  ["PG_DATABASE_URL", "a name of your own, such as OTHER_DATABASE_URL"],
  [hasura("JWT_SECRET_FILE"), "and HASURA_GRAPHQL_JWT_SECRET is set by the component"],
  ["PG_DATABASE_URL_FILE", "and PG_DATABASE_URL is set by the component"],
  [hasura("ENABLE_ALLOWLIST_FILE"), "give the value itself as HASURA_GRAPHQL_ENABLE_ALLOWLIST"],
  ...["SSL_CERT_DIR", "SSL_CERT_FILE", "SYSTEM_CERTIFICATE_PATH"].map((name): [string, string] => [
    name,
    "put the certificates of authorities into hasura.caCertificates",
  ]),
  ...["PGHOST", "PGPASSWORD", "PGSSLMODE", "PGSSLROOTCERT", "PGOPTIONS", "PGSERVICEFILE"].map(
    (name): [string, string] => [name, "or rename the variable where metadata reads it"],
  ),
  ...["PATH", "BASH_ENV", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"].map(
    (name): [string, string] => [name, "build an image of your own"],
  ),
  ...["UID", "EUID", "PPID", "SHELLOPTS", "BASHOPTS", "BASH_VERSINFO"].map(
    (name): [string, string] => [name, "cannot be set in bash"],
  ),
];

/** What the engine reads of the variables that are no text, and what it ends at. */
const VALUES: [name: string, sound: string[], unsound: string[], allowed: string][] = [
  [
    "ENABLE_ALLOWLIST",
    ["true", "FALSE", "t", "F", "Yes", "n"],
    ["1", "0", "on", "off", "", " true", "enabled"],
    "true, t, yes, y, false, f, no or n",
  ],
  ["INFER_FUNCTION_PERMISSIONS", ["no"], ["0"], "true, t,"],
  ["WEBSOCKET_KEEPALIVE", ["0", " 5 "], ["5s", "-1", "1.5", "", "1_000"], "a whole number of 0"],
  ["MAX_TOTAL_HEADER_LENGTH", ["1048576"], ["1024*1024", "1MB"], "a whole number"],
  ["EVENTS_HTTP_POOL_SIZE", ["1"], ["0"], "a whole number of 1"],
  ["SCHEMA_SYNC_POLL_INTERVAL", ["0", "1000", "1.5", "1e3"], ["1000ms", "-1", ""], "a number of 0"],
  ["MIGRATIONS_SERVER_PORT", ["9691"], ["0", "65536", "http"], "a TCP port"],
  ["MIGRATIONS_SERVER_TIMEOUT", ["30"], ["30s"], "a whole number"],
  ["LOG_LEVEL", ["warn", "INFO", " debug "], ["warning", "trace", ""], "debug, info, warn, error"],
  ["DEFAULT_NAMING_CONVENTION", ["graphql-default"], ["graphql", "GraphQL-default"], "hasura-def"],
  ["TX_ISOLATION", ["read-committed"], ["read committed"], "read-committed, repeatable-read"],
  ["EXPERIMENTAL_FEATURES", ["naming_convention, hide_stream_fields"], ["true", "1", ""], "names"],
  ["METADATA_DEFAULTS", ['{"a":{}}'], ["a=b"], "JSON"],
];

const envProblems = (env: Env, stage?: Stage) => checkHasura({ env }, stage);

describe("variables of the engine", () => {
  const check = (env: Env) => envProblems(env);
  itReports(
    check,
    REFUSED.map(
      ([name, words]): ReportCase<Env> => [name, { [name]: "x" }, `hasura.env.${name}`, words],
    ),
  );
  for (const [name, sound, unsound, allowed] of VALUES) {
    itAccepts(
      check,
      sound.map((text): [string, Env] => [`${name} of "${text}"`, { [hasura(name)]: text }]),
    );
    itReports(
      check,
      unsound.map((text): ReportCase<Env> => {
        const path = `hasura.env.${hasura(name)}`;
        const words = `cannot be read by Hasura, which would not start; allowed: ${allowed}`;
        return [`${name} of "${text}"`, { [hasura(name)]: text }, path, words];
      }),
    );
  }
  itReports(check, [
    ["a NUL", { A: "a\0b" }, "hasura.env.A", "NUL"],
    ["a value that is not a string", { A: 7 as unknown as string }, "hasura.env.A", "quotes"],
    ["a name with a dash", { "MY-KEY": "x" }, "hasura.env.MY-KEY", "not a variable name"],
  ]);

  for (const name of [hasura("DISABLE_CORS"), hasura("WS_READ_COOKIE")]) {
    it(`lets ${name} be on in development alone, or where it is allowed by name`, () => {
      const path = `hasura.env.${name}`;
      const production = { preset: Preset.Production, allowed: [] };
      for (const stage of [production, undefined]) {
        expect(envProblems({ [name]: "Y" }, stage).map((it) => it.path)).to.deep.equal([path]);
      }
      expect(envProblems({ [name]: "Y" }, { ...production, allowed: [path] })).to.deep.equal([]);
      const development = { preset: Preset.Development, allowed: [] };
      expect(envProblems({ [name]: "Y" }, development)).to.deep.equal([]);
      expect(envProblems({ [name]: "no" })).to.deep.equal([]);
    });
  }

  it("never repeats a value, nor a name that may be one", () => {
    const env = { [`sk_live_${"canary".repeat(9)}`]: "canary", A: "canary\0", PATH: "canary" };
    const text = JSON.stringify(envProblems({ ...env, [hasura("LOG_LEVEL")]: "canary" }));
    expect(text).not.to.include("canary");
  });
});

const PATH = "hasura.corsDomains";
const ALLOWED =
  'allowed: http or https, host and port without a path, such as "https://app.example.com" (or "*")';
const told = (corsDomains: string[], preset: Preset = Preset.Production) =>
  checkHasura({ corsDomains }, { preset, allowed: [] }).map(({ path, reason }) => {
    expect(path).to.equal(PATH);
    return reason;
  });

/** What somebody writes, and what a browser sends in its place. */
const NEVER_SENT: [written: string, sent: string][] = [
  ["https://App.Example.com", "https://app.example.com"],
  ["HTTPS://app.example.com", "https://app.example.com"],
  ["https://app.example.com:443", "https://app.example.com"],
  ["http://localhost:80", "http://localhost"],
  ["https://app.example.com/", "https://app.example.com"],
  ["https://app.example.com/shop?a#b", "https://app.example.com"],
  ["https://app.example.com.", "https://app.example.com"],
  ["https://app.example.com.:8443", "https://app.example.com:8443"],
  ["https://*.Example.com:443/", "https://*.example.com"],
  ["https://bücher.example", "https://xn--bcher-kva.example"],
  ["http://localhost:03000", "http://localhost:3000"],
  ["http://127.1:3000", "http://127.0.0.1:3000"],
];

describe("originProblems", () => {
  for (const origin of [
    "https://app.example.com",
    "http://localhost:3000",
    "https://*.example.com:8443",
    "http://*.localhost",
    "http://my_app:3000",
    "http://192.168.0.10",
    "https://example.com:80",
  ]) {
    it(`accepts ${origin}`, () => expect(told([origin])).to.deep.equal([]));
  }

  for (const [written, sent] of NEVER_SENT) {
    it(`says what a browser sends in place of ${written}`, () => {
      const [reason = ""] = told([written]);
      expect(reason).to.match(/ is never sent by a browser; /);
      expect(reason.endsWith(`; ${ALLOWED}; write "${sent}"`), reason).to.equal(true);
      expect(told([sent])).to.deep.equal([]);
    });
  }

  const noScheme = `${ALLOWED}; write the scheme, https:// as a rule, before the host`;
  for (const [origin, reason] of [
    ["app.example.com", `"app.example.com" is not an origin; ${noScheme}`],
    ["null", `"null" is not an origin; ${noScheme}`],
    ["", `"" is not an origin; ${noScheme}`],
    [
      "capacitor://localhost",
      `"capacitor://localhost" has a scheme that Hasura refuses at its start; ${noScheme}`,
    ],
    [
      "https://app-*.example.com",
      `"https://app-*.example.com" has a wildcard where Hasura does not support one; allowed: "*." before a host, for one label; write "https://*.example.com", or list the origins`,
    ],
    ["https://a b", `"https://a b" is not an origin; ${ALLOWED}; check host and port`],
    [
      "http://a.example:99999",
      `"http://a.example:99999" is not an origin; ${ALLOWED}; check host and port`,
    ],
    [
      "http://[::1]:3000",
      `"http://[::1]:3000" has an IPv6 address, which Hasura cannot read in an origin; ${ALLOWED}; write a host name, such as "http://localhost:3000"`,
    ],
    [
      "http://a.example:0",
      `"http://a.example:0" has port 0; ${ALLOWED}; write the port of the website`,
    ],
  ] as const) {
    it(`refuses "${origin}"`, () => expect(told([origin])).to.deep.equal([reason]));
  }

  it("never shows user info", () => {
    expect(told(["https://me:hunter2@app.example.com"]).join()).not.to.match(/hunter2|me:/);
  });

  it("takes every website alone, and in development alone", () => {
    expect(told(["*"], Preset.Development)).to.deep.equal([]);
    expect(told(["*"])[0]).to.match(/^"\*" lets every website call the API; /);
    expect(told(["*", "https://a.example"], Preset.Development)[0]).to.match(/^"\*" stands beside/);
  });

  it("accepts no text but what a browser sends", () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
        const { origin } = new URL(url);
        expect(told([url]).length === 0).to.equal(url === origin);
      }),
    );
  });
});
