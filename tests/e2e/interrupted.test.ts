import { readFileSync } from "node:fs";
import { expect } from "chai";
import { startedBy } from "../../tools/commands/endLeftovers";
import { eventually, waitFor } from "../support/waiting";
import { inspect } from "./support/docker";
import { type Moment, reach } from "./support/moments";
import { descendantsOf, killAll, livingOf, type RunningProcess } from "./support/runProcess";
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

const NOTHING = { containers: [], networks: [], volumes: [] };
const SERVER = { what: "the server is made", sign: "backend-postgres", later: 400 };

/** The Pulumi that a command runs. */
function pulumiBelow(command: RunningProcess): number {
  const pulumi = descendantsOf(command.pid).find((pid) => {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "pulumi";
  });
  if (pulumi === undefined) throw new Error("the command runs no Pulumi");
  return pulumi;
}

describe("an up whose Pulumi is ended from outside", function () {
  this.timeout(300_000);
  let stack: TestStack;
  beforeEach(async () => {
    stack = await TestStack.create();
  });
  afterEach(() => stack?.cleanUp());

  for (const signal of ["SIGKILL", "SIGINT"] as const) {
    it(`by ${signal} leaves no process behind, and is finished by one command`, async () => {
      const up = stack.startTool("up", "--no-doctor");
      await reach(stack.label, SERVER);
      const pulumi = pulumiBelow(up);
      expect(startedBy(pulumi).length).to.be.greaterThan(0);
      // SIGKILL takes the engine alone; SIGINT comes to the command, as npm passes it on.
      process.kill(signal === "SIGKILL" ? pulumi : up.pid, signal);
      const { code, text } = await up.finished;
      expect(code, text).to.not.equal(0);
      expect(startedBy(pulumi)).to.deep.equal([]);
      const recovered = await stack.tool(signal === "SIGKILL" ? "recover" : "up");
      expect(recovered.code, recovered.text).to.equal(0);
      const { containers } = await stack.objects();
      expect(containers).to.deep.equal([stack.engineContainer, stack.postgresContainer]);
    });
  }
});

describe("a removal that is killed", function () {
  this.timeout(300_000);
  let stack: TestStack;
  before(async () => {
    stack = await TestStack.create();
    await stack.up();
  });
  after(() => stack?.cleanUp());

  /** Kills a command, its Pulumi and the plugins once the engine's container is gone. */
  const killOnceEngineIsGone = async (command: RunningProcess) => {
    await waitFor("the engine is gone", async () => {
      const { containers } = await stack.objects();
      return containers.includes(stack.engineContainer) ? undefined : true;
    });
    const below = descendantsOf(command.pid);
    command.kill();
    killAll(below);
    expect((await command.finished).code, "it was still running").to.equal(-1);
  };

  it("as npm run down is finished by recover: stopped, with the data kept", async () => {
    await killOnceEngineIsGone(stack.startTool("down"));
    const { code, text } = await stack.tool("recover");
    expect(code, text).to.equal(0);
    expect(text).to.include("is stopped").and.not.include("is up");
    expect(await stack.objects()).to.deep.equal({ ...NOTHING, volumes: [stack.volume] });
    await stack.up();
  });

  it("as a destroy of a stack without protection is finished by recover: nothing is left", async () => {
    await stack.demand(["state", "unprotect", "--all", "--yes"]);
    await killOnceEngineIsGone(stack.start(["destroy", "--yes", "--skip-preview"]));
    const { code, text } = await stack.tool("recover");
    expect(code, text).to.equal(0);
    expect(text).to.include("was removing stack").and.not.include("is up");
    expect(await stack.objects()).to.deep.equal(NOTHING);
  });
});
