import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { expect } from "chai";
import { inspect } from "./support/docker";
import type { EngineClient } from "./support/engineClient";
import { startProcess } from "./support/runProcess";
import { TestStack } from "./support/testStack";

const KEY = { kty: "oct", k: "AAAA", kid: "a" };
const NOWHERE = "tcp://127.0.0.1:1";

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A way to the Docker engine over TCP, which ends as a whole with either direction, as plain forwarders do. */
function forwarder(): Promise<Server> {
  const server = createServer((client) => {
    const engine = connect("/var/run/docker.sock");
    client.pipe(engine).pipe(client);
    for (const socket of [client, engine]) {
      socket.on("error", () => {
        client.destroy();
        engine.destroy();
      });
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe("replacing an engine, on the Docker engine that docker:host names", function () {
  this.timeout(300_000);
  let docker: Server;
  let keys: Server;
  let status = 200;
  let stack: TestStack;
  let client: EngineClient;
  let id: string;

  before(async () => {
    docker = await forwarder();
    // On every address, since containers reach this machine by that of their bridge.
    const served = createHttpServer((_, answer) => {
      answer.writeHead(status, { "content-type": "application/json" });
      answer.end(JSON.stringify({ keys: [KEY] }));
    });
    await new Promise<void>((resolve) => served.listen(0, "0.0.0.0", resolve));
    keys = served;
    stack = await TestStack.create();
    stack.variables.DOCKER_HOST = NOWHERE;
    await stack.configure({
      plain: {
        "docker:host": `tcp://127.0.0.1:${portOf(docker)}`,
        "identity.jwksUrl": `http://host.docker.internal:${portOf(keys)}/jwks?key=canary-query`,
        "identity.allowHttpJwks": "true",
        "identity.issuer": "https://issuer.example.com",
      },
    });
  });
  after(async () => {
    await stack?.cleanUp();
    for (const server of [docker, keys]) server?.close();
  });

  it("comes up there, with a key set on the Docker host by its usual name", async () => {
    await stack.up();
    client = await stack.client();
    await client.healthy();
    id = await inspect(stack.engineContainer, "{{.Id}}");
  });

  it("is examined there", async () => {
    const { stdout, text } = await stack.tool("doctor", "--json");
    expect(stdout, text).to.match(/^\{/);
    const { checks } = JSON.parse(stdout) as { checks: { id: string; finding: string }[] };
    const line = checks.find((check) => check.id === "jwks.reachable");
    expect(line?.finding).to.equal("responds from where Hasura runs");
  });

  it("changes nothing the second time", () => stack.up("--expect-no-changes"));

  it("fails with one sentence while the key set is down, and the old engine answers", async () => {
    status = 404;
    await stack.configure({ plain: { "hasura.logTypes": '["startup"]' } });
    const { code, text } = await stack.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(code).to.not.equal(0);
    const address = `http://host.docker.internal:${portOf(keys)}/jwks`;
    expect(text).to.contain(
      `Hasura cannot fetch its keys from ${address}: the response has status 404; check the JWKS URL. No engine was started or replaced`,
    );
    const said = text.slice(text.indexOf("Diagnostics:"), text.indexOf("Outputs:"));
    expect(said).to.contain(address).and.not.contain("docker create");
    expect(said).to.not.contain("canary-query");
    expect(await inspect(stack.engineContainer, "{{.Id}} {{.State.Running}}")).to.equal(
      `${id} true`,
    );
    await client.healthy();
  });

  it("leaves no container of the trial behind", async () => {
    const listed = startProcess("docker", ["ps", "-aq", "--filter", `label=${stack.label}`]);
    const { stdout } = await listed.finished;
    expect(stdout.trim().split("\n")).to.have.length(2);
  });

  it("goes on once the key set is back", async () => {
    status = 200;
    await stack.up();
    expect(await inspect(stack.engineContainer, "{{.Id}}")).to.not.equal(id);
    await client.healthy();
  });
});
