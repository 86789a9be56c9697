import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type ServerWritableStream, status } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { grpcError } from "../plugin/unimplemented";
import { runtimeOptions } from "./runtimeOptions";

/** How a kind of plugin is started. */
interface PluginKind {
  runner: string;
  /** Policy packs want their folder last and as working folder; component packages want it first. */
  folderLast: boolean;
}

const KINDS: Readonly<Record<string, PluginKind>> = {
  analyzer: { runner: "@pulumi/pulumi/cmd/run-policy-pack", folderLast: true },
  resource: { runner: "@pulumi/pulumi/cmd/run-plugin", folderLast: false },
};

type RunPluginCall = ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>;

function locateRunner(runner: string, directory: string): string {
  try {
    return createRequire(join(directory, "plugin.js")).resolve(runner);
  } catch {
    throw new Error(`no Pulumi SDK can be found from ${directory}; run pulumi install there`);
  }
}

function environment(lines: readonly string[], typescript: boolean): NodeJS.ProcessEnv {
  const given = lines.map((line): [string, string] => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  const env = { ...process.env, ...Object.fromEntries(given) };
  return typescript ? { ...env, PULUMI_NODEJS_TYPESCRIPT: "true" } : env;
}

function kindOf(request: messages.RunPluginRequest): PluginKind {
  const kind = KINDS[request.getKind()];
  if (kind !== undefined) return kind;
  const allowed = Object.keys(KINDS).join(", ");
  throw new Error(`plugins of kind "${request.getKind()}" are not imitated; allowed: ${allowed}`);
}

/** Starts a plugin with the runner of its own SDK. */
function startPlugin(request: messages.RunPluginRequest): ChildProcess {
  const { runner, folderLast } = kindOf(request);
  const directory = request.getInfo()?.getProgramDirectory() ?? "";
  if (directory === "") throw new Error("the engine sent no folder of a plugin");
  const options = runtimeOptions(request.getInfo()?.getOptions()?.toJavaScript() ?? {});
  if (options.nodeArgs.length > 0) {
    throw new Error(
      "nodeargs of plugins are not imitated; node does not get them from the published host",
    );
  }
  const args = request.getArgsList();
  const placed = folderLast ? [...args, directory] : [directory, ...args];
  return spawn(process.execPath, [locateRunner(runner, directory), ...placed], {
    cwd: folderLast ? directory : request.getPwd(),
    env: environment(request.getEnvList(), options.typescript),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** RunPlugin: both streams are passed on, then the exit code; a cancelled call ends the plugin. */
export function runPlugin(call: RunPluginCall): void {
  let child: ChildProcess;
  try {
    child = startPlugin(call.request);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    call.emit("error", grpcError(status.UNIMPLEMENTED, text));
    return;
  }
  const answer = (fill: (response: messages.RunPluginResponse) => void) => {
    const response = new messages.RunPluginResponse();
    fill(response);
    call.write(response);
  };
  child.stdout?.on("data", (chunk: Buffer) => answer((it) => it.setStdout(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => answer((it) => it.setStderr(chunk)));
  child.once("error", (error) => call.emit("error", grpcError(status.UNKNOWN, error.message)));
  child.once("close", (code) => {
    answer((it) => it.setExitcode(code ?? 1));
    call.end();
  });
  call.once("cancelled", () => child.kill("SIGTERM"));
}
