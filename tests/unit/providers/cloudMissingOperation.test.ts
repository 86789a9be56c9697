import { expect } from "chai";
import type { Fault } from "../../../airgap/doubles/hasuraCloud/faults";
import { cloudForEach, type TestCloud } from "./cloudTests";
import { errorOf } from "./remoteTest";

const well: Fault = { kind: "none" };
const invalid = (message: string): Fault => ({
  kind: "graphqlError",
  code: "validation-failed",
  message,
});

/** Cloud's reference does not name deleteTenantEnv, so that it may be gone or have another form. */
describe("a change that Cloud's API does not offer", () => {
  let cloud: TestCloud["cloud"];
  let project: string;
  let cloudy: TestCloud["cloudy"];
  cloudForEach((made) => {
    ({ cloud, project, cloudy } = made);
  });

  for (const message of [
    "field 'deleteTenantEnv' not found in type: 'mutation_root'",
    "field 'hash' not found in type: 'TenantEnv'",
    "'deleteTenantEnv' has no argument named 'deleteEnvs'",
  ]) {
    it(`is told by its name on destroy, and not taken for a wrong token: ${message}`, async () => {
      const outs = await cloudy.create({ A: "canary-a", B: "canary-b" });
      cloud.fail(well, well, invalid(message));
      const error = await errorOf(cloudy.delete(outs));
      expect(error.message).to.match(/removing A, B in project .* does not offer deleteTenantEnv /);
      expect(error.message).to.include(message);
      expect(error.message).to.match(
        /; remove A, B by hand in the Cloud dashboard and run it again.*`npx pulumi state delete URN`/,
      );
      expect(error.message).to.not.match(/token|canary|\n/);
    });
  }

  it("is told for setting as well", async () => {
    const message = "no such type exists in the schema: 'UpdateEnvObject'";
    cloud.fail(well, well, invalid(message));
    const error = await errorOf(cloudy.create({ A: "canary-a" }));
    expect(error.message).to.match(/setting A in project .* does not offer updateTenantEnv /);
    expect(error.message).to.include("; set A by hand in the Cloud dashboard and run it again");
    expect(error.message).to.not.match(/token|canary|\n/);
  });

  it("is no longer needed once the variables were removed by hand, as the error says", async () => {
    const outs = await cloudy.create({ A: "1" });
    cloud.tenants.edit(project, { A: undefined });
    cloud.takeOperations();
    await cloudy.delete(outs);
    expect(cloud.takeOperations()).to.not.include("deleteTenantEnv");
  });

  it("is no longer needed once they were set by hand", async () => {
    cloud.tenants.edit(project, { A: "1" });
    cloud.takeOperations();
    await cloudy.create({ A: "1" });
    expect(cloud.takeOperations()).to.not.include("updateTenantEnv");
  });

  it("leaves a field that is missing from a reading call to the token", async () => {
    cloud.fail(invalid("field 'projects_by_pk' not found in type: 'query_root'"));
    const error = await errorOf(cloudy.create({ A: "1" }));
    expect(error.message).to.include("check the personal access token");
  });
});
