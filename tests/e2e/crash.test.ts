import { expect } from "chai";
import { waitFor } from "../support/waiting";
import { docker, inspect } from "./support/docker";
import type { EngineClient } from "./support/engineClient";
import { bringUpNotes, fingerprint, notesSeen } from "./support/notes";
import type { TestStack } from "./support/testStack";
import { bearer } from "./support/tokens";

const BACK_MS = 60_000;

/** Kills a container's main process; `docker kill` would count as a wish to have it stopped. */
async function killMainProcess(container: string): Promise<void> {
  const pid = await inspect(container, "{{.State.Pid}}");
  try {
    process.kill(Number(pid), "SIGKILL");
  } catch {
    // Somebody else's process to this user, or behind a virtual machine: asked of the engine.
    const image = await inspect(container, "{{.Image}}");
    const run = ["run", "--rm", "--pid", "host", "--user", "0:0", "--entrypoint", "/bin/bash"];
    await docker([...run, image, "-c", `kill -9 ${Number(pid)}`]);
  }
}

const LIMITS = "{{.HostConfig.PidsLimit}} {{.HostConfig.NanoCpus}}";

/** How many processes and threads run in a container. */
async function processesOf(container: string): Promise<number> {
  return (await docker(["top", container, "-eLo", "pid"])).split("\n").length - 1;
}

/** Each takes all that it can get: memory, until it is killed for it, and processes. */
const HOGS = ["exec tail /dev/zero", "bomb() { bomb | bomb & }; bomb"];

describe("a container whose main process is killed", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let client: EngineClient;
  let rows: string;
  let token: string;

  before(async () => {
    ({ client, rows, token } = await bringUpNotes("user_2", (made) => {
      stack = made;
    }));
  });
  after(() => stack?.cleanUp());

  for (const part of ["hasura", "postgres"] as const) {
    it(`is back and the stack answers within a minute: ${part}`, async () => {
      const name = part === "hasura" ? stack.engineContainer : stack.postgresContainer;
      const started = await inspect(name, "{{.State.StartedAt}}");
      const deadline = Date.now() + BACK_MS;
      await killMainProcess(name);
      const restarted = async () => {
        const state = await inspect(name, "{{.State.Running}} {{.State.StartedAt}}");
        return state.startsWith("true ") && state !== `true ${started}` ? true : undefined;
      };
      await waitFor(`${name} runs again`, restarted, deadline - Date.now());
      await client.healthy(deadline - Date.now());
      const answered = async () => {
        const seen = await notesSeen(client, bearer(token));
        return seen.length === 100 ? true : undefined;
      };
      await waitFor("a token is answered", answered, deadline - Date.now());
      expect(await fingerprint(client)).to.equal(rows);
    });
  }

  for (const part of ["hasura", "postgres"] as const) {
    it(`takes what it may have, and leaves the other one answering: ${part}`, async () => {
      const [name, other] =
        part === "hasura"
          ? [stack.engineContainer, stack.postgresContainer]
          : [stack.postgresContainer, stack.engineContainer];
      const [limit, cores] = (await inspect(name, LIMITS)).split(" ").map(Number);
      expect(cores).to.equal(1e9);
      const started = await inspect(other, "{{.State.StartedAt}}");
      for (const hog of HOGS) await docker(["exec", "--detach", name, "/bin/bash", "-c", hog]);
      // Forked shells take memory as well, so that either limit may be met first.
      const full = async () => ((await processesOf(name)) > 300 ? true : undefined);
      await waitFor("the processes multiply", full, 30_000);
      const asked = Date.now();
      if (part === "hasura")
        await docker(["exec", other, "psql", "-U", "postgres", "-c", "select 1"]);
      else expect((await fetch(`http://127.0.0.1:${stack.port}/v1/version`)).status).to.equal(200);
      expect(Date.now() - asked).to.be.lessThan(20_000);
      expect(await processesOf(name)).to.be.at.most(limit ?? 0);
      await docker(["kill", name]);
      await docker(["start", name]);
      await client.healthy(BACK_MS);
      const same = async () => ((await fingerprint(client)) === rows ? true : undefined);
      await waitFor("the rows", same, BACK_MS);
      expect(await inspect(other, "{{.State.StartedAt}}")).to.equal(started);
    });
  }

  it("is no change to Pulumi", async () => {
    await stack.refresh("--expect-no-changes");
    await stack.up("--expect-no-changes");
  });
});
