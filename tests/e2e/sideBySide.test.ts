import { expect } from "chai";
import { refusalOf } from "./support/engineClient";
import { makeNotes, notesSeen } from "./support/notes";
import { TestStack } from "./support/testStack";
import { bearer, hmacSigner, signToken } from "./support/tokens";

describe("two stacks on one Docker engine", function () {
  this.timeout(300_000);
  const stacks: TestStack[] = [];

  before(async () => {
    stacks.push(await TestStack.create(), await TestStack.create());
    const outcomes = await Promise.allSettled(stacks.map((stack) => stack.up()));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  });
  after(async () => {
    await Promise.allSettled(stacks.map((stack) => stack.cleanUp()));
  });

  const stackAt = (index: number): TestStack => {
    const stack = stacks[index];
    if (stack === undefined) throw new Error(`there is no stack ${index}`);
    return stack;
  };

  const tokenOf = async (stack: TestStack) => {
    const { jwtSecret, issuer } = await stack.outputs();
    const { key } = JSON.parse(jwtSecret) as { key: string };
    return signToken(hmacSigner(key), { issuer, user: "user_1" });
  };

  it("have no object in common", async () => {
    const [first, second] = [await stackAt(0).objects(), await stackAt(1).objects()];
    for (const part of ["containers", "networks", "volumes"] as const) {
      expect(first[part]).to.have.length(part === "containers" ? 2 : 1);
      expect(second[part]).to.have.length(first[part].length);
      expect(first[part].filter((name) => second[part].includes(name))).to.deep.equal([]);
    }
  });

  it("keep their rows apart and refuse each other's secrets", async () => {
    const [first, second] = [await stackAt(0).client(), await stackAt(1).client()];
    await makeNotes(first);
    const own = await tokenOf(stackAt(0));
    expect(await notesSeen(first, bearer(own))).to.have.length(100);
    const rest = await second.sql("select count(*) from pg_tables where tablename = 'notes'").then(
      (rows) => rows[0]?.[0],
      (error: Error) => error.message,
    );
    expect(rest).to.match(/^0$|"default"|not exist/);
    const foreign = await second.graphql("{ __typename }", bearer(own));
    expect(refusalOf(foreign).code).to.equal("invalid-jwt");
    const secret = await second.graphql("{ __typename }", first.admin);
    expect(refusalOf(secret).code).to.equal("access-denied");
  });

  it("cannot take each other's port; the loser says so and can be mended", async () => {
    const second = stackAt(1);
    const own = second.port;
    await second.configure({ plain: { "hasura.port": `${stackAt(0).port}` } });
    const refused = await second.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(refused.code).to.not.equal(0);
    expect(refused.text).to.match(/port is already allocated|address already in use/);
    await second.configure({ plain: { "hasura.port": `${own}` } });
    await second.up();
    await (await second.client()).healthy();
    await second.up("--expect-no-changes");
    await (await stackAt(0).client()).healthy();
  });

  it("end one without the other", async () => {
    const first = await stackAt(0).client();
    const before = await stackAt(0).objects();
    await stackAt(1).configure({ plain: { "postgres.protectData": "false" } });
    await stackAt(1).up();
    await stackAt(1).demand(["destroy", "--yes", "--skip-preview"], 240_000);
    expect(await stackAt(1).objects()).to.deep.equal({ containers: [], networks: [], volumes: [] });
    expect(await stackAt(0).objects()).to.deep.equal(before);
    expect(await notesSeen(first, bearer(await tokenOf(stackAt(0))))).to.have.length(100);
  });
});
