import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

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

describe("bundled doubles", function () {
  this.timeout(60_000);
  let outDir: string;

  before(async () => {
    outDir = await mkdtemp(join(tmpdir(), "doubles with blank-"));
    const { bundleDoubles } = await import("../../../tools/airgap/doubles.mjs");
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

  it("refuses a name it does not know", async () => {
    const { bundleDoubles } = await import("../../../tools/airgap/doubles.mjs");
    const error = await bundleDoubles({ root: ".", outDir, names: ["hasuro"] }).catch(String);
    expect(error).to.contain('no double "hasuro"');
  });
});
