import { expect } from "chai";
import { environmentsBelow, SHOWS_ENVIRONMENTS } from "../../e2e/support/environmentsBelow";
import { startProcess } from "../../e2e/support/runProcess";

describe("environmentsBelow", () => {
  it("reads what a process hands to those that it starts, however deep", async function () {
    if (!SHOWS_ENVIRONMENTS) this.skip();
    const inner = "HANDED=deep sh -c 'sleep 1; true'; true";
    const running = startProcess("/bin/sh", ["-c", `HANDED=on sh -c "${inner}"; true`]);
    const seen = await environmentsBelow(running);
    expect(seen).to.contain("HANDED=on").and.contain("HANDED=deep");
    expect((await running.finished).code).to.equal(0);
  });
});
