import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { engineLog } from "../plugin/engineLog";
import { providerService } from "../plugin/providerService";
import { announcePlugin, engineAddress, servePlugin } from "../plugin/servePlugin";
import { commandProvider } from "./commandProvider";

/** Serves the command plugin as the engine starts it: `pulumi-resource-command ENGINE`. */
export async function main(args: readonly string[]): Promise<void> {
  const service = providerService(commandProvider(engineLog(engineAddress(args))));
  announcePlugin(await servePlugin("command", ResourceProviderService, service));
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`command double: ${error}\n`);
    process.exit(1);
  });
}
