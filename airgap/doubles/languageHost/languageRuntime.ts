import {
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import * as plugins from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { grpcError } from "../plugin/unimplemented";
import { generatePackage } from "./generatePackage";
import { installDependencies } from "./installDependencies";
import { linkPackages } from "./linkPackages";
import { programDependencies } from "./programDependencies";
import { requiredPlugins } from "./requiredPlugins";
import { runPlugin } from "./runPlugin";
import { type ProgramRun, ProgramRunner } from "./runProgram";

function unary<Request, Response>(work: (request: Request) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => {
          const text = error instanceof Error ? error.message : String(error);
          callback(isGrpcError(error) ? error : grpcError(status.UNKNOWN, text));
        },
      );
  };
}

function isGrpcError(error: unknown): error is ReturnType<typeof grpcError> {
  return error instanceof Error && "code" in error && typeof error.code === "number";
}

function folders(info: messages.ProgramInfo | undefined): { program: string; root: string } {
  if (!info?.getProgramDirectory()) {
    throw new Error("the engine sent no program information; it is older than this double takes");
  }
  return {
    program: info.getProgramDirectory(),
    root: info.getRootDirectory() || info.getProgramDirectory(),
  };
}

function toRun(request: messages.RunRequest, engine: string, tracing: string): ProgramRun {
  const { program, root } = folders(request.getInfo());
  if (request.getAttachDebugger()) {
    throw new Error("attaching a debugger is not imitated by the language host double");
  }
  return {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    root,
    programDirectory: program,
    entryPoint: request.getInfo()?.getEntryPoint() ?? "",
    parallel: request.getParallel(),
    dryRun: request.getDryrun(),
    tracing,
    config: Object.fromEntries(request.getConfigMap().toObject()),
    secretKeys: request.getConfigsecretkeysList(),
    options: request.getInfo()?.getOptions()?.toJavaScript() ?? {},
    args: request.getArgsList(),
  };
}

function about(): messages.AboutResponse {
  const response = new messages.AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  response.getMetadataMap().set("languageHost", "clerk-hasura double");
  return response;
}

async function packagesAnswer(request: messages.GetRequiredPackagesRequest) {
  const response = new messages.GetRequiredPackagesResponse();
  for (const plugin of await requiredPlugins(folders(request.getInfo()).program)) {
    const entry = new plugins.PackageDependency();
    entry.setName(plugin.name);
    entry.setKind("resource");
    entry.setVersion(plugin.version);
    entry.setServer(plugin.server);
    response.addPackages(entry);
  }
  return response;
}

async function dependenciesAnswer(request: messages.GetProgramDependenciesRequest) {
  const { program, root } = folders(request.getInfo());
  const found = await programDependencies(program, root, request.getTransitivedependencies());
  const response = new messages.GetProgramDependenciesResponse();
  for (const { name, version } of found) {
    const entry = new messages.DependencyInfo();
    entry.setName(name);
    entry.setVersion(version);
    response.addDependencies(entry);
  }
  return response;
}

async function generateAnswer(request: messages.GeneratePackageRequest) {
  if (request.getExtraFilesMap().getLength() > 0) {
    throw new Error("overlays are not supported for Node.js");
  }
  await generatePackage({
    directory: request.getDirectory(),
    schema: request.getSchema(),
    loaderTarget: request.getLoaderTarget(),
    localDependencies: Object.fromEntries(request.getLocalDependenciesMap().toObject()),
    local: request.getLocal(),
  });
  return new messages.GeneratePackageResponse();
}

async function linkAnswer(request: messages.LinkRequest) {
  const { program } = folders(request.getInfo());
  const paths = request.getPackagesList().map((it) => it.getPath());
  const response = new messages.LinkResponse();
  response.setImportInstructions(await linkPackages(program, paths));
  return response;
}

type InstallCall = ServerWritableStream<
  messages.InstallDependenciesRequest,
  messages.InstallDependenciesResponse
>;

function install(call: InstallCall): void {
  const directory = call.request.getDirectory() || folders(call.request.getInfo()).program;
  installDependencies(directory, (stream, chunk) => {
    const response = new messages.InstallDependenciesResponse();
    if (stream === "stdout") response.setStdout(chunk);
    else response.setStderr(chunk);
    call.write(response);
  }).then(
    () => call.end(),
    (error: Error) => call.emit("error", grpcError(status.UNKNOWN, error.message)),
  );
}

/** What takes neither the engine's address nor a program that runs. */
const ANSWERS: UntypedServiceImplementation = {
  getRequiredPackages: unary(packagesAnswer),
  getProgramDependencies: unary(dependenciesAnswer),
  installDependencies: install,
  generatePackage: unary(generateAnswer),
  link: unary(linkAnswer),
  about: unary((_: messages.AboutRequest) => about()),
  // The published host asks which package manager to use; this one knows npm only, so nothing to ask.
  runtimeOptionsPrompts: unary(
    (_: messages.RuntimeOptionsRequest) => new messages.RuntimeOptionsResponse(),
  ),
};

/** The gRPC handlers of `pulumirpc.LanguageRuntime` for programs in Node. */
export function languageRuntime(
  engine: string,
  version: string,
  tracing = "",
): UntypedServiceImplementation {
  const runner = new ProgramRunner();
  let engineAddress = engine;
  return {
    ...ANSWERS,
    handshake: unary((request: messages.LanguageHandshakeRequest) => {
      engineAddress = request.getEngineAddress() || engineAddress;
      return new messages.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary((_: Empty) => {
      const info = new plugins.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    run: unary(async (request: messages.RunRequest) => {
      const result = await runner.run(toRun(request, engineAddress, tracing));
      const response = new messages.RunResponse();
      response.setError(result.error);
      response.setBail(result.bail);
      return response;
    }),
    runPlugin: runPlugin,
    cancel: unary((_: Empty) => {
      runner.cancel();
      return new Empty();
    }),
  };
}
