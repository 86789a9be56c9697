import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { credentials, status } from "@grpc/grpc-js";
import {
  LanguageRuntimeClient,
  LanguageRuntimeService,
} from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { callMethod, failureOf } from "../plugin/providerClient";
import { type RunningPlugin, servePlugin } from "../plugin/servePlugin";
import { languageRuntime } from "./languageRuntime";

// Stands where the SDK's runner would be and writes down how it was started.
const recordingRunner = `
const { writeFileSync } = require("node:fs");
const env = Object.fromEntries(Object.entries(process.env).filter(([k]) => /PULUMI/.test(k)));
writeFileSync("started.json", JSON.stringify({ argv: process.argv.slice(2), execArgv: process.execArgv, env }));
if (process.env.HANG_TEST) setInterval(() => {}, 1000);
else process.exit(Number(process.argv.at(-1).match(/\\d+/)?.[0] ?? 0));
`;

function streamError(call: NodeJS.ReadableStream): Promise<Error> {
  return new Promise((resolve) => {
    call.on("data", () => undefined).on("error", resolve);
  });
}

describe("language host double", () => {
  let root: string;
  let server: RunningPlugin;
  let client: LanguageRuntimeClient;

  const put = async (path: string, content: string | object) => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  };

  const info = (options: Record<string, boolean | string> = {}, entryPoint = "program.ts") => {
    const program = new messages.ProgramInfo();
    program.setRootDirectory(root);
    program.setProgramDirectory(join(root, "infra"));
    program.setEntryPoint(entryPoint);
    program.setOptions(Struct.fromJavaScript(options));
    return program;
  };

  const run = (program: messages.ProgramInfo) => {
    const request = new messages.RunRequest();
    request.setInfo(program);
    request.setPwd(join(root, "infra"));
    request.setMonitorAddress("127.0.0.1:1");
    request.setOrganization("organization");
    request.setProject("proj");
    request.setStack("dev");
    request.setParallel(4);
    request.setDryrun(true);
    request.getConfigMap().set("proj:key", "value");
    request.setConfigsecretkeysList(["proj:key"]);
    return callMethod(client, client.run, request);
  };

  const started = async () => {
    return JSON.parse(await readFile(join(root, "infra/started.json"), "utf8"));
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "language-host-"));
    await put("package.json", { dependencies: { "@pulumi/random": "^4" } });
    await put("node_modules/@pulumi/pulumi/package.json", {
      name: "@pulumi/pulumi",
      version: "3.0.0",
    });
    await put("node_modules/@pulumi/pulumi/cmd/run/index.js", recordingRunner);
    await put("infra/program.ts", "");
    const service = languageRuntime("127.0.0.1:9", "3.0.0");
    server = await servePlugin("language host", LanguageRuntimeService, service);
    client = new LanguageRuntimeClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
  });

  afterEach(async () => {
    client.close();
    server.close();
    await rm(root, { recursive: true });
  });

  it("tells its version, says that it is a double, and has no options to ask for", async () => {
    const plugin = await callMethod(client, client.getPluginInfo, new Empty());
    const about = await callMethod(client, client.about, new messages.AboutRequest());
    expect(plugin.getVersion()).to.equal("3.0.0");
    expect(about.getVersion()).to.equal(process.version);
    expect(about.getMetadataMap().get("languageHost")).to.contain("double");
    const asked = new messages.RuntimeOptionsRequest();
    const options = await callMethod(client, client.runtimeOptionsPrompts, asked);
    expect(options.getPromptsList()).to.deep.equal([]);
  });

  const required = async () => {
    const request = new messages.GetRequiredPackagesRequest();
    request.setInfo(info());
    const answer = await callMethod(client, client.getRequiredPackages, request);
    return answer.getPackagesList().map((p) => [p.getName(), p.getVersion(), p.getServer()]);
  };
  const plugin = (name: string, version: string, pulumi: object = {}) => ({
    ...{ name, version },
    pulumi: { resource: true, ...pulumi },
  });

  it("finds the plugins of packages below the program, once each, by the published naming rule", async () => {
    const named = { name: "random", version: "4.21.2" };
    const thing = { name: "thing", server: "https://example.invalid" };
    const packages: Record<string, object> = {
      "infra/node_modules/@pulumi/random": plugin("@pulumi/random", "9.9.9", named),
      "infra/node_modules/@acme/thing": plugin("@acme/thing", "v1.0.0", thing),
      "infra/node_modules/a/node_modules/@pulumi/docker": plugin("@pulumi/docker", "5.2.0"),
      "infra/apps/one/node_modules/@pulumi/docker": plugin("@pulumi/docker", "5.2.0"),
      "infra/node_modules/@acme/nameless": plugin("@acme/nameless", "1.0.0"),
      "infra/node_modules/b": { name: "b", version: "1.0.0", pulumi: {} },
      "policy/rules/node_modules/@pulumi/policies": plugin("@pulumi/policies", "1.0.0"),
      "infra/elsewhere": plugin("@pulumi/outside-of-packages", "1.0.0"),
      "node_modules/@pulumi/above": plugin("@pulumi/above", "1.0.0"),
    };
    for (const [at, manifest] of Object.entries(packages))
      await put(`${at}/package.json`, manifest);
    await put("policy/rules/PulumiPolicy.yaml", "runtime: nodejs\n");
    await put("infra/node_modules/broken/package.json", "{");
    await symlink(join(root, "infra"), join(root, "infra/node_modules/itself"));
    expect(await required()).to.deep.equal([
      ["docker", "v5.2.0", ""],
      ["random", "v4.21.2", ""],
      ["thing", "v1.0.0", "https://example.invalid"],
    ]);
  });

  it("refuses a parameterized package loudly", async () => {
    const parameterized = plugin("a", "1.0.0", { parameterization: { name: "x" } });
    await put("infra/node_modules/a/package.json", parameterized);
    expect(await failureOf(required())).to.contain("parameterized");
  });

  it("starts the runner of the program's own SDK as the published host does", async () => {
    const answer = await run(info({ nodeargs: "--no-warnings --stack-size='900'" }));
    expect([answer.getError(), answer.getBail()]).to.deep.equal(["", false]);
    const { argv, execArgv, env } = await started();
    expect(execArgv).to.deep.equal(["--no-warnings", "--stack-size=900"]);
    expect(argv).to.deep.equal([
      ...["--monitor", "127.0.0.1:1", "--engine", "127.0.0.1:9", "--organization", "organization"],
      ...["--project", "proj", "--root-directory", root, "--stack", "dev"],
      ...["--pwd", join(root, "infra"), "--parallel", "4", "--dry-run", "program.ts"],
    ]);
    expect(JSON.parse(env.PULUMI_CONFIG)).to.deep.equal({ "proj:key": "value" });
    expect(JSON.parse(env.PULUMI_CONFIG_SECRET_KEYS)).to.deep.equal(["proj:key"]);
    expect(env.PULUMI_NODEJS_TYPESCRIPT).to.equal("true");
  });

  it("takes the engine's address from the handshake", async () => {
    const greeting = new messages.LanguageHandshakeRequest().setEngineAddress("127.0.0.1:77");
    await callMethod(client, client.handshake, greeting);
    await run(info());
    expect((await started()).argv).to.include("127.0.0.1:77");
  });

  it("leaves TypeScript to node's arguments when the option is off", async () => {
    await run(info({ typescript: false }));
    expect((await started()).env).not.to.have.property("PULUMI_NODEJS_TYPESCRIPT");
  });

  for (const [code, error, bail] of [
    [32, "", true],
    [1, "Program exited with non-zero exit code: 1", false],
  ] as const) {
    it(`answers exit code ${code} as the engine expects`, async () => {
      const answer = await run(info({}, `exit${code}.ts`));
      expect([answer.getError(), answer.getBail()]).to.deep.equal([error, bail]);
    });
  }

  it("ends the program when the engine cancels", async () => {
    process.env.HANG_TEST = "1";
    try {
      const running = run(info());
      while (
        await started().then(
          () => false,
          () => true,
        )
      ) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await callMethod(client, client.cancel, new Empty());
      expect((await running).getError()).to.contain("SIGTERM");
    } finally {
      delete process.env.HANG_TEST;
    }
  });

  it("says what to do when the SDK is not installed", async () => {
    await rm(join(root, "node_modules"), { recursive: true });
    expect(await failureOf(run(info()))).to.contain("pulumi install");
  });

  it("lists direct dependencies with their installed versions, or all", async () => {
    await put("node_modules/@pulumi/random/package.json", {
      name: "@pulumi/random",
      version: "4.21.2",
    });
    const request = new messages.GetProgramDependenciesRequest();
    request.setInfo(info());
    const names = async () =>
      (await callMethod(client, client.getProgramDependencies, request))
        .getDependenciesList()
        .map((d) => `${d.getName()} ${d.getVersion()}`);
    expect(await names()).to.deep.equal(["@pulumi/random 4.21.2"]);
    request.setTransitivedependencies(true);
    expect(await names()).to.deep.equal(["@pulumi/pulumi 3.0.0", "@pulumi/random 4.21.2"]);
  });

  it("reports an npm that fails", async () => {
    const request = new messages.InstallDependenciesRequest().setDirectory(join(root, "missing"));
    const error = await streamError(client.installDependencies(request));
    expect(error.message).to.contain("npm");
  });

  it("answers UNIMPLEMENTED to what it leaves out", async () => {
    const calls = [
      callMethod(client, client.generateProgram, new messages.GenerateProgramRequest()),
      callMethod(client, client.generateProject, new messages.GenerateProjectRequest()),
      callMethod(client, client.pack, new messages.PackRequest()),
      // The published host has it no more: the engine asks for packages.
      callMethod(client, client.getRequiredPlugins, new messages.GetRequiredPluginsRequest()),
    ];
    for (const call of calls) {
      const error = await call.catch((e: unknown) => e);
      expect(error).to.have.property("code", status.UNIMPLEMENTED);
    }
    const error = await streamError(client.runPlugin(new messages.RunPluginRequest()));
    expect(error).to.have.property("code", status.UNIMPLEMENTED);
  });
});
