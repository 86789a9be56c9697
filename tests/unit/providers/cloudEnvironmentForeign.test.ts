import { expect } from "chai";
import {
  type CloudEnvironmentOuts,
  driftMark,
} from "../../../infra/providers/cloudEnvironmentState";
import { cloudForEach, type TestCloud } from "./cloudTests";
import { errorOf } from "./remoteTest";

describe("cloudEnvironmentProvider and values of others", () => {
  let cloud: TestCloud["cloud"];
  let project: string;
  let cloudy: TestCloud["cloudy"];
  cloudForEach((made) => {
    ({ cloud, project, cloudy } = made);
  });

  const live = () => cloud.tenants.environmentOf(project);
  const edit = (changes: Record<string, string | undefined>) =>
    cloud.tenants.edit(project, changes);

  describe("a variable that was there already with the wanted value", () => {
    let olds: CloudEnvironmentOuts;
    beforeEach(async () => {
      olds = await cloudy.create({ FOREIGN: "foreign-value", A: "1" });
      expect(olds.written).to.deep.equal(["A"]);
    });

    it("is not replaced unasked, and stays the owner's", async () => {
      const error = await errorOf(cloudy.update(olds, { FOREIGN: "mine", A: "2" }));
      expect(error.message).to.include("setting FOREIGN in project").and.to.include("overwrite");
      expect(error.message).to.not.match(/foreign-value|mine/);
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value", A: "1" });
    });

    it("is replaced when told to, and is ours from then on", async () => {
      const outs = await cloudy.update(olds, { FOREIGN: "mine", A: "1" }, { overwrite: true });
      expect(live()).to.deep.equal({ FOREIGN: "mine", A: "1" });
      expect(outs.written).to.deep.equal(["A", "FOREIGN"]);
    });

    it("is not set back after its owner changed it, not even after a refresh", async () => {
      edit({ FOREIGN: "theirs-secret" });
      const refreshed = await cloudy.read(olds);
      const wanted = { FOREIGN: "foreign-value", A: "1" };
      expect((await errorOf(cloudy.update(refreshed, wanted))).message).to.include("overwrite");
      expect(live()).to.deep.equal({ FOREIGN: "theirs-secret", A: "1" });
    });

    it("is set where its owner removed it, and is ours from then on", async () => {
      edit({ FOREIGN: undefined });
      const outs = await cloudy.update(olds, { FOREIGN: "mine", A: "1" });
      expect(outs.written).to.deep.equal(["A", "FOREIGN"]);
      await cloudy.delete(outs);
      expect(live()).to.deep.equal({});
    });

    it("is left alone while other variables change", async () => {
      const outs = await cloudy.update(olds, { FOREIGN: "foreign-value", A: "2" });
      await cloudy.delete(outs);
      expect(live()).to.deep.equal({ FOREIGN: "foreign-value" });
    });
  });

  describe("a value that a refresh saw", () => {
    let olds: CloudEnvironmentOuts;
    beforeEach(async () => {
      olds = await cloudy.create({ A: "1" });
    });

    const seen = async (value: string | undefined) => {
      edit({ A: value });
      return cloudy.read(olds);
    };

    for (const [what, first, second] of [
      ["changed again", "theirs-1", "theirs-2"],
      ["set after it was seen removed", undefined, "theirs-2"],
    ] as const) {
      it(`is not replaced where it was ${what}, until another refresh`, async () => {
        const refreshed = await seen(first);
        edit({ A: second });
        const error = await errorOf(cloudy.update(refreshed, { A: "1" }));
        expect(error.message).to.include("setting A in project").and.to.include("pulumi refresh");
        expect(live()).to.include({ A: second });
        await cloudy.update(await cloudy.read(refreshed), { A: "1" });
        expect(live()).to.include({ A: "1" });
      });
    }

    it("is kept as a mark that tells nothing of it, and differs for another value", async () => {
      const one = await seen("theirs-1");
      expect(one.drift.A).to.match(/^changed [0-9a-f]{32}$/);
      expect((await seen("theirs-2")).drift.A).to.not.equal(one.drift.A);
      expect((await seen("theirs-1")).drift.A).to.equal(one.drift.A);
    });

    it("is not taken for seen where an earlier state kept no mark", async () => {
      const refreshed = await seen("theirs-1");
      const error = await errorOf(
        cloudy.update({ ...refreshed, drift: { A: "changed" } }, { A: "1" }),
      );
      expect(error.message).to.include("pulumi refresh");
    });

    /** The state as a refresh with another token left it. */
    async function seenBefore(token: string): Promise<CloudEnvironmentOuts> {
      const state = { ...(await seen("theirs-1")), token };
      return { ...state, drift: { A: driftMark(state, "A", "theirs-1") } };
    }

    it("may be replaced together with the token", async () => {
      await cloudy.update(await seenBefore("the-token-before"), { A: "2" });
      expect(live()).to.include({ A: "2" });
    });

    it("may still be replaced after an update with a new token that did not happen", async () => {
      const drifted = await seenBefore("the-token-before");
      const down = Array.from({ length: 8 }, () => ({ kind: "status", status: 502 }) as const);
      cloud.fail({ kind: "none" }, { kind: "none" }, ...down);
      const error = await errorOf(cloudy.update(drifted, { A: "2" }));
      const { properties } = error as Error & { properties?: CloudEnvironmentOuts };
      if (properties === undefined) throw new Error("the state was told nothing");
      await cloudy.update(properties, { A: "2" });
      expect(live()).to.include({ A: "2" });
    });
  });
});

