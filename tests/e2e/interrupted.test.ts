import { expect } from "chai";
import { eventually } from "../support/waiting";
import { inspect } from "./support/docker";
import { type Moment, reach } from "./support/moments";
import { descendantsOf, killAll, livingOf } from "./support/runProcess";
import { TestStack } from "./support/testStack";

const MOMENTS: (Moment & { plugins: "die too" | "live on" })[] = [
  { what: "the volume is made", sign: "postgres-data", later: 0, plugins: "die too" },
  { what: "the server is made", sign: "backend-postgres", later: 400, plugins: "live on" },
  { what: "the engine is made", sign: "backend-hasura", later: 0, plugins: "die too" },
];

/** The containers' full ids as the stack's state has them. */
async function containersInState(stack: TestStack): Promise<string[]> {
  const { stdout } = await stack.demand(["stack", "export"]);
  const { deployment } = JSON.parse(stdout) as {
    deployment: { resources: { type: string; id?: string }[]; pending_operations?: unknown[] };
  };
  expect(deployment.pending_operations ?? []).to.deep.equal([]);
  return deployment.resources
    .filter(({ type }) => type === "docker:index/container:Container")
    .map(({ id }) => id ?? "")
    .sort();
}

for (const moment of MOMENTS) {
  describe(`an up that is killed once ${moment.what}, while plugins ${moment.plugins}`, function () {
    this.timeout(400_000);
    const survivors: number[] = [];
    let stack: TestStack;

    before(async () => {
      stack = await TestStack.create();
    });
    after(async () => {
      killAll(survivors);
      await stack?.cleanUp();
    });

    it("is brought to its end by one command, with nothing left over", async () => {
      const up = stack.start(["up", "--yes", "--skip-preview"], 120_000);
      await reach(stack.label, moment);
      survivors.push(...descendantsOf(up.pid));
      if (moment.plugins === "die too") up.kill();
      else up.killGroup();
      expect((await up.finished).code, "the update was still running").to.equal(-1);

      const recovered = await stack.tool("recover");
      expect(recovered.code, recovered.text).to.equal(0);
      const { containers, networks, volumes } = await stack.objects();
      expect(containers).to.deep.equal([stack.engineContainer, stack.postgresContainer]);
      expect(networks).to.have.length(1);
      expect(volumes).to.deep.equal([stack.volume]);
      const ids = await Promise.all(containers.map((name) => inspect(name, "{{.Id}}")));
      expect(await containersInState(stack)).to.deep.equal(ids.sort());
      await (await stack.client()).healthy();
    });

    it("leaves no process behind", async () => {
      await eventually("they end", async () => expect(livingOf(survivors)).to.deep.equal([]));
    });

    it("leaves nothing to change afterwards", async () => {
      await stack.up("--expect-no-changes");
      await stack.preview("--expect-no-changes");
    });
  });
}
