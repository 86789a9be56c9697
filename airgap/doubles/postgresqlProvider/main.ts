import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { providerService } from "../plugin/providerService";
import { announcePlugin, servePlugin } from "../plugin/servePlugin";
import { postgresqlProvider } from "./postgresqlProvider";

/** Serves the postgresql plugin as the engine starts it: `pulumi-resource-postgresql ENGINE`. */
export async function main(): Promise<void> {
  const service = providerService(postgresqlProvider(process.env));
  announcePlugin(await servePlugin("postgresql", ResourceProviderService, service));
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`postgresql double: ${error}\n`);
    process.exit(1);
  });
}
