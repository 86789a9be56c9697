import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ComponentProvider,
  getPulumiComponents,
} from "@pulumi/pulumi/provider/experimental/provider";
import * as surface from "../../infra";

const ROOT = join(__dirname, "../..");

/** Where the schema stands, for whoever wants to read it without Pulumi. */
export const SCHEMA_FILE = "docs/schema.json";

/** The package's Pulumi schema, as the plugin host answers it, as JSON with a line for each value. */
export async function packageSchema(root = ROOT): Promise<string> {
  const provider = new ComponentProvider({
    name: "clerk-hasura",
    dirname: root,
    components: getPulumiComponents(surface),
  });
  const schema: unknown = JSON.parse(await provider.getSchema());
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

if (require.main === module) {
  void packageSchema().then((text) => {
    if (process.argv.includes("--write")) writeFileSync(join(ROOT, SCHEMA_FILE), text);
    else process.stdout.write(text);
  });
}
