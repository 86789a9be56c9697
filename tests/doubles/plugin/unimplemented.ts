import type { ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";

type Unary = (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<never>) => void;

/** A gRPC error in the form grpc-js sends to the caller. */
export function grpcError(code: status, details: string): Error & { code: status; details: string } {
  return Object.assign(new Error(details), { code, details });
}

/**
 * The service with every method of the definition that it lacks answering UNIMPLEMENTED and saying
 * which double refused it, so that a missing part never passes for an empty answer.
 */
export function completeService(
  double: string,
  methods: readonly string[],
  service: UntypedServiceImplementation,
): UntypedServiceImplementation {
  const complete: UntypedServiceImplementation = { ...service };
  for (const method of methods) {
    if (complete[method] !== undefined) continue;
    const refuse: Unary = (_call, callback) => {
      callback(
        grpcError(status.UNIMPLEMENTED, `${method} is not imitated by the ${double} double`),
      );
    };
    complete[method] = refuse;
  }
  return complete;
}
