import { expect } from "chai";
import { type ClerkHasuraArgs, Preset } from "../../../infra";
import type { HasuraArgs } from "../../../infra/hasura/hasuraArgs";
import {
  ALLOWABLE,
  INNER_APIS,
  isBroadOrigin,
  isDevelopmentHost,
} from "../../../infra/settings/checkProduction";
import { settle } from "../../../infra/settings/settle";
import { production } from "../../support/recordGraph";

const keyOf = (kind: string, host = "clerk.example.com") =>
  `pk_${kind}_${Buffer.from(`${host}$`).toString("base64")}`;
const DEVELOPMENT_HOST = "happy-cat-12.clerk.accounts.dev";
const SOUND: ClerkHasuraArgs = { identity: { frontendApi: "clerk.example.com" } };
const engine = (hasura: HasuraArgs) => ({ ...SOUND, hasura });
const pathsOf = (args: ClerkHasuraArgs) =>
  (settle(production(args)).problems ?? []).map(({ path }) => path);

const ROWS: [ClerkHasuraArgs, string | undefined][] = [
  [SOUND, undefined],
  [{ identity: { publishableKey: keyOf("live") }, postgres: { protectData: true } }, undefined],
  [engine({ corsDomains: ["https://a.example.com"], enabledApis: ["metrics"] }), undefined],
  [engine({ corsDomains: ["https://*.example.com", "https://*.a.example.com:3000"] }), undefined],
  [{ identity: { publishableKey: keyOf("live", DEVELOPMENT_HOST) } }, "identity.publishableKey"],
  [{ identity: { publishableKey: keyOf("test") } }, "identity.publishableKey"],
  [{ identity: { publishableKey: keyOf("test", DEVELOPMENT_HOST) } }, "identity.publishableKey"],
  [{ identity: { frontendApi: DEVELOPMENT_HOST } }, "identity.frontendApi"],
  [
    { identity: { jwksUrl: `https://${DEVELOPMENT_HOST}/.well-known/jwks.json` } },
    "identity.jwksUrl",
  ],
  [
    {
      identity: { jwksUrl: "https://example.com/jwks", issuer: `https://${DEVELOPMENT_HOST}` },
    },
    "identity.issuer",
  ],
  [
    { identity: { jwksUrl: "http://issuer.example.com/jwks", allowHttpJwks: true } },
    "identity.allowHttpJwks",
  ],
  [{}, "identity"],
  [engine({ corsDomains: undefined }), "hasura.corsDomains"],
  [engine({ corsDomains: ["*"] }), "hasura.corsDomains"],
  [engine({ corsDomains: ["https://*.com"] }), "hasura.corsDomains"],
  [engine({ console: true }), "hasura.console"],
  [engine({ devMode: true }), "hasura.devMode"],
  [engine({ enabledApis: ["graphql", "pgdump"] }), "hasura.enabledApis"],
  [
    engine({ env: { HASURA_GRAPHQL_DISABLE_CORS: "true" } }),
    "hasura.env.HASURA_GRAPHQL_DISABLE_CORS",
  ],
  [
    engine({ env: { HASURA_GRAPHQL_WS_READ_COOKIE: "true" } }),
    "hasura.env.HASURA_GRAPHQL_WS_READ_COOKIE",
  ],
  [{ ...SOUND, postgres: { protectData: false } }, "postgres.protectData"],
  [{ ...SOUND, template: { secretKey: "sk_test_abc123" } }, "template.secretKey"],
];

describe("a production stack", () => {
  for (const [args, path] of ROWS) {
    it(`${path === undefined ? "may be" : "may not be"} ${JSON.stringify(args)}`, () => {
      const { problems = [] } = settle(production(args));
      expect(problems.map((it) => it.path)).to.deep.equal(path === undefined ? [] : [path]);
      for (const { reason } of problems) expect(reason).to.match(/^[^\n]+; [^\n]*preset/);
    });

    if (path === undefined) continue;
    it(`may be ${JSON.stringify(args)} in development, or where ${path} is allowed`, () => {
      expect(pathsOf({ ...args, allowInProduction: [path] })).to.deep.equal([]);
      if (path === "template.secretKey") return;
      expect(pathsOf({ ...args, preset: Preset.Development })).to.deep.equal([]);
    });
  }

  it("has a row for everything that can be allowed", () => {
    // The schema's job refuses the last one, and tests of it have its row.
    const paths = [...ROWS.flatMap(([, path]) => path ?? []), "postgres.ownerRole"];
    expect([...new Set(paths)].sort()).to.deep.equal([...ALLOWABLE].sort());
  });

  it("may be at a development instance with that instance's secret key alone", () => {
    const identity = { publishableKey: keyOf("test") };
    const allowInProduction = ["identity.publishableKey"];
    const withKey = (secretKey: string) =>
      pathsOf({ identity, allowInProduction, template: { secretKey } });
    expect(withKey("sk_test_abc123")).to.deep.equal([]);
    expect(withKey("sk_live_abc123")).to.deep.equal(["template.secretKey"]);
  });

  it("is told what can be allowed where something else is named", () => {
    const { problems = [] } = settle(production({ ...SOUND, allowInProduction: ["hasura.port"] }));
    expect(problems.map(({ path }) => path)).to.deep.equal(["allowInProduction[0]"]);
    expect(problems[0]?.reason).to.contain('"hasura.port"').and.contain("hasura.console");
  });

  it("is told everything together", () => {
    const args = { hasura: { console: true }, postgres: { protectData: false } };
    expect(pathsOf(args)).to.have.members(["identity", "hasura.console", "postgres.protectData"]);
  });
});

describe("what production is judged by", () => {
  for (const host of [
    DEVELOPMENT_HOST,
    "https://happy-cat-12.clerk.accounts.dev:443/.well-known/jwks.json",
    "Happy-Cat-12.Clerk.Accounts.DEV.",
    "happy-cat-12.clerk.accountsstage.dev",
    "clerk.inspired.puma-74.lcl.dev",
    "clerk.inspired.puma-74.lclstage.dev",
    "clerk.x.accounts.lclclerk.com",
  ]) {
    it(`knows ${host} for a development instance's`, () => {
      expect(isDevelopmentHost(host)).to.equal(true);
    });
  }

  it("knows hosts and paths that only look like one", () => {
    for (const url of [
      "clerk.accounts.dev.example.com",
      "https://lcl.dev.example",
      "https://example.com/happy-cat-12.clerk.accounts.dev",
    ]) {
      expect(isDevelopmentHost(url), url).to.equal(false);
    }
  });

  it("knows origins of a whole top-level domain", () => {
    for (const origin of ["https://*.com", "https://*.dev:3000", "https://*.com."]) {
      expect(isBroadOrigin(origin), origin).to.equal(true);
    }
    expect(INNER_APIS).to.include("pgdump");
  });
});
