import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  ResourceProviderClient,
  ResourceProviderService,
} from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { eventually } from "../../../tests/support/waiting";
import { bundleDoubles } from "../../doubles";

const providerPath = ResourceProviderService.getPluginInfo.path;
const executables: [path: string, method: string][] = [
  ["bin/pulumi-language-nodejs", LanguageRuntimeService.getPluginInfo.path],
  ["plugins/resource-command/pulumi-resource-command", providerPath],
  ["plugins/resource-postgresql/pulumi-resource-postgresql", providerPath],
];
const names = ["languageHost", "commandProvider", "postgresqlProvider"];

async function portOf(child: ChildProcess): Promise<number> {
  let printed = "";
  for await (const chunk of child.stdout ?? []) {
    printed += chunk;
    if (printed.includes("\n")) break;
  }
  return Number(printed.trim());
}

function versionAt(port: number, method: string): Promise<string> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  return new Promise<string>((answer, fail) => {
    client.makeUnaryRequest(
      method,
      (message: Empty) => Buffer.from(message.serializeBinary()),
      (bytes) => PluginInfo.deserializeBinary(bytes),
      new Empty(),
      (error, info) => (error ? fail(error) : answer(info?.getVersion() ?? "")),
    );
  }).finally(() => client.close());
}

/** Stands where the engine would be: it makes the plugin the leader of a process group, and says which. */
function startEngine(plugin: string) {
  const program = `
    const { spawn } = require("node:child_process");
    const options = { detached: true, stdio: ["ignore", "inherit", "ignore"] };
    process.stderr.write(String(spawn(process.argv[1], ["127.0.0.1:1"], options).pid));
  `;
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const options = { env: { ...process.env, PATH }, stdio: "pipe" } as const;
  return spawn(process.execPath, ["-e", program, plugin], options);
}

/** Whether a process, or one of a group where the number is negative, is there. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("bundled doubles", function () {
  this.timeout(60_000);
  let outDir: string;

  before(async () => {
    outDir = await mkdtemp(join(tmpdir(), "doubles with blank-"));
    const root = resolve(__dirname, "../../..");
    // A node that is gone makes the starters fall back to the one on PATH.
    const files = await bundleDoubles({ root, outDir, names, node: "/no/such/node" });
    expect(Object.keys(files)).to.deep.equal(names);
  });

  after(() => rm(outDir, { recursive: true }));

  for (const [path, method] of executables) {
    it(`${path} prints its port, answers, and ends at the engine's SIGINT`, async () => {
      const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
      const child = spawn(join(outDir, path), ["127.0.0.1:1"], { env: { ...process.env, PATH } });
      const ended = once(child, "exit");
      try {
        expect(await versionAt(await portOf(child), method)).to.match(/^\d+\.\d+\.\d+$/);
        child.kill("SIGINT");
        expect((await ended)[0]).to.equal(0);
      } finally {
        child.kill("SIGKILL");
      }
    });
  }

  it("end with what they run, soon after an engine that was killed", async () => {
    const path = join(outDir, "plugins/resource-command/pulumi-resource-command");
    const engine = startEngine(path);
    const group = await new Promise<number>((resolve) =>
      engine.stderr.once("data", (text) => resolve(Number(text))),
    );
    try {
      const address = `127.0.0.1:${await portOf(engine)}`;
      const client = new ResourceProviderClient(address, credentials.createInsecure());
      const request = new CreateRequest();
      request.setUrn("urn:pulumi:s::p::command:local:Command::waits");
      const create = `touch ${JSON.stringify(join(outDir, "started"))}; sleep 600; true`;
      request.setProperties(Struct.fromJavaScript({ create }));
      const cut = new Promise((resolve) => client.create(request, resolve));
      await eventually("the command runs", async () =>
        expect(existsSync(join(outDir, "started"))).to.equal(true),
      );
      engine.kill("SIGKILL");
      expect(await cut).to.be.instanceOf(Error);
      await eventually("nothing of the plugin is left", async () =>
        expect(isAlive(-group)).to.equal(false),
      );
      client.close();
    } finally {
      engine.kill("SIGKILL");
      if (isAlive(-group)) process.kill(-group, "SIGKILL");
    }
  });

  it("refuses a name it does not know", async () => {
    const error = await bundleDoubles({ root: ".", outDir, names: ["hasuro"] }).catch(String);
    expect(error).to.contain('no double "hasuro"');
  });
});
