import {
  Metadata,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import * as plugins from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as statuses from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { PropertyMap } from "./propertyValue";
import {
  type CheckResult,
  type DiffKind,
  type DiffResult,
  InitializationFailed,
  type ProviderImplementation,
  type ResourceAddress,
  type ResourceState,
} from "./providerImplementation";
import { grpcError } from "./unimplemented";

const kinds: Record<DiffKind, messages.PropertyDiff.Kind> = {
  add: messages.PropertyDiff.Kind.ADD,
  addReplace: messages.PropertyDiff.Kind.ADD_REPLACE,
  delete: messages.PropertyDiff.Kind.DELETE,
  deleteReplace: messages.PropertyDiff.Kind.DELETE_REPLACE,
  update: messages.PropertyDiff.Kind.UPDATE,
  updateReplace: messages.PropertyDiff.Kind.UPDATE_REPLACE,
};

function toMap(struct: Struct | undefined): PropertyMap {
  return (struct?.toJavaScript() ?? {}) as PropertyMap;
}

function toStruct(map: PropertyMap): Struct {
  return Struct.fromJavaScript(map);
}

/** Type and name are the last two parts of a URN; the type holds the parents' types before `$`. */
export function addressOf(urn: string): ResourceAddress {
  const parts = urn.split("::");
  const type = (parts[2] ?? "").split("$").at(-1) ?? "";
  return { urn, type, name: parts.slice(3).join("::") };
}

function checkResponse(result: CheckResult): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(result.inputs));
  response.setFailuresList(
    result.failures.map((failure) => {
      const entry = new messages.CheckFailure();
      entry.setProperty(failure.property);
      entry.setReason(failure.reason);
      return entry;
    }),
  );
  return response;
}

function diffResponse(result: DiffResult): messages.DiffResponse {
  const response = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  response.setChanges(result.changes.size === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(result.deleteBeforeReplace);
  for (const [path, kind] of result.changes) {
    const entry = new messages.PropertyDiff();
    entry.setKind(kinds[kind]);
    response.getDetaileddiffMap().set(path, entry);
    const key = path.split(/[.[]/, 1)[0] ?? path;
    response.addDiffs(key);
    if (kind.endsWith("Replace")) response.addReplaces(key);
  }
  return response;
}

/** The state goes as a detail of the error, which grpc-js leaves to its callers to write. */
function stateDetail(reason: string, { id, outputs }: ResourceState): Metadata {
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(toStruct(outputs));
  detail.setReasonsList([reason]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new statuses.Status();
  answer.setCode(status.UNKNOWN);
  answer.setMessage(reason);
  answer.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return metadata;
}

function unary<Request, Response>(work: (request: Request) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => {
          const text = error instanceof Error ? error.message : String(error);
          const failure = grpcError(status.UNKNOWN, text);
          if (!(error instanceof InitializationFailed)) return callback(failure);
          callback({ ...failure, metadata: stateDetail(text, error.state) });
        },
      );
  };
}

function configurationCalls(provider: ProviderImplementation): UntypedServiceImplementation {
  return {
    getPluginInfo: unary((_: Empty) => {
      const info = new plugins.PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    checkConfig: unary((request: messages.CheckRequest) =>
      checkResponse(provider.checkConfig(toMap(request.getNews()))),
    ),
    diffConfig: unary((request: messages.DiffRequest) =>
      diffResponse(provider.diffConfig(toMap(request.getOldInputs()), toMap(request.getNews()))),
    ),
    configure: unary((request: messages.ConfigureRequest) => {
      provider.configure(toMap(request.getArgs()));
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    cancel: unary((_: Empty) => {
      provider.cancel();
      return new Empty();
    }),
  };
}

function planningCalls(provider: ProviderImplementation): UntypedServiceImplementation {
  return {
    check: unary((request: messages.CheckRequest) => {
      const at = addressOf(request.getUrn());
      return checkResponse(provider.check(at, toMap(request.getOlds()), toMap(request.getNews())));
    }),
    diff: unary((request: messages.DiffRequest) => {
      const at = addressOf(request.getUrn());
      const oldInputs = toMap(request.getOldInputs());
      const news = toMap(request.getNews());
      return diffResponse(provider.diff(at, toMap(request.getOlds()), oldInputs, news));
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const response = new messages.ReadResponse();
      const outputs = toMap(request.getProperties());
      const inputs = toMap(request.getInputs());
      const at = addressOf(request.getUrn());
      const state = await provider.read(at, request.getId(), outputs, inputs);
      if (state === undefined) return response;
      response.setId(state.id);
      response.setProperties(toStruct(state.outputs));
      response.setInputs(toStruct(state.inputs ?? inputs));
      return response;
    }),
  };
}

function changingCalls(provider: ProviderImplementation): UntypedServiceImplementation {
  return {
    create: unary(async (request: messages.CreateRequest) => {
      const at = addressOf(request.getUrn());
      const inputs = toMap(request.getProperties());
      const state = await provider.create(at, inputs, request.getPreview());
      const response = new messages.CreateResponse();
      response.setId(state.id);
      response.setProperties(toStruct(state.outputs));
      return response;
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const at = addressOf(request.getUrn());
      const olds = toMap(request.getOlds());
      const news = toMap(request.getNews());
      const response = new messages.UpdateResponse();
      const outputs = await provider.update(at, request.getId(), olds, news, request.getPreview());
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const at = addressOf(request.getUrn());
      await provider.delete(at, request.getId(), toMap(request.getProperties()));
      return new Empty();
    }),
  };
}

/** The gRPC handlers of `pulumirpc.ResourceProvider` for an implementation. */
export function providerService(provider: ProviderImplementation): UntypedServiceImplementation {
  return {
    ...configurationCalls(provider),
    ...planningCalls(provider),
    ...changingCalls(provider),
  };
}
