import { createServer } from "node:net";
import { expect } from "chai";
import { docker, inspect } from "./support/docker";
import type { EngineClient } from "./support/engineClient";
import { fingerprint, makeNotes } from "./support/notes";
import type { Finished } from "./support/runProcess";
import { TestStack } from "./support/testStack";

describe("containers that do not run", function () {
  this.timeout(400_000);
  let stack: TestStack;
  let client: EngineClient;
  let rows: string;

  before(async () => {
    stack = await TestStack.create();
  });
  after(() => stack?.cleanUp());

  const up = async (): Promise<string> => {
    const { code, text } = await stack.tool("up", "--no-doctor");
    expect(code, text).to.equal(0);
    return text;
  };
  const expectWhole = async () => {
    await client.healthy();
    expect(await fingerprint(client)).to.equal(rows);
    const { containers, networks, volumes } = await stack.objects();
    expect(containers).to.deep.equal([stack.engineContainer, stack.postgresContainer]);
    expect([networks.length, volumes]).to.deep.equal([1, [stack.volume]]);
  };

  it("because their port is taken at the first start are named with its holder, and made by the next up", async () => {
    const server = createServer().listen(stack.port, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    let refused: Finished;
    try {
      refused = await stack.tool("up", "--no-doctor");
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(refused.code).to.equal(1);
    const [last] = refused.text.trim().split("\n").slice(-1);
    expect(last).to.include(`port ${stack.port} (setting hasura.port) is in use by the process`);
    expect(last).to.include(`(${process.pid})`);
    await up();
    client = await stack.client();
    await client.healthy();
    await makeNotes(client);
    rows = await fingerprint(client);
  });

  it("because somebody stopped or killed them are started by up, with every row", async () => {
    await docker(["kill", stack.postgresContainer]);
    await docker(["stop", stack.engineContainer]);
    const text = await up();
    for (const name of [stack.postgresContainer, stack.engineContainer]) {
      expect(text).to.include(`started container ${name}, which was exited`);
    }
    expect(text).to.not.include("nothing changed");
    await expectWhole();
  });

  it("because somebody removed them are made again by up, with their network and every row", async () => {
    await docker(["rm", "--force", stack.postgresContainer, stack.engineContainer]);
    const [network = ""] = (await stack.objects()).networks;
    await docker(["network", "rm", network]);
    expect(await up()).to.include(`${stack.postgresContainer} is no longer in Docker`);
    await expectWhole();
    await stack.up("--expect-no-changes");
  });

  it("because of a wrong setting are told in their own words, and mended by the right one", async () => {
    await stack.configure({ plain: { "postgres.parameters": '{"shared_buffers":"nonsense"}' } });
    const refused = await stack.tool("up", "--no-doctor");
    expect(refused.code).to.equal(1);
    const told = refused.text.slice(refused.text.lastIndexOf("\nerror: "));
    expect(told)
      .to.include("step failed: wait until Postgres responds")
      .and.include("shared_buffers");
    expect(told).to.not.include("docker exec");
    // Nothing changes between these two, so that Pulumi alone would say that all is well.
    const again = await stack.tool("up", "--no-doctor");
    expect(again.code).to.equal(1);
    expect(again.text).to.include("shared_buffers");
    await stack.configure({ absent: ["postgres.parameters"] });
    await up();
    await expectWhole();
  });

  it("are started by recover before it reads the databases", async () => {
    await docker(["stop", stack.postgresContainer]);
    const { code, text } = await stack.tool("recover");
    expect(code, text).to.equal(0);
    expect(text).to.not.include("refused");
    await expectWhole();
    expect(await inspect(stack.postgresContainer, "{{.State.Running}}")).to.equal("true");
  });
});
