import { expect } from "chai";
import { cloudEnvironmentProvider as provider } from "../../../infra/providers/cloudEnvironmentProvider";
import type { CloudEnvironmentInputs } from "../../../infra/providers/cloudEnvironmentState";
import { Cloudy } from "./cloudTests";

describe("diff of cloudEnvironmentProvider", () => {
  const project = "7a79cf94-0e53-4520-a560-1b02bf522f08";
  const cloudy = new Cloudy("https://cloud.example.com/v1/graphql", project);
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  type Case = [what: string, news: object, changes: boolean, replaces?: string[], olds?: object];
  const cases: Case[] = [
    ["nothing", {}, false],
    ["the loader's text alone", { __provider: "new" }, false],
    ["overwrite alone", { overwrite: true }, false],
    ["another hash", {}, false, [], { hash: "other" }],
    ["a value", { env: { A: "2" } }, true],
    ["a name", { env: { B: "1" } }, true],
    ["one more", { env: { A: "1", B: "1" } }, true],
    ["one less", { env: {} }, true],
    ["the token", { token: "new" }, true],
    ["a value that is not known yet", { env: { A: unknown } }, true],
    ["variables that are not known yet", { env: unknown }, true],
    ["a project that is not known yet", { projectId: unknown }, true],
    ["another project", { projectId: "other" }, true, ["projectId"]],
    ["another address", { apiUrl: "https://other.example.com/" }, true, ["apiUrl"]],
    ["drift that a refresh saw", {}, true, [], { drift: { A: "removed" } }],
    [
      "the default address, written out",
      { apiUrl: "https://data.pro.hasura.io/v1/graphql" },
      false,
      [],
      { apiUrl: undefined },
    ],
  ];
  for (const [what, news, changes, replaces = [], olds = {}] of cases) {
    it(`${changes ? "sees" : "is not moved by"} ${what}`, async () => {
      const old = { ...cloudy.outs({ A: "1" }), ...olds };
      const next = { ...cloudy.inputs({ A: "1" }), ...news } as CloudEnvironmentInputs;
      expect(await provider.diff?.(project, old, next)).to.deep.equal({
        changes,
        replaces,
        deleteBeforeReplace: true,
      });
    });
  }
});
