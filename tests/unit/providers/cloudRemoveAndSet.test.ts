import { expect } from "chai";
import type { Fault } from "../../../airgap/doubles/hasuraCloud/faults";
import { HasuraCloud } from "../../../airgap/doubles/hasuraCloud/hasuraCloud";
import { CloudApi } from "../../../infra/providers/cloudApi";
import { TOKEN } from "./cloudTests";
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
