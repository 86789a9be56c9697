import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { completeService } from "./unimplemented";

/** A running plugin server on a free loopback port. */
export interface RunningPlugin {
  port: number;
  close(): void;
}

/** Serves one gRPC service on loopback; methods it lacks answer UNIMPLEMENTED. */
export function servePlugin(
  double: string,
  definition: ServiceDefinition,
  service: UntypedServiceImplementation,
): Promise<RunningPlugin> {
  // The engine sets no limit of its own, and a stack's state can pass grpc-js' 4 MB.
  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(definition, completeService(double, definition, service));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve({ port, close: () => server.forceShutdown() });
    });
  });
}

/** The engine's address: the last argument that is not a flag (flags such as `--tracing` precede it). */
export function engineAddress(args: readonly string[]): string {
  return args.filter((arg) => !arg.startsWith("-")).at(-1) ?? "";
}

/** Ends this process with everything that it has started: the engine makes each plugin the leader of a process group. */
function endGroup(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    // Somebody started it by hand, and it leads no group.
    process.exit(0);
  }
}

/** Prints the port as the engine expects it and ends this process, and what it runs, when the engine has gone. */
export function announcePlugin(plugin: RunningPlugin): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) endGroup();
  }, 1000);
  watch.unref();
  // The engine ends a plugin by SIGINT to its own process group, after Cancel, and waits 5 s for it.
  process.on("SIGINT", () => process.exit(0));
  // Last: whoever reads the port may send a signal at once.
  process.stdout.write(`${plugin.port}\n`);
}
