import { expect } from "chai";
import { delay } from "../support/waiting";
import { type DockerEvent, DockerEvents, docker, isWrite } from "./support/docker";
import { changedNothing, countsOf, TestStack } from "./support/testStack";

describe("a stack that nobody changed", function () {
  this.timeout(300_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create();
    await stack.up();
  });
  after(() => stack?.cleanUp());

  const writesOf = (events: DockerEvent[]) =>
    events.filter(isWrite).map(({ type, action, name }) => `${type} ${action} ${name}`);

  it("is not changed by a second up", async () => {
    const events = await DockerEvents.record(stack.prefix);
    const again = await stack.up("--expect-no-changes");
    expect(changedNothing(again), countsOf(again).join(", ")).to.equal(true);
    expect(writesOf(await events.stop())).to.deep.equal([]);
  });

  it("is found as it was by a refresh", async () => {
    const again = await stack.refresh("--expect-no-changes");
    expect(changedNothing(again), countsOf(again).join(", ")).to.equal(true);
  });

  it("shows no change in ten previews in a row, which write nothing to Docker", async () => {
    const events = await DockerEvents.record(stack.prefix);
    for (let round = 1; round <= 10; round += 1) {
      const preview = await stack.preview("--expect-no-changes");
      expect(changedNothing(preview), `round ${round}: ${preview.text}`).to.equal(true);
    }
    expect(writesOf(await events.stop())).to.deep.equal([]);
  });

  it("is not changed by an up after the refresh", async () => {
    const again = await stack.up("--expect-no-changes");
    expect(changedNothing(again), countsOf(again).join(", ")).to.equal(true);
  });

  it("can be previewed while the database is stopped, with and without a change", async () => {
    const events = await DockerEvents.record(stack.prefix);
    await docker(["stop", "--time", "60", stack.postgresContainer], 90_000);
    await delay(500);
    const ours = events.all.length;
    // The recorder sees what a test does itself, so that its silence means something.
    expect(writesOf([...events.all])).to.include(`container stop ${stack.postgresContainer}`);
    try {
      const preview = await stack.preview("--expect-no-changes");
      expect(changedNothing(preview), preview.text).to.equal(true);
      await stack.configure({ plain: { "postgres.parameters": '{"max_connections":"90"}' } });
      const change = await stack.preview();
      expect(countsOf(change).join(", ")).to.match(/replace/);
      expect(writesOf((await events.stop()).slice(ours))).to.deep.equal([]);
    } finally {
      await docker(["start", stack.postgresContainer]);
    }
  });
});
