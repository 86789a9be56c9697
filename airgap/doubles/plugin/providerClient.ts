import {
  type CallOptions,
  type Client,
  credentials,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import {
  ResourceProviderClient,
  ResourceProviderService,
} from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { PropertyMap } from "./propertyValue";
import type { ProviderImplementation } from "./providerImplementation";
import { providerService } from "./providerService";
import { servePlugin } from "./servePlugin";

type Method<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** Calls one unary method as a promise. */
export function callMethod<Request, Response>(
  client: Client,
  method: Method<Request, Response>,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(client, request, new Metadata(), {}, (error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}

function map(struct: Struct | undefined): PropertyMap {
  return (struct?.toJavaScript() ?? {}) as PropertyMap;
}

const struct = (value: PropertyMap): Struct => Struct.fromJavaScript(value);

/** Calls a plugin over gRPC as the engine does; for tests. */
export class ProviderClient {
  readonly client: ResourceProviderClient;
  private readonly stop: () => void;

  private constructor(client: ResourceProviderClient, stop: () => void) {
    this.client = client;
    this.stop = stop;
  }

  static async start(provider: ProviderImplementation): Promise<ProviderClient> {
    const service = providerService(provider);
    const server = await servePlugin(provider.name, ResourceProviderService, service);
    const address = `127.0.0.1:${server.port}`;
    const client = new ResourceProviderClient(address, credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
    });
    return new ProviderClient(client, server.close);
  }

  close(): void {
    this.client.close();
    this.stop();
  }

  /** Where a resource of the type and name would be in a stack. */
  static urn(type: string, name: string): string {
    return `urn:pulumi:test::project::${type}::${name}`;
  }

  async configure(args: PropertyMap) {
    const request = new messages.ConfigureRequest();
    request.setArgs(struct(args));
    request.setAcceptsecrets(true);
    return callMethod(this.client, this.client.configure, request);
  }

  async checkConfig(news: PropertyMap) {
    const request = new messages.CheckRequest();
    request.setNews(struct(news));
    const response = await callMethod(this.client, this.client.checkConfig, request);
    return response.getFailuresList().map((f) => `${f.getProperty()}: ${f.getReason()}`);
  }

  async check(urn: string, news: PropertyMap, olds: PropertyMap = {}) {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setNews(struct(news));
    request.setOlds(struct(olds));
    const response = await callMethod(this.client, this.client.check, request);
    const failures = response.getFailuresList().map((f) => `${f.getProperty()}: ${f.getReason()}`);
    return { inputs: map(response.getInputs()), failures };
  }

  async diff(urn: string, olds: PropertyMap, oldInputs: PropertyMap, news: PropertyMap) {
    const request = new messages.DiffRequest();
    request.setUrn(urn);
    request.setOlds(struct(olds));
    request.setOldInputs(struct(oldInputs));
    request.setNews(struct(news));
    const response = await callMethod(this.client, this.client.diff, request);
    const paths: string[] = [];
    response.getDetaileddiffMap().forEach((_diff, path) => {
      paths.push(path);
    });
    const { DIFF_SOME } = messages.DiffResponse.DiffChanges;
    return {
      changed: response.getChanges() === DIFF_SOME,
      paths,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(urn: string, inputs: PropertyMap, preview = false) {
    const request = new messages.CreateRequest();
    request.setUrn(urn);
    request.setProperties(struct(inputs));
    request.setPreview(preview);
    const response = await callMethod(this.client, this.client.create, request);
    return { id: response.getId(), outputs: map(response.getProperties()) };
  }

  async read(urn: string, id: string, outputs: PropertyMap, inputs: PropertyMap) {
    const request = new messages.ReadRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(struct(outputs));
    request.setInputs(struct(inputs));
    const response = await callMethod(this.client, this.client.read, request);
    return {
      id: response.getId(),
      outputs: map(response.getProperties()),
      inputs: map(response.getInputs()),
    };
  }

  async update(urn: string, id: string, olds: PropertyMap, news: PropertyMap, preview = false) {
    const request = new messages.UpdateRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    request.setPreview(preview);
    const response = await callMethod(this.client, this.client.update, request);
    return map(response.getProperties());
  }

  /** What an update that must fail asks the engine to keep: state and reasons. */
  async keptAfterUpdate(urn: string, id: string, olds: PropertyMap, news: PropertyMap) {
    const failed = await this.update(urn, id, olds, news).then(
      () => undefined,
      (error: ServiceError) => error.metadata.get("grpc-status-details-bin")[0],
    );
    if (!(failed instanceof Buffer)) throw new Error("the update was expected to keep a state");
    const [detail] = Status.deserializeBinary(failed).getDetailsList();
    const kept = messages.ErrorResourceInitFailed.deserializeBinary(
      detail?.getValue_asU8() ?? new Uint8Array(),
    );
    expect(detail?.getTypeUrl()).to.match(/\/pulumirpc\.ErrorResourceInitFailed$/);
    return { outputs: map(kept.getProperties()), reasons: kept.getReasonsList() };
  }

  async delete(urn: string, id: string, outputs: PropertyMap): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(struct(outputs));
    await callMethod(this.client, this.client.delete, request);
  }

  async version(): Promise<string> {
    return (await callMethod(this.client, this.client.getPluginInfo, new Empty())).getVersion();
  }
}

/** The error text of a call that must fail. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  const outcome = await work.then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (outcome === undefined) throw new Error("the call was expected to fail");
  return outcome;
}
