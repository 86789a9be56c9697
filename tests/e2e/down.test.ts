import { expect } from "chai";
import { inspect } from "./support/docker";
import type { EngineClient } from "./support/engineClient";
import { bringUpNotes, fingerprint, notesSeen } from "./support/notes";
import type { TestStack } from "./support/testStack";
import { bearer } from "./support/tokens";

const NOTHING = { containers: [], networks: [], volumes: [] };

describe("down", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let client: EngineClient;
  let rows: string;
  let token: string;

  before(async () => {
    ({ client, rows, token } = await bringUpNotes("user_1", (made) => {
      stack = made;
    }));
  });
  after(() => stack?.cleanUp());

  it("as a plain destroy is refused while the data is protected, and touches nothing", async () => {
    const started = () => inspect(stack.postgresContainer, "{{.Id}} {{.State.StartedAt}}");
    const [objects, server] = [await stack.objects(), await started()];
    // Without --skip-preview: Pulumi sees protection in the preview, and otherwise only on its way there.
    const refused = await stack.pulumi(["destroy", "--yes"], 240_000);
    expect(refused.code).to.not.equal(0);
    expect(refused.text).to.match(/protect/);
    expect(await stack.objects()).to.deep.equal(objects);
    expect(await started()).to.equal(server);
    expect(await fingerprint(client)).to.equal(rows);
    await stack.up("--expect-no-changes");
  });

  it("removes everything but the data, and says so", async () => {
    const { code, text } = await stack.tool("down");
    expect(code, text).to.equal(0);
    expect(text).to.contain("was kept").and.to.contain("--delete-data");
    const kept = { containers: [], networks: [], volumes: [stack.volume] };
    expect(await stack.objects()).to.deep.equal(kept);
  });

  it("a second time changes nothing", async () => {
    const { code, text } = await stack.tool("down");
    expect(code, text).to.equal(0);
    expect((await stack.objects()).volumes).to.deep.equal([stack.volume]);
  });

  it("is undone by the next up, which finds rows, metadata and secrets again", async () => {
    await stack.up();
    expect((await stack.outputs()).adminSecret).to.equal(client.adminSecret);
    expect(await fingerprint(client)).to.equal(rows);
    expect(await notesSeen(client, bearer(token))).to.have.length(100);
    await stack.up("--expect-no-changes");
  });

  it("with protection switched off leaves nothing of ours", async () => {
    await stack.configure({ plain: { "postgres.protectData": "false" } });
    await stack.up();
    const { code, text } = await stack.tool("down");
    expect(code, text).to.equal(0);
    expect(await stack.objects()).to.deep.equal(NOTHING);
  });

  it("with the data deleted on purpose leaves nothing of ours, from running or stopped", async () => {
    await stack.configure({ plain: { "postgres.protectData": "true" } });
    await stack.up();
    const stopped = await stack.tool("down");
    expect(stopped.code, stopped.text).to.equal(0);
    expect((await stack.objects()).volumes).to.deep.equal([stack.volume]);
    const { code, text } = await stack.tool("down", "--delete-data");
    expect(code, text).to.equal(0);
    expect(await stack.objects()).to.deep.equal(NOTHING);
  });
});
