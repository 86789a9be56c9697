import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { callMethod } from "../../../airgap/doubles/plugin/providerClient";

/** What the engine sends of a resource. */
export interface SentResource {
  urn: string;
  props: Record<string, JavaScriptValue>;
  protect?: boolean;
}

/** A policy pack as the engine talks to it. */
export class StartedPack {
  private readonly child: ChildProcess;
  private readonly client: AnalyzerClient;

  constructor(child: ChildProcess, client: AnalyzerClient) {
    this.child = child;
    this.client = client;
  }

  async info(): Promise<messages.AnalyzerInfo> {
    return callMethod(this.client, this.client.getAnalyzerInfo, new Empty());
  }

  /** Configures one rule. */
  async configure(rule: string, properties: Record<string, JavaScriptValue>): Promise<void> {
    const config = new messages.PolicyConfig();
    config.setEnforcementlevel(messages.EnforcementLevel.MANDATORY);
    config.setProperties(Struct.fromJavaScript(properties));
    const request = new messages.ConfigureAnalyzerRequest();
    request.getPolicyconfigMap().set(rule, config);
    await callMethod(this.client, this.client.configure, request);
  }

  /** What the rules say of one resource: `rule: message`. */
  async analyze({ urn, props, protect = false }: SentResource): Promise<string[]> {
    const request = new messages.AnalyzeRequest();
    fill(request, urn, props, protect);
    const response = await callMethod(this.client, this.client.analyze, request);
    return said(response);
  }

  /** What the rules say of a whole stack. */
  async analyzeStack(resources: readonly SentResource[]): Promise<string[]> {
    const request = new messages.AnalyzeStackRequest();
    for (const { urn, props, protect = false } of resources) {
      const resource = new messages.AnalyzerResource();
      fill(resource, urn, props, protect);
      request.addResources(resource);
    }
    const response = await callMethod(this.client, this.client.analyzeStack, request);
    return said(response);
  }

  async stop(): Promise<void> {
    this.client.close();
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await ended;
  }
}

function fill(
  to: messages.AnalyzeRequest | messages.AnalyzerResource,
  urn: string,
  props: Record<string, JavaScriptValue>,
  protect: boolean,
): void {
  const [, , types = "", name = ""] = urn.split("::");
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(protect);
  to.setUrn(urn);
  to.setType(types.split("$").at(-1) ?? "");
  to.setName(name);
  to.setProperties(Struct.fromJavaScript(props));
  to.setOptions(options);
}

function said(response: messages.AnalyzeResponse): string[] {
  return response.getDiagnosticsList().map((it) => `${it.getPolicyname()}: ${it.getMessage()}`);
}

/** Starts the checkout's pack as Pulumi does, with the SDK's own runner. */
export async function startPack(cwd: string, folder: string): Promise<StartedPack> {
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [runner, "127.0.0.1:1", folder], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once("exit", (code) => reject(new Error(`the pack ended with ${code}: ${stderr}`)));
  });
  return new StartedPack(
    child,
    new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()),
  );
}
