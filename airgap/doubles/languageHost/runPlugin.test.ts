import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { credentials, status } from "@grpc/grpc-js";
import {
  LanguageRuntimeClient,
  LanguageRuntimeService,
} from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type RunningPlugin, servePlugin } from "../plugin/servePlugin";
import { runPlugin } from "./runPlugin";

// Stands where the SDK's runner would be.
const RUNNER = `
const { writeFileSync } = require("node:fs");
const { argv, env, pid } = process;
writeFileSync("started.json", JSON.stringify({ runner: "RUNNER_NAME", argv: argv.slice(2), cwd: process.cwd(), mark: env.MARK, typescript: env.PULUMI_NODEJS_TYPESCRIPT, pid }));
process.stderr.write("loading");
process.stdout.write("4711\\n");
if (env.MARK === "hang") setInterval(() => {}, 1000);
else process.exitCode = 3;
`;

function withNodeArguments(it: messages.RunPluginRequest): messages.RunPluginRequest {
  it.getInfo()?.setOptions(Struct.fromJavaScript({ nodeargs: "--import tsx" }));
  return it;
}

interface Heard {
  stdout: string;
  stderr: string;
  exitCode?: number;
}

describe("language host double, plugins", () => {
  let root: string;
  let server: RunningPlugin;
  let client: LanguageRuntimeClient;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "chtest-policy-pack-"));
    for (const name of ["run-policy-pack", "run-plugin"]) {
      const runner = join(root, "node_modules/@pulumi/pulumi/cmd", name, "index.js");
      await mkdir(dirname(runner), { recursive: true });
      await writeFile(runner, RUNNER.replace("RUNNER_NAME", name));
    }
    await mkdir(join(root, "policy"));
    server = await servePlugin("language host", LanguageRuntimeService, {
      runPlugin: runPlugin,
    });
    client = new LanguageRuntimeClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
  });
  afterEach(async () => {
    client.close();
    server.close();
    await rm(root, { recursive: true, force: true });
  });

  function request(mark: string, kind = "analyzer", directory = join(root, "policy")) {
    const info = new messages.ProgramInfo();
    info.setProgramDirectory(directory);
    info.setRootDirectory(directory);
    info.setEntryPoint(".");
    const it = new messages.RunPluginRequest();
    it.setInfo(info);
    it.setPwd(root);
    it.setKind(kind);
    it.setArgsList(["127.0.0.1:9"]);
    it.setEnvList([`MARK=${mark}`, "WITH_SIGN=a=b"]);
    return it;
  }

  function listen(it: messages.RunPluginRequest): Promise<Heard> {
    const heard: Heard = { stdout: "", stderr: "" };
    return new Promise((resolve, reject) => {
      client
        .runPlugin(it)
        .on("data", (message: messages.RunPluginResponse) => {
          if (message.hasExitcode()) heard.exitCode = message.getExitcode();
          heard.stdout += Buffer.from(message.getStdout_asU8()).toString();
          heard.stderr += Buffer.from(message.getStderr_asU8()).toString();
        })
        .on("error", reject)
        .on("end", () => resolve(heard));
    });
  }

  const started = async (folder = join(root, "policy")) =>
    JSON.parse(await readFile(join(folder, "started.json"), "utf8")) as Record<string, unknown>;

  it("runs the pack in its own folder, with the engine's address and variables", async () => {
    const heard = await listen(request("seen"));
    expect(heard).to.deep.equal({ stdout: "4711\n", stderr: "loading", exitCode: 3 });
    const { pid: _pid, ...rest } = await started();
    const folder = join(root, "policy");
    const loaded = { runner: "run-policy-pack", mark: "seen", typescript: "true" };
    expect(rest).to.deep.equal({ argv: ["127.0.0.1:9", folder], cwd: folder, ...loaded });
  });

  it("runs a package of components in the program's folder, with the package's folder first", async () => {
    const heard = await listen(request("seen", "resource"));
    expect(heard).to.deep.equal({ stdout: "4711\n", stderr: "loading", exitCode: 3 });
    const { pid: _pid, ...rest } = await started(root);
    const argv = [join(root, "policy"), "127.0.0.1:9"];
    const loaded = { runner: "run-plugin", mark: "seen", typescript: "true" };
    expect(rest).to.deep.equal({ argv, cwd: root, ...loaded });
  });

  it("ends the pack when the engine cancels", async () => {
    const call = client.runPlugin(request("hang"));
    call.on("error", () => undefined);
    await new Promise((resolve) => call.once("data", resolve));
    const { pid } = await started();
    call.cancel();
    const alive = () => {
      try {
        return process.kill(Number(pid), 0);
      } catch {
        return false;
      }
    };
    while (alive()) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  const REFUSED: [string, () => messages.RunPluginRequest, string][] = [
    ["plugins of another kind", () => request("x", "converter"), 'kind "converter"'],
    ["nodeargs, which node would not get", () => withNodeArguments(request("x")), "nodeargs"],
    ["a request without a folder", () => request("x", "resource", ""), "no folder"],
    ["a pack without an SDK", () => request("x", "analyzer", join(tmpdir(), "nowhere")), "install"],
  ];
  for (const [title, make, part] of REFUSED) {
    it(`refuses ${title}`, async () => {
      const error = await listen(make()).then(
        () => undefined,
        (it: unknown) => it,
      );
      expect(error).to.include({ code: status.UNIMPLEMENTED });
      expect(String(error)).to.contain(part);
    });
  }
});
