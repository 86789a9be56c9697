import { startEngine } from "./engine";
import { StartupError } from "./engineError";

const NOTICE =
  "clerk-hasura double of Hasura: this is NOT the Hasura GraphQL Engine, but a stand-in for tests";

/** `graphql-engine serve`; flags are left out, as the component sets environment variables only. */
async function main(args: string[]): Promise<void> {
  if (args.length !== 1 || args[0] !== "serve") {
    throw new StartupError("the clerk-hasura double knows one command: graphql-engine serve");
  }
  process.stderr.write(`${NOTICE}\n`);
  const starting = startEngine(process.env);
  const stop = () => {
    void starting
      .then((engine) => engine.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  // Before the start is over: whoever reads its log line may send a signal at once.
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  await starting;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  // As the engine does: the reason as a plain line, on standard output.
  const message = error instanceof StartupError ? error.message : "unexpected failure at start";
  process.stdout.write(`${message}\n`, () => process.exit(1));
});
