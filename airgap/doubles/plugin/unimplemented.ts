import {
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";

/** A gRPC error in the form grpc-js sends to the caller. */
export function grpcError(
  code: status,
  details: string,
): Error & { code: status; details: string } {
  return Object.assign(new Error(details), { code, details });
}

/**
 * The service with every method of the definition that it lacks answering UNIMPLEMENTED and saying
 * which double refused it, so that a missing part never passes for an empty answer.
 */
export function completeService(
  double: string,
  definition: ServiceDefinition,
  service: UntypedServiceImplementation,
): UntypedServiceImplementation {
  const complete: UntypedServiceImplementation = { ...service };
  for (const [method, { responseStream }] of Object.entries(definition)) {
    if (complete[method] !== undefined) continue;
    const refusal = grpcError(
      status.UNIMPLEMENTED,
      `${method} is not imitated by the ${double} double`,
    );
    complete[method] = responseStream
      ? (call: ServerWritableStream<unknown, unknown>) => call.emit("error", refusal)
      : (_call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) =>
          answer(refusal);
  }
  return complete;
}