/** Without one, Hasura takes everybody for an admin. */
describe("the admin secret of a Cloud project", () => {
  let cloud: TestCloud["cloud"];
  let project: string;
  let cloudy: TestCloud["cloudy"];
  cloudForEach((made) => {
    ({ cloud, project, cloudy } = made);
  });

  const live = () => cloud.tenants.environmentOf(project);

  for (const name of ["HASURA_GRAPHQL_ADMIN_SECRET", "HASURA_GRAPHQL_ADMIN_SECRETS"]) {
    describe(name, () => {
      const env = { A: "1", [name]: "canary-admin-secret" };
      const kept = { FOREIGN: "foreign-value", [name]: "canary-admin-secret" };
      const notice = new RegExp(
        `^Hasura Cloud: ${name} in project \\S+ is left .* admin .*remove it in the Cloud dashboard.*\\n$`,
      );

      it("stays when everything else that was set is removed, and is told of in one line", async () => {
        const outs = await cloudy.create(env);
        const said = await cloudy.listening(() => cloudy.delete(outs));
        expect(live()).to.deep.equal(kept);
        expect(said).to.match(notice).and.to.not.include("canary");
      });

      it("stays when it is dropped, which is told of once", async () => {
        const olds = await cloudy.create(env);
        let outs = olds;
        const said = await cloudy.listening(async () => {
          outs = await cloudy.update(olds, { B: "2" });
        });
        expect(live()).to.deep.equal({ ...kept, B: "2" });
        expect(said).to.match(notice).and.to.not.include("canary");
        expect(outs).to.deep.include({ env: { B: "2" }, written: ["B"] });
        expect(await cloudy.listening(() => cloudy.delete(outs))).to.equal("");
        expect(live()).to.deep.equal(kept);
      });

      it("is changed like any other", async () => {
        const olds = await cloudy.create(env);
        await cloudy.update(olds, { ...env, [name]: "another" });
        expect(live()).to.include({ [name]: "another" });
      });

      it("is not told of where it was there already, or is gone", async () => {
        cloud.tenants.edit(project, { [name]: "canary-admin-secret" });
        const found = await cloudy.create(env);
        expect(await cloudy.listening(() => cloudy.delete(found))).to.equal("");
        expect(live()).to.deep.equal(kept);
        const lost = cloudy.outs(env);
        cloud.tenants.edit(project, { [name]: undefined });
        expect(await cloudy.listening(() => cloudy.delete(lost))).to.equal("");
      });
    });
  }
});
