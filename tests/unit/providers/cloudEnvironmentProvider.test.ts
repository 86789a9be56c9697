import { expect } from "chai";
import { cloudEnvironmentProvider as provider } from "../../../infra/providers/cloudEnvironmentProvider";
import type { CloudEnvironmentOuts } from "../../../infra/providers/cloudEnvironmentState";
import { driftMark } from "../../../infra/providers/cloudEnvironmentState";
import { cloudForEach, type TestCloud } from "./cloudTests";
import { errorOf } from "./remoteTest";

describe("cloudEnvironmentProvider", () => {
  let cloud: TestCloud["cloud"];
  let project: string;
  let cloudy: TestCloud["cloudy"];
  cloudForEach((made) => {
    ({ cloud, project, cloudy } = made);
  });

  const live = () => cloud.tenants.environmentOf(project);
  const edit = (changes: Record<string, string | undefined>) =>
    cloud.tenants.edit(project, changes);

  describe("create", () => {
    it("sets the variables, keeps only its own in the state, and asks three times in all", async () => {
      const outs = await cloudy.create({ A: "1", B: "2" });
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value", A: "1", B: "2" });
      expect(outs).to.deep.equal({
        ...cloudy.inputs({ A: "1", B: "2" }),
        tenantId: cloud.tenants.tenantOf(project),
        hash: cloud.tenants.read(cloud.tenants.tenantOf(project) ?? "").hash,
        written: ["A", "B"],
        drift: {},
      });
      expect(cloud.takeOperations()).to.deep.equal([
        "projects_by_pk",
        "getTenantEnv",
        "updateTenantEnv",
      ]);
    });

    it("refuses to replace a value that is there, by name, and changes nothing", async () => {
      const error = await errorOf(cloudy.create({ FOREIGN: "mine", A: "1" }));
      expect(error.message).to.include("setting FOREIGN in project");
      expect(error.message)
        .to.include("overwrite")
        .and.to.not.match(/foreign-value|mine/);
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value" });
    });

    it("replaces it when told to, and remembers that it was there", async () => {
      const outs = await cloudy.create({ FOREIGN: "mine" }, { overwrite: true });
      expect(live()).to.deep.equal({ FOREIGN: "mine" });
      expect(outs).to.deep.include({ written: ["FOREIGN"] });
      expect(JSON.stringify(outs)).to.not.include("foreign-value");
    });

    it("accepts a variable that has the value already, and does not call it its own", async () => {
      const outs = await cloudy.create({ FOREIGN: "foreign-value" });
      expect(outs).to.deep.include({ written: [] });
      await cloudy.delete(outs);
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value" });
    });

    it("refuses a project that is not there", async () => {
      cloud.tenants.remove(project);
      const error = await errorOf(cloudy.create({ A: "1" }));
      expect(error.message).to.include(project).and.to.include("copy the project id");
    });

    it("leaves a resource behind when the outcome is unknown, which destroy settles", async () => {
      const down = Array.from({ length: 7 }, () => ({ kind: "status", status: 502 }) as const);
      cloud.fail({ kind: "none" }, { kind: "none" }, { kind: "lostAnswer" }, ...down);
      const inputs = { ...cloudy.inputs({ A: "1" }), __provider: "the loader" };
      const error = await errorOf(provider.create(inputs));
      expect(error).to.deep.include({ id: project, reasons: [error.message] });
      const { properties } = error as Error & { properties?: CloudEnvironmentOuts };
      expect(properties).to.deep.include({ __provider: "the loader", written: ["A"] });
      expect(live()).to.have.property("A", "1");
      await provider.delete?.(project, properties ?? cloudy.outs({}));
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value" });
    });
  });

  describe("update", () => {
    it("sets what changed, removes what was dropped and leaves the rest", async () => {
      const olds = await cloudy.create({ A: "1", B: "2", C: "3" });
      edit({ FOREIGN: "moved" });
      cloud.requests.splice(0);
      const outs = await cloudy.update(olds, { A: "1", B: "new", D: "4" });
      expect(live()).to.deep.equal({ FOREIGN: "moved", A: "1", B: "new", D: "4" });
      expect(outs.written).to.deep.equal(["A", "B", "D"]);
      expect(cloud.requests.map(({ names }) => names)).to.deep.equal([[], [], ["C"], ["B", "D"]]);
    });

    it("asks for no change when only the token is new", async () => {
      const olds = await cloudy.create({ A: "1" });
      cloud.takeOperations();
      await cloudy.update({ ...olds, token: "old" }, { A: "1" });
      expect(cloud.takeOperations()).to.deep.equal(["projects_by_pk", "getTenantEnv"]);
    });

    it("refuses a new variable that somebody else holds", async () => {
      const olds = await cloudy.create({ A: "1" });
      const error = await errorOf(cloudy.update(olds, { A: "2", FOREIGN: "mine" }));
      expect(error.message).to.include("setting FOREIGN in project");
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value", A: "1" });
    });

    it("does not overwrite a change that nobody has seen", async () => {
      const olds = await cloudy.create({ A: "1", B: "2" });
      edit({ A: "theirs-secret" });
      const error = await errorOf(cloudy.update(olds, { A: "1", B: "new" }));
      expect(error.message).to.include("setting A in project").and.to.include("pulumi refresh");
      expect(error.message).to.not.include("theirs-secret");
      expect(live()).to.include({ A: "theirs-secret", B: "2" });
    });

    it("overwrites it after a refresh, or when told to", async () => {
      const olds = await cloudy.create({ A: "1", B: "2" });
      edit({ A: "theirs", B: undefined });
      const refreshed = await cloudy.read(olds);
      await cloudy.update(refreshed, { A: "1", B: "2" });
      expect(live()).to.include({ A: "1", B: "2" });
      edit({ A: "theirs" });
      await cloudy.update(olds, { A: "1", B: "2" }, { overwrite: true });
      expect(live()).to.include({ A: "1", B: "2" });
    });

    it("leaves a dropped variable that somebody changed, and says so without its value", async () => {
      const olds = await cloudy.create({ A: "1", B: "2" });
      edit({ A: "theirs-secret", B: undefined });
      const said = await cloudy.listening(() => cloudy.update(olds, {}));
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value", A: "theirs-secret" });
      expect(said).to.match(
        /^Hasura Cloud: A in project \S+ was changed .* is left as it is; .*\n$/,
      );
      expect(said).to.not.include("theirs-secret");
    });

    it("leaves a dropped variable that it did not write", async () => {
      const olds = await cloudy.create({ FOREIGN: "foreign-value", A: "1" });
      const outs = await cloudy.update(olds, { A: "1" });
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value", A: "1" });
      expect(outs).to.deep.include({ written: ["A"] });
    });

    it("can be repeated after it failed halfway", async () => {
      const olds = await cloudy.create({ A: "1", B: "2" });
      const well = { kind: "none" } as const;
      const refused = { kind: "graphqlError", code: "bad-request", message: "no" } as const;
      cloud.fail(well, well, well, refused);
      await errorOf(cloudy.update(olds, { A: "new", C: "3" }));
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value", A: "1" });
      const outs = await cloudy.update(olds, { A: "new", C: "3" });
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value", A: "new", C: "3" });
      expect(outs.written).to.deep.equal(["A", "C"]);
    });
  });

  describe("read", () => {
    it("changes nothing while our variables are as set, whatever the others do", async () => {
      const olds = await cloudy.create({ A: "1" });
      edit({ FOREIGN: "moved", OTHER: "new-foreign" });
      expect(await cloudy.read(olds)).to.deep.equal(olds);
    });

    it("tells which of ours were changed or removed, never the foreign value", async () => {
      const olds = await cloudy.create({ A: "1", B: "2", C: "3" });
      edit({ A: "theirs-secret", B: undefined });
      const props = await cloudy.read(olds);
      const drift = { A: driftMark(olds, "A", "theirs-secret"), B: "removed" };
      expect(props).to.deep.equal({ ...olds, drift });
      edit({ A: "1", B: "2" });
      expect(await cloudy.read(props)).to.deep.equal(olds);
    });

    it("keeps the resource when the project is gone or out of sight, and says what to do", async () => {
      const olds = await cloudy.create({ A: "1" });
      cloud.tenants.remove(project);
      const error = await errorOf(provider.read?.(project, olds) ?? Promise.resolve());
      expect(error.message).to.match(/no project of that id for this token.*pulumi state delete/);
    });

    it("refuses an import", async () => {
      const error = await errorOf(provider.read?.(project, undefined) ?? Promise.resolve());
      expect(error.message).to.include("cannot be imported");
    });
  });

  describe("delete", () => {
    it("removes what it set, and nothing else", async () => {
      const outs = await cloudy.create({ A: "1", B: "2" });
      edit({ OTHER: "new", B: undefined });
      await cloudy.delete(outs);
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value", OTHER: "new" });
    });

    it("leaves a variable that somebody changed, also after a refresh has seen it", async () => {
      const outs = await cloudy.create({ A: "1", B: "2" });
      edit({ A: "theirs-secret" });
      const refreshed = await cloudy.read(outs);
      const said = await cloudy.listening(() => cloudy.delete(refreshed));
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value", A: "theirs-secret" });
      expect(said).to.include("A in project").and.to.not.include("theirs-secret");
    });

    it("asks for no change when nothing of ours is left", async () => {
      const outs = await cloudy.create({ A: "1" });
      edit({ A: undefined });
      cloud.takeOperations();
      await cloudy.delete(outs);
      expect(cloud.takeOperations()).to.deep.equal(["projects_by_pk", "getTenantEnv"]);
    });

    it("ends well when the project is gone, and says so", async () => {
      const outs = await cloudy.create({ A: "1" });
      cloud.tenants.remove(project);
      expect(await cloudy.listening(() => cloudy.delete(outs))).to.include(
        "no variable was removed",
      );
    });
  });
});
