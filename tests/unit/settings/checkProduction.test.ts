import { expect } from "chai";
import { checkProduction, type ProductionInput } from "../../../infra/settings/checkProduction";

const SOUND: ProductionInput = { generateSigningKey: false, hasura: { corsDomains: [] } };
const keyOf = (kind: string, host = "clerk.example.com") =>
  `pk_${kind}_${Buffer.from(`${host}$`).toString("base64")}`;
const DEVELOPMENT_HOSTS = [
  "happy-cat-12.clerk.accounts.dev",
  "Happy-Cat-12.Clerk.Accounts.DEV.",
  "happy-cat-12.clerk.accountsstage.dev",
  "clerk.inspired.puma-74.lcl.dev",
  "clerk.inspired.puma-74.lclstage.dev",
  "clerk.x.accounts.lclclerk.com",
];
const cors = (...corsDomains: string[]) => ({ hasura: { corsDomains } });

const ROWS: [Partial<ProductionInput>, string | undefined][] = [
  [{}, undefined],
  [{ publishableKey: keyOf("live"), protectData: true, allowHttpJwks: false }, undefined],
  [{ publishableKey: "no key at all" }, undefined],
  [{ hasura: { corsDomains: ["https://a.example.com"], enabledApis: ["metrics"] } }, undefined],
  [{ frontendApi: "clerk.accounts.dev.example.com", issuer: "https://lcl.dev.example" }, undefined],
  [{ jwksUrl: "https://example.com/happy-cat-12.clerk.accounts.dev" }, undefined],
  [cors("https://*.example.com", "https://*.a.example.com:3000"), undefined],
  [{ publishableKey: keyOf("live", DEVELOPMENT_HOSTS[0]) }, "identity.publishableKey"],
  [{ publishableKey: keyOf("test", DEVELOPMENT_HOSTS[0]) }, "identity.publishableKey"],
  ...DEVELOPMENT_HOSTS.flatMap((host): [Partial<ProductionInput>, string][] => [
    [{ frontendApi: host }, "identity.frontendApi"],
    [{ frontendApi: `https://${host}` }, "identity.frontendApi"],
    [{ jwksUrl: `https://${host}:443/.well-known/jwks.json` }, "identity.jwksUrl"],
    [{ issuer: `https://${host}` }, "identity.issuer"],
  ]),
  [cors("https://*.com"), "hasura.corsDomains"],
  [cors("https://app.example.com", "https://*.dev:3000"), "hasura.corsDomains"],
  [cors("https://*.com."), "hasura.corsDomains"],
  [{ generateSigningKey: true }, "identity"],
  [{ publishableKey: keyOf("test") }, "identity.publishableKey"],
  [{ allowHttpJwks: true }, "identity.allowHttpJwks"],
  [{ hasura: {} }, "hasura.corsDomains"],
  [{ hasura: { corsDomains: [], console: true } }, "hasura.console"],
  [{ hasura: { corsDomains: [], devMode: true } }, "hasura.devMode"],
  [{ hasura: { corsDomains: [], enabledApis: ["graphql", "pgdump"] } }, "hasura.enabledApis"],
  [{ hasura: { corsDomains: [], enabledApis: ["config"] } }, "hasura.enabledApis"],
  [{ protectData: false }, "postgres.protectData"],
];

describe("a production stack", () => {
  for (const [input, path] of ROWS) {
    it(`${path === undefined ? "may be" : "may not be"} ${JSON.stringify(input)}`, () => {
      const problems = checkProduction({ ...SOUND, ...input });
      expect(problems.map((problem) => problem.path)).to.deep.equal(
        path === undefined ? [] : [path],
      );
      for (const { reason } of problems) expect(reason).to.match(/^[^\n]+; [^\n]*preset/);
    });
  }

  it("is told everything at once", () => {
    const input = { generateSigningKey: true, protectData: false, hasura: { console: true } };
    expect(checkProduction(input)).to.have.length(4);
  });
});
