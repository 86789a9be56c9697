import { expect } from "chai";
import {
  ADMIN_SECRET,
  startTestEngine,
  type TestEngine,
} from "../../../airgap/doubles/hasura/testEngine";
import { RemoteError } from "../../../infra/http/remoteError";
import { type ProbeInputs, probeProvider } from "../../../infra/providers/probeProvider";
import { secretText, subjectOf } from "../doctor/checkup";

describe("the probe", () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine({ HASURA_GRAPHQL_JWT_SECRET: secretText() });
  });
  after(() => engine?.stop());

  const inputs = (extra: Partial<ProbeInputs> = {}): ProbeInputs => ({
    ...subjectOf(engine),
    jwksUrl: "",
    triggers: ["container-1"],
    ...extra,
  });

  async function changes(news: ProbeInputs): Promise<boolean | undefined> {
    const olds = { ...inputs(), summary: "9 ok", __provider: "old" };
    return (await probeProvider.diff?.("probe", olds, news))?.changes;
  }

  it("answers its inputs and the counts", async () => {
    const { id, outs } = await probeProvider.create(inputs());
    expect(id).to.equal("probe");
    expect(outs).to.include({ ...inputs(), triggers: outs?.triggers });
    expect(outs?.summary).to.match(/^\d+ ok, 2 for information, 3 skipped$/);
  });

  it("fails the update in one line, without secrets", async () => {
    const wrong = inputs({ adminSecret: "canary-secret" });
    for (const run of [
      () => probeProvider.create(wrong),
      () => Promise.resolve(probeProvider.update?.("probe", { ...inputs(), summary: "" }, wrong)),
    ]) {
      const error = await run().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (!(error instanceof RemoteError)) throw new Error("no RemoteError came", { cause: error });
      expect(error.message)
        .to.include("admin secret is required")
        .and.not.match(/\n|canary-secret/);
      expect(error.message).to.not.include(ADMIN_SECRET);
    }
  });

  it("changes with its inputs and triggers alone", async () => {
    expect(await changes(inputs())).to.equal(false);
    const decorated = { ...inputs(), __provider: "new", summary: undefined };
    expect(await changes(decorated)).to.equal(false);
    expect(await changes(inputs({ unauthorizedRole: undefined }))).to.equal(false);
    expect(await changes(inputs({ triggers: ["container-2"] }))).to.equal(true);
    expect(await changes(inputs({ issuer: "https://another.example.com" }))).to.equal(true);
    expect(await changes(inputs({ unauthorizedRole: "anonymous" }))).to.equal(true);
  });

  it("reads its state as it is, and has nothing to delete", async () => {
    const props = { ...inputs(), summary: "9 ok" };
    expect(await probeProvider.read?.("probe", props)).to.deep.equal({ id: "probe", props });
    expect(await probeProvider.delete?.("probe", props)).to.equal(undefined);
  });
});
