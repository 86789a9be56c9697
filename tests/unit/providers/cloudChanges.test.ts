import { expect } from "chai";
import fc from "fast-check";
import type { Fault } from "../../../airgap/doubles/hasuraCloud/faults";
import { HasuraCloud } from "../../../airgap/doubles/hasuraCloud/hasuraCloud";
import { RemoteError } from "../../../infra/http/remoteError";
import { CloudApi } from "../../../infra/providers/cloudApi";
import type { CloudEnvironmentOuts } from "../../../infra/providers/cloudEnvironmentState";
import { Cloudy, cloudForEach, type TestCloud, TOKEN } from "./cloudTests";
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

type Step =
  | { does: "edit" | "editDuringUpdate"; name: string; value: string | undefined }
  | { does: "update"; env: Record<string, string>; overwrite: boolean }
  | { does: "lostUpdate"; env: Record<string, string>; away: boolean }
  | { does: "refresh" };

const OURS = ["A", "B", "C"];
const THEIRS = "Z";
const ownValue = fc.integer({ min: 0, max: 3 }).map((n) => `own-${n}`);
const theirValue = fc.option(
  fc.integer({ min: 0, max: 3 }).map((n) => `their-${n}`),
  { nil: undefined },
);
const env = fc.dictionary(fc.constantFrom(...OURS), ownValue, { noNullPrototype: true });
const edits = fc.constantFrom("edit" as const, "editDuringUpdate" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: edits, name: fc.constantFrom(...OURS, THEIRS), value: theirValue }),
  fc.record({ does: fc.constant("update" as const), env, overwrite: fc.boolean() }),
  fc.record({ does: fc.constant("lostUpdate" as const), env, away: fc.boolean() }),
  fc.constant({ does: "refresh" as const }),
);

describe("cloudEnvironmentProvider among people who change the same project", () => {
  shortRetries();
  let cloud: HasuraCloud;

  before(async () => {
    cloud = await HasuraCloud.start(TOKEN);
  });
  after(() => cloud.stop());

  /** An update whose first change is made while its answer is lost, with Cloud there or away afterwards. */
  async function lost(
    cloudy: Cloudy,
    outs: CloudEnvironmentOuts,
    { env, away }: { env: Record<string, string>; away: boolean },
  ): Promise<CloudEnvironmentOuts> {
    const down = Array.from(
      { length: away ? 7 : 0 },
      () => ({ kind: "status", status: 502 }) as const,
    );
    cloud.fail({ kind: "none" }, { kind: "none" }, { kind: "lostAnswer" }, ...down);
    const after = await unlessRefused(outs, () => cloudy.update(outs, env));
    cloud.forgetFaults();
    return after;
  }

  /** Refusals are part of the game: the state stays as it was, or as the error tells it. */
  async function unlessRefused(
    outs: CloudEnvironmentOuts,
    act: () => Promise<CloudEnvironmentOuts>,
  ): Promise<CloudEnvironmentOuts> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof RemoteError) {
        return (error as RemoteError & { properties?: CloudEnvironmentOuts }).properties ?? outs;
      }
      throw error;
    }
  }

  async function play(first: Record<string, string>, steps: Step[]): Promise<void> {
    const project = cloud.tenants.add({ [THEIRS]: "their-0" });
    const cloudy = new Cloudy(cloud.url, project);
    let theirs: string | undefined = "their-0";
    let outs = await cloudy.create(first);
    for (const one of steps) {
      if (one.does === "refresh") outs = await cloudy.read(outs);
      else if (one.does === "lostUpdate") outs = await lost(cloudy, outs, one);
      else if (one.does === "update") {
        const { overwrite } = one;
        outs = await unlessRefused(outs, () => cloudy.update(outs, one.env, { overwrite }));
      } else {
        const edit = () => {
          cloud.tenants.edit(project, { [one.name]: one.value });
          if (one.name === THEIRS) theirs = one.value;
        };
        if (one.does === "edit") edit();
        else cloud.beforeUpdate(edit);
      }
      expect(JSON.stringify(outs)).to.not.include("their-").and.to.not.include(THEIRS);
      expect(cloud.tenants.environmentOf(project)[THEIRS]).to.equal(theirs);
    }
    cloud.forgetHooks();
    await cloudy.delete(outs);
    const left = cloud.tenants.environmentOf(project);
    expect(left[THEIRS]).to.equal(theirs);
    expect(Object.values(left).filter((value) => !value.startsWith("their-"))).to.deep.equal([]);
  }

  it("never touches or keeps a variable that is not its own, and leaves none of its own", async () => {
    const silent = new Cloudy("", "");
    await silent.listening(() =>
      fc.assert(
        fc.asyncProperty(env, fc.array(step, { maxLength: 8 }), play).afterEach(() => {
          cloud.forgetHooks();
          cloud.forgetFaults();
        }),
        { numRuns: 50 },
      ),
    );
  });
});
