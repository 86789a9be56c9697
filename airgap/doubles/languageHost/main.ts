import { version } from "@pulumi/pulumi/package.json";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { announcePlugin, engineAddress, servePlugin } from "../plugin/servePlugin";
import { languageRuntime } from "./languageRuntime";

/** Serves the language host as the engine starts it: `pulumi-language-nodejs [flags] ENGINE`. */
export async function main(args: readonly string[]): Promise<void> {
  const tracing = args[args.indexOf("--tracing") + 1];
  const service = languageRuntime(
    engineAddress(args),
    version,
    args.includes("--tracing") ? tracing : "",
  );
  announcePlugin(await servePlugin("language host", LanguageRuntimeService, service));
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`language host double: ${error}\n`);
    process.exit(1);
  });
}
