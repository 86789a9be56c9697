import { expect } from "chai";
import { cloudEnvironmentProvider as provider } from "../../../infra/providers/cloudEnvironmentProvider";
import {
  type CloudEnvironmentInputs,
  type CloudEnvironmentOuts,
  variableMark,
} from "../../../infra/providers/cloudEnvironmentState";
import { Cloudy, cloudForEach, type TestCloud } from "./cloudTests";
import { errorOf } from "./remoteTest";

describe("cloudEnvironmentProvider after an update with an unknown outcome", () => {
  let cloud: TestCloud["cloud"];
  let project: string;
  let cloudy: TestCloud["cloudy"];
  cloudForEach((made) => {
    ({ cloud, project, cloudy } = made);
  });

  const live = () => cloud.tenants.environmentOf(project);

  /** What the state keeps of an update whose answer was lost, with Cloud away afterwards; `made` says whether it happened. */
  async function lost(olds: CloudEnvironmentOuts, env: Record<string, string>, made = true) {
    const down = Array.from({ length: 7 }, () => ({ kind: "status", status: 502 }) as const);
    const well = { kind: "none" } as const;
    const change = made
      ? ({ kind: "lostAnswer" } as const)
      : ({ kind: "status", status: 502 } as const);
    cloud.fail(well, well, change, ...down);
    const error = await errorOf(cloudy.update(olds, env));
    const { properties } = error as Error & { properties?: CloudEnvironmentOuts };
    if (properties === undefined) throw new Error("the state was told nothing");
    return properties;
  }

  it("knows the new variable as its own, so that destroy removes it", async () => {
    const kept = await lost(await cloudy.create({ A: "1" }), { A: "1", NEW: "x" });
    expect(live()).to.include({ A: "1", NEW: "x" });
    expect(kept).to.deep.include({ env: { A: "1", NEW: "x" }, written: ["A", "NEW"] });
    await cloudy.delete(kept);
    expect(live()).to.deep.equal({ FOREIGN: "foreign-value" });
  });

  it("is settled by the next update, which takes its own change for nobody else's", async () => {
    const kept = await lost(await cloudy.create({ A: "1" }), { A: "2", NEW: "x" });
    const outs = await cloudy.update(kept, { A: "2", NEW: "x" });
    expect(live()).to.deep.equal({ FOREIGN: "foreign-value", A: "2", NEW: "x" });
    expect(outs).to.deep.include({ env: { A: "2", NEW: "x" }, written: ["A", "NEW"] });
    expect(outs).to.not.have.property("attempted");
  });

  for (const made of [true, false]) {
    describe(made ? "that happened" : "that did not happen", () => {
      const changed = async () => lost(await cloudy.create({ A: "first" }), { A: "second" }, made);

      it("removes its own value on destroy", async () => {
        const kept = await changed();
        expect(live()).to.include({ A: made ? "second" : "first" });
        expect(await cloudy.listening(() => cloudy.delete(kept))).to.equal("");
        expect(live()).to.deep.equal({ FOREIGN: "foreign-value" });
      });

      for (const value of ["first", "second", "third"]) {
        it(`goes on to ${value}`, async () => {
          const kept = await changed();
          const diff = await provider.diff?.(project, kept, cloudy.inputs({ A: value }));
          expect(diff).to.include({ changes: true });
          const outs = await cloudy.update(kept, { A: value });
          expect(live()).to.include({ A: value });
          expect(outs).to.deep.include({ env: { A: value }, written: ["A"] });
        });
      }

      it("is not taken for drift by a refresh, nor forgotten", async () => {
        const refreshed = await cloudy.read(await changed());
        expect(refreshed.drift).to.deep.equal({});
        await cloudy.delete(refreshed);
        expect(live()).to.deep.equal({ FOREIGN: "foreign-value" });
      });

      it("keeps knowing its value after another of that kind", async () => {
        const kept = await lost(await changed(), { A: "third" }, !made);
        await cloudy.delete(kept);
        expect(live()).to.deep.equal({ FOREIGN: "foreign-value" });
      });

      it("leaves what somebody else set since", async () => {
        const kept = await changed();
        cloud.tenants.edit(project, { A: "theirs-secret" });
        expect((await errorOf(cloudy.update(kept, { A: "third" }))).message).to.include(
          "setting A",
        );
        expect(await cloudy.listening(() => cloudy.delete(kept))).to.include("somebody else");
        expect(live()).to.include({ A: "theirs-secret" });
      });
    });
  }

  it("keeps no value in the open, and knows it under another token", async () => {
    const olds = { ...(await cloudy.create({ A: "first" })), token: "the-token-before" };
    const kept = await lost(olds, { A: "canary-second" });
    const { env, ...open } = kept;
    expect(env).to.deep.equal({ A: "first" });
    expect(open).to.have.nested.property("attempted.A");
    expect(JSON.stringify(open)).to.not.include("canary");
    await cloudy.delete(kept);
    expect(live()).to.deep.equal({ FOREIGN: "foreign-value" });
  });

  it("sets a dropped variable anew that is required again", async () => {
    const kept = await lost(await cloudy.create({ A: "1", C: "3" }), { A: "1" });
    expect(live()).to.not.have.property("C");
    const diff = await provider.diff?.(project, kept, cloudy.inputs({ A: "1", C: "3" }));
    expect(diff).to.include({ changes: true });
    await cloudy.update(kept, { A: "1", C: "3" });
    expect(live()).to.include({ A: "1", C: "3" });
  });

  it("knows its value where the repeated change was refused and nothing could be read afterwards", async () => {
    const olds = await cloudy.create({ A: "first" });
    const well = { kind: "none" } as const;
    const down = Array.from({ length: 4 }, () => ({ kind: "status", status: 502 }) as const);
    cloud.fail(well, well, { kind: "lostAnswer" }, well, ...down);
    const error = await errorOf(cloudy.update(olds, { A: "second" }));
    expect(error.message).to.include("in the meantime");
    const { properties } = error as Error & { properties?: CloudEnvironmentOuts };
    expect(live()).to.include({ A: "second" });
    await cloudy.delete(properties ?? olds);
    expect(live()).to.deep.equal({ FOREIGN: "foreign-value" });
  });

  it("knows what it set beside a variable that somebody changed before the repetition", async () => {
    const olds = await cloudy.create({ A: "1", B: "first" });
    cloud.fail({ kind: "none" }, { kind: "none" }, { kind: "lostAnswer" });
    cloud.beforeUpdate(() => {});
    cloud.beforeUpdate(() => cloud.tenants.edit(project, { A: "theirs" }));
    const error = await errorOf(cloudy.update(olds, { A: "2", B: "second" }));
    expect(error.message).to.include("somebody else changed A at the same time");
    const { properties } = error as Error & { properties?: CloudEnvironmentOuts };
    await cloudy.listening(() => cloudy.delete(properties ?? olds));
    expect(live()).to.deep.equal({ FOREIGN: "foreign-value", A: "theirs" });
  });

  it("leaves the state alone where nothing of it was set", async () => {
    const olds = await cloudy.create({ A: "1", B: "first" });
    cloud.beforeUpdate(() => cloud.tenants.edit(project, { A: "theirs" }));
    const error = await errorOf(cloudy.update(olds, { A: "2", B: "second" }));
    expect(error).to.not.have.property("properties");
  });

  it("makes the next update set what a creation may not have set", async () => {
    const down = Array.from({ length: 8 }, () => ({ kind: "status", status: 502 }) as const);
    cloud.fail({ kind: "none" }, { kind: "none" }, ...down);
    const error = await errorOf(cloudy.create({ A: "1" }));
    const { properties } = error as Error & { properties?: CloudEnvironmentOuts };
    if (properties === undefined) throw new Error("the state was told nothing");
    const diff = await provider.diff?.(project, properties, cloudy.inputs({ A: "1" }));
    expect(diff).to.include({ changes: true });
    await cloudy.update(properties, { A: "1" });
    expect(live()).to.include({ A: "1" });
  });
});

describe("variableMark", () => {
  const place = { token: "a-token", projectId: "a-project" };
  const mark = variableMark(place, "A", "value");

  it("is the same for the same value, and says nothing of it", () => {
    expect(variableMark({ ...place }, "A", "value")).to.equal(mark);
    expect(mark).to.match(/^[0-9a-f]{32}$/);
    expect(variableMark(place, "A", undefined)).to.equal("removed");
  });

  const others: [what: string, mark: string][] = [
    ["value", variableMark(place, "A", "other")],
    ["name", variableMark(place, "B", "value")],
    ["project", variableMark({ ...place, projectId: "other" }, "A", "value")],
    [
      "token, so that nobody without it can try values",
      variableMark({ ...place, token: "x" }, "A", "value"),
    ],
  ];
  for (const [what, other] of others) {
    it(`is another one for another ${what}`, () => {
      expect(other).to.not.equal(mark);
    });
  }
});

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
