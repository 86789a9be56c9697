import { readFileSync } from "node:fs";
import { expect } from "chai";
import { startedBy } from "../../tools/commands/endLeftovers";
import { waitFor } from "../support/waiting";
import { reach } from "./support/moments";
import { descendantsOf, killAll, type RunningProcess } from "./support/runProcess";
import { TestStack } from "./support/testStack";

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
