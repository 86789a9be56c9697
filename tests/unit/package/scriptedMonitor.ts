import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type PropertyMap, secret } from "../../../airgap/doubles/plugin/propertyValue";
import { type RunningPlugin, servePlugin } from "../../../airgap/doubles/plugin/servePlugin";

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
      { request }: ServerUnaryCall<messages.SupportsFeatureRequest, unknown>,
      answer: sendUnaryData<messages.SupportsFeatureResponse>,
    ) => {
      const response = new messages.SupportsFeatureResponse();
      response.setHassupport(FEATURES.includes(request.getId()));
      answer(null, response);
    },
    registerResource: (
      { request }: ServerUnaryCall<messages.RegisterResourceRequest, unknown>,
      answer: sendUnaryData<messages.RegisterResourceResponse>,
    ) => {
      const [type, name] = [request.getType(), request.getName()];
      registered.push(`${type} ${name}`);
      const inputs = (request.getObject()?.toJavaScript() ?? {}) as PropertyMap;
      const response = new messages.RegisterResourceResponse();
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
