import { expect } from "chai";
import { checkProduction, type ProductionInput } from "../../infra/checkProduction";

const SOUND: ProductionInput = { generateSigningKey: false, hasura: { corsDomains: [] } };
const keyOf = (kind: string) =>
  `pk_${kind}_${Buffer.from("clerk.example.com$").toString("base64")}`;

const ROWS: [Partial<ProductionInput>, string | undefined][] = [
  [{}, undefined],
  [{ publishableKey: keyOf("live"), protectData: true, allowHttpJwks: false }, undefined],
  [{ publishableKey: "no key at all" }, undefined],
  [{ hasura: { corsDomains: ["https://a.example.com"], enabledApis: ["metrics"] } }, undefined],
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
