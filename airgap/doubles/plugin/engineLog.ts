import { credentials } from "@grpc/grpc-js";

/** Sends one line to the engine, shown under the resource; a line that cannot be sent is dropped. */
export type EngineLog = (urn: string, line: string) => Promise<void>;

/** Logs at level `info` through the engine's own gRPC service, connected at the first line. */
export function engineLog(address: string): EngineLog {
  // Loaded at the first line only: most plugin processes never log, and loading takes start-up time.
  const connect = async () => {
    const { EngineClient } = await import("@pulumi/pulumi/proto/engine_grpc_pb.js");
    const messages = await import("@pulumi/pulumi/proto/engine_pb.js");
    return { client: new EngineClient(address, credentials.createInsecure()), messages };
  };
  let connection: ReturnType<typeof connect> | undefined;
  return async (urn, line) => {
    connection ??= connect();
    const { client, messages } = await connection;
    const request = new messages.LogRequest();
    request.setSeverity(messages.LogSeverity.INFO);
    request.setMessage(line);
    request.setUrn(urn);
    await new Promise<void>((resolve) => client.log(request, () => resolve()));
  };
}
