import { expect } from "chai";
import fc from "fast-check";
import { HasuraCloud } from "../../../airgap/doubles/hasuraCloud/hasuraCloud";
import { RemoteError } from "../../../infra/http/remoteError";
import type { CloudEnvironmentOuts } from "../../../infra/providers/cloudEnvironmentState";
import { Cloudy, TOKEN } from "./cloudTests";
import { shortRetries } from "./remoteTest";

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
