import { expect } from "chai";
import type { Fault } from "../../../airgap/doubles/hasuraCloud/faults";
import { HasuraCloud } from "../../../airgap/doubles/hasuraCloud/hasuraCloud";
import { CloudApi } from "../../../infra/providers/cloudApi";
import { cloudForEach, type TestCloud, TOKEN } from "./cloudTests";
import { errorOf, shortRetries } from "./remoteTest";

type Edit = Record<string, string | undefined>;

describe("CloudApi, removing one variable and setting another in one update", () => {
  shortRetries();
  let cloud: HasuraCloud;
  let project: string;
  let tenant: string;
  let api: CloudApi;

  beforeEach(async () => {
    cloud = await HasuraCloud.start(TOKEN);
    project = cloud.tenants.add({ FOREIGN: "foreign-value", OURS: "before", DROPPED: "old" });
    tenant = cloud.tenants.tenantOf(project) ?? "";
    api = new CloudApi({ apiUrl: cloud.url, token: TOKEN }, project);
  });
  afterEach(() => cloud.stop());

  /** Drops one variable and sets two, while colleagues edit before the first or the second change. */
  async function change(...edits: Edit[]): Promise<unknown> {
    const seen = await api.readEnv(tenant);
    for (const edit of edits) cloud.beforeUpdate(() => cloud.tenants.edit(project, edit));
    const wanted = { OURS: "after", NEW: "mine", DROPPED: undefined };
    return api.updateEnv(tenant, seen, new Map(Object.entries(wanted)));
  }

  const start = { FOREIGN: "foreign-value", OURS: "before", DROPPED: "old" };
  const { DROPPED: _, ...removed } = start;
  const foreign: [what: string, edits: Edit[], named: string, left: Edit][] = [
    ["set during the removal", [{ OURS: "theirs-secret" }], "OURS", start],
    ["made during the removal", [{ NEW: "theirs-secret" }], "NEW", start],
    ["removed during the removal", [{ OURS: undefined }], "OURS", start],
    [
      "set while they made the removal themselves",
      [{ OURS: "theirs-secret", DROPPED: undefined }],
      "OURS",
      start,
    ],
    ["set after the removal", [{}, { OURS: "theirs-secret" }], "OURS", removed],
    ["made after the removal", [{}, { NEW: "theirs-secret" }], "NEW", removed],
  ];
  for (const [what, edits, named, before] of foreign) {
    it(`leaves a variable that somebody ${what}, and names it without a value`, async () => {
      const error = await errorOf(change(...edits));
      expect(error.message).to.include(`somebody else changed ${named} at the same time`);
      expect(error.message).to.not.match(/theirs-secret|before|after|mine/);
      const left = Object.entries(Object.assign({}, before, ...edits));
      expect(cloud.tenants.environmentOf(project)).to.deep.equal(
        Object.fromEntries(left.filter(([, value]) => value !== undefined)),
      );
    });
  }

  it("goes on when others change during each of the two", async () => {
    await change({ FOREIGN: "1" }, {}, { FOREIGN: "2" });
    const after = { FOREIGN: "2", OURS: "after", NEW: "mine" };
    expect(cloud.tenants.environmentOf(project)).to.deep.equal(after);
  });

  it("leaves a change that was made while the answer to the removal was lost", async () => {
    const well: Fault = { kind: "none" };
    cloud.fail(well, { kind: "lostAnswer" });
    const error = await errorOf(change({}, { OURS: "theirs-secret" }));
    expect(error.message).to.include("somebody else changed OURS at the same time");
    expect(cloud.tenants.environmentOf(project)).to.include({ OURS: "theirs-secret" });
  });
});

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
