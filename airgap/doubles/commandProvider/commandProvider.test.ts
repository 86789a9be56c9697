import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { CallRequest, ConstructRequest, InvokeRequest } from "@pulumi/pulumi/proto/provider_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type PropertyMap, secret, unknownValue } from "../plugin/propertyValue";
import { callMethod, failureOf, ProviderClient } from "../plugin/providerClient";
import { commandProvider } from "./commandProvider";

const urn = ProviderClient.urn("command:local:Command", "probe");

describe("command double", () => {
  let plugin: ProviderClient;
  let logged: string[];
  let folder: string;

  beforeEach(async () => {
    logged = [];
    folder = await mkdtemp(join(tmpdir(), "command-double-"));
    plugin = await ProviderClient.start(
      commandProvider(async (_urn, line) => {
        logged.push(line);
      }),
    );
  });

  afterEach(async () => {
    plugin.close();
    await rm(folder, { recursive: true });
  });

  const run = async (inputs: PropertyMap) => (await plugin.create(urn, inputs)).outputs;

  it("reports the version of the plugin it stands in for", async () => {
    expect(await plugin.version()).to.equal("1.2.1");
  });

  it("accepts secrets and supports previews", async () => {
    const answer = await plugin.configure({});
    expect([answer.getAcceptsecrets(), answer.getSupportspreview()]).to.deep.equal([true, true]);
  });

  it("runs create and keeps both streams without the last line break", async () => {
    const outputs = await run({ create: "printf 'a\\n\\n'; echo b >&2" });
    expect(outputs).to.include({ stdout: "a\n", stderr: "b" });
    expect(logged).to.have.members(["a", "", "b"]);
  });

  it("takes stdin, environment, dir and interpreter", async () => {
    const outputs = await run({
      create:
        'process.stdin.on("data", (d) => console.log(String(d), process.env.X, process.cwd()))',
      stdin: "input",
      environment: { X: "value" },
      dir: folder,
      interpreter: [process.execPath, "-e"],
    });
    expect(outputs.stdout).to.equal(`input value ${folder}`);
  });

  it("does nothing in a preview and leaves the streams unknown", async () => {
    const file = join(folder, "made");
    const inputs = { create: `touch ${file}`, update: `touch ${file}` };
    const created = await plugin.create(urn, inputs, true);
    const updated = await plugin.update(urn, "id", { ...inputs, stdout: "old" }, inputs, true);
    for (const outputs of [created.outputs, updated]) {
      expect(outputs).to.include({ stdout: unknownValue, stderr: unknownValue });
    }
    expect(await failureOf(readFile(file))).to.contain("ENOENT");
  });

  it("names status, command and output of a failed create, as they are", async () => {
    const create = 'printf "bad \\t%s\\n" "$TOKEN" >&2; exit 3';
    const text = await failureOf(run({ create, environment: { TOKEN: secret("hunter2") } }));
    const quoted = String.raw`"printf \"bad \\t%s\\n\" \"$TOKEN\" >&2; exit 3"`;
    expect(text).to.equal(`2 UNKNOWN: exit status 3: running ${quoted}:\nbad \thunter2\n`);
    expect(logged).to.deep.equal(["bad \thunter2"]);
  });

  it("quotes what cannot be printed as Go does", async () => {
    const text = await failureOf(run({ create: "exit 1 # \u0007\u000b\u001b\u007f\b\u00e9" }));
    expect(text).to.contain(String.raw`running "exit 1 # \a\v\x1b\x7f\b${"\u00e9"}":`);
  });

  it("keeps only the end of a long output in the error", async () => {
    const text = await failureOf(run({ create: "seq 100000 | sed 's/^/é/'; exit 1" }));
    expect(text.length).to.be.within(6000, 7000);
    expect(text).to.contain("é100000\n");
  });

  it("reports an interpreter or a folder that does not exist", async () => {
    const failure = (inputs: PropertyMap) => failureOf(run({ create: "x", ...inputs }));
    expect(await failure({ interpreter: ["/no/such"] })).to.equal(
      '2 UNKNOWN: fork/exec /no/such: no such file or directory: running "x":\n',
    );
    expect(await failure({ interpreter: ["no-such"] })).to.contain(
      'exec: "no-such": executable file not found in $PATH: running',
    );
    expect(await failure({ dir: "/no/such" })).to.contain("chdir /no/such: no such file");
  });

  it("runs update, or create again without one, with the previous output", async () => {
    const olds = { create: "x", stdout: "before", stderr: "problem" };
    const show = 'echo "$PULUMI_COMMAND_STDOUT $PULUMI_COMMAND_STDERR"';
    const again = await plugin.update(urn, "id", olds, { create: show });
    const own = await plugin.update(urn, "id", olds, { create: "exit 1", update: "echo own" });
    const without = { create: show, addPreviousOutputInEnv: false };
    const hidden = await plugin.update(urn, "id", olds, without);
    expect([again.stdout, own.stdout, hidden.stdout]).to.deep.equal(["before problem", "own", " "]);
  });

  it("runs delete with the state's environment and output, and nothing without delete", async () => {
    const file = join(folder, "deleted");
    const state = { environment: { F: file }, stdout: "kept", stderr: "" };
    await plugin.delete(urn, "id", {
      ...state,
      delete: 'echo "$PULUMI_COMMAND_STDOUT" > "$F"',
    });
    await plugin.delete(urn, "id", state);
    expect(await readFile(file, "utf8")).to.equal("kept\n");
  });

  it("fails a delete that fails", async () => {
    const failed = plugin.delete(urn, "id", { delete: "exit 9" });
    expect(await failureOf(failed)).to.contain("exit status 9");
  });

  it("keeps both streams plain, whatever input is secret", async () => {
    const hidden = secret("hidden");
    const inputs = {
      create: secret("cat; echo $X >&2"),
      stdin: hidden,
      environment: { X: hidden },
    };
    const outputs = await run(inputs);
    expect(outputs).to.deep.equal({ ...inputs, stdout: "hidden", stderr: "hidden" });
    const updated = await plugin.update(urn, "id", outputs, inputs);
    expect(updated).to.include({ stdout: "hidden", stderr: "hidden" });
  });

  for (const [logging, expected] of [
    ["stdout", ["o"]],
    ["stderr", ["e"]],
    ["none", []],
    ["anything else", []],
  ] as const) {
    it(`shows only what logging: ${logging} asks for`, async () => {
      await run({ create: "echo o; echo e >&2", logging });
      expect(logged).to.deep.equal(expected);
    });
  }

  it("names a changed trigger by its entry, so that the SDK's triggers[*] replaces", async () => {
    const olds = { create: "a", triggers: ["1"], stdout: "x", stderr: "" };
    const inputs = { create: "a", triggers: ["1"] };
    const changed = await plugin.diff(urn, olds, inputs, { create: "a", triggers: ["2"] });
    expect(changed).to.deep.include({ changed: true, paths: ["triggers[0]"], replaces: [] });
    const same = await plugin.diff(urn, olds, inputs, inputs);
    expect(same).to.deep.include({ changed: false, paths: [] });
  });

  it("compares with the state when the engine has no old inputs", async () => {
    const olds = { create: "a", stdout: "x", stderr: "" };
    expect((await plugin.diff(urn, olds, {}, { create: "a" })).changed).to.equal(false);
  });

  it("refuses unknown inputs, wrong types, assets and archives by name", async () => {
    const { failures } = await plugin.check(urn, {
      create: 1,
      environment: { A: 1 },
      logging: 1,
      assetPaths: ["*"],
      archivePaths: ["*"],
      comand: "x",
    });
    expect(failures.map((text) => text.split(":")[0])).to.have.members([
      "create",
      "environment",
      "logging",
      "assetPaths",
      "archivePaths",
      "comand",
    ]);
  });

  it("checks nothing it cannot know yet and adds no defaults", async () => {
    const news = { create: unknownValue, environment: { A: unknownValue } };
    expect(await plugin.check(urn, news)).to.deep.equal({ inputs: news, failures: [] });
  });

  it("gives back the stored state on refresh", async () => {
    const state = { create: "a", stdout: "x", stderr: "" };
    const read = await plugin.read(urn, "id", state, { create: "a" });
    expect(read).to.deep.equal({ id: "id", outputs: state, inputs: { create: "a" } });
  });

  it("refuses every other resource type", async () => {
    const remote = ProviderClient.urn("command:remote:Command", "r");
    expect(await failureOf(plugin.create(remote, {}))).to.contain("command:remote:Command is not");
    expect(await failureOf(plugin.check(remote, {}))).to.contain("is not imitated");
  });

  it("answers UNIMPLEMENTED to what it leaves out", async () => {
    const { client } = plugin;
    const calls = [
      callMethod(client, client.invoke, new InvokeRequest()),
      callMethod(client, client.call, new CallRequest()),
      callMethod(client, client.construct, new ConstructRequest()),
    ];
    for (const call of calls) {
      const error = await call.catch((e: unknown) => e);
      expect(error).to.have.property("code", status.UNIMPLEMENTED);
      expect(error).to.have.property("details").that.contains("command double");
    }
  });

  it("kills a running command when the engine cancels", async () => {
    const started = join(folder, "started");
    const running = failureOf(run({ create: `touch ${started}; exec sleep 60` }));
    while (
      await readFile(started).then(
        () => false,
        () => true,
      )
    ) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await callMethod(plugin.client, plugin.client.cancel, new Empty());
    expect(await running).to.contain("signal: killed: running");
  });

  it("passes on a big output whole", async () => {
    const file = join(folder, "big");
    await writeFile(file, "x".repeat(5_000_000));
    const outputs = await run({ create: `cat ${file}`, logging: "none" });
    expect(outputs.stdout).to.have.length(5_000_000);
  });
});
