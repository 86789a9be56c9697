import { expect } from "chai";
import { cloudForEach, type TestCloud } from "./cloudTests";

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
