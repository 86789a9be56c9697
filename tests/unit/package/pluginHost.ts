import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resources from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type PropertyMap, secret } from "../../../airgap/doubles/plugin/propertyValue";
import { callMethod } from "../../../airgap/doubles/plugin/providerClient";
import { type RunningPlugin, servePlugin } from "../../../airgap/doubles/plugin/servePlugin";
import { ROOT } from "./packedPackage";

function portOf(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  child.stderr?.on("data", (text) => said.push(String(text)));
  return new Promise((resolve, reject) => {
    child.once("exit", (code) =>
      reject(new Error(`the host ended with ${code}: ${said.join("")}`)),
    );
    if (child.stdout) createInterface(child.stdout).once("line", resolve);
  });
}

/** Where a caller is: without this package's tsconfig, with the packages that remote resources need there. */
function callersFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "clerk-hasura-caller-"));
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  symlinkSync(join(ROOT, "node_modules", "@pulumi"), join(modules, "@pulumi"));
  symlinkSync(ROOT, join(modules, "clerk-hasura"));
  return folder;
}

/** Pulumi's own host of components, started on the checkout as the engine does for PulumiPlugin.yaml. */
export class PluginHost {
  private readonly child: ChildProcess;
  private readonly client: ResourceProviderClient;
  private readonly engine: string;
  private readonly folder: string;

  private constructor(
    child: ChildProcess,
    client: ResourceProviderClient,
    engine: string,
    folder: string,
  ) {
    this.child = child;
    this.client = client;
    this.engine = engine;
    this.folder = folder;
  }

  /** `engine` is the address of the engine's services, of which construct needs the resource monitor. */
  static async start(engine: string): Promise<PluginHost> {
    const host = join(ROOT, "node_modules", "@pulumi", "pulumi", "cmd", "run-plugin");
    // The tests' own loader of TypeScript must not be inherited: the engine sets none.
    const { NODE_OPTIONS: _options, ...env } = process.env;
    const folder = callersFolder();
    const child = spawn(process.execPath, [host, join(ROOT, "plugin"), engine], {
      cwd: folder,
      env,
    });
    const address = `127.0.0.1:${await portOf(child)}`;
    const client = new ResourceProviderClient(address, credentials.createInsecure());
    return new PluginHost(child, client, engine, folder);
  }

  stop(): void {
    this.client.close();
    this.child.removeAllListeners("exit");
    this.child.kill();
    rmSync(this.folder, { recursive: true });
  }

  async schema(): Promise<unknown> {
    const request = new messages.GetSchemaRequest();
    const response = await callMethod(this.client, this.client.getSchema, request);
    return JSON.parse(response.getSchema());
  }

  /** Constructs a component as the engine does for a program in another language. */
  async construct(type: string, name: string, inputs: PropertyMap): Promise<PropertyMap> {
    const request = new messages.ConstructRequest();
    request.setType(`clerk-hasura:index:${type}`);
    request.setName(name);
    request.setInputs(Struct.fromJavaScript(inputs));
    request.setProject("shop");
    request.setStack("test");
    request.setOrganization("organization");
    request.setParallel(4);
    request.setMonitorendpoint(this.engine);
    const response = await callMethod(this.client, this.client.construct, request);
    return (response.getState()?.toJavaScript() ?? {}) as PropertyMap;
  }
}

/** What the engine can do, as far as a component that is constructed for it asks. */
const FEATURES = ["secrets", "resourceReferences", "outputValues", "deletedWith", "aliasSpecs"];

/** What providers would answer beyond the inputs. */
const ANSWERS: Record<string, PropertyMap> = {
  "docker:index/remoteImage:RemoteImage": { imageId: "sha256:0", repoDigest: "" },
  "random:index/randomId:RandomId": { hex: "0123456789abcdef" },
  "random:index/randomPassword:RandomPassword": { result: secret("x".repeat(32)) },
  "command:local:Command": { stdout: "ready" },
};

/** The engine's resource monitor, which says yes to every registration and keeps it. */
export interface ScriptedMonitor extends RunningPlugin {
  /** `type name` of each registration, in order. */
  registered: string[];
}

export async function startMonitor(): Promise<ScriptedMonitor> {
  const registered: string[] = [];
  const running = await servePlugin("monitor", ResourceMonitorService, {
    supportsFeature: (
      { request }: ServerUnaryCall<resources.SupportsFeatureRequest, unknown>,
      answer: sendUnaryData<resources.SupportsFeatureResponse>,
    ) => {
      const response = new resources.SupportsFeatureResponse();
      response.setHassupport(FEATURES.includes(request.getId()));
      answer(null, response);
    },
    registerResource: (
      { request }: ServerUnaryCall<resources.RegisterResourceRequest, unknown>,
      answer: sendUnaryData<resources.RegisterResourceResponse>,
    ) => {
      const [type, name] = [request.getType(), request.getName()];
      registered.push(`${type} ${name}`);
      const inputs = (request.getObject()?.toJavaScript() ?? {}) as PropertyMap;
      const response = new resources.RegisterResourceResponse();
      response.setUrn(`urn:pulumi:test::shop::${type}::${name}`);
      if (request.getCustom()) response.setId(`${name}-id`);
      response.setObject(Struct.fromJavaScript({ ...inputs, ...ANSWERS[type] }));
      answer(null, response);
    },
    registerResourceOutputs: (_call: unknown, answer: sendUnaryData<Empty>) =>
      answer(null, new Empty()),
  });
  return { ...running, registered };
}
