import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { pathsOf } from "../../tools/setup/paths";
import { BUILT_PLUGINS } from "../plugins";

type Property = { $ref?: string; type?: string; items?: Property };
type Block = { properties: Record<string, Property>; inputProperties?: Record<string, Property> };
type Schema = { version: string; resources: Record<string, Block>; types: Record<string, Block> };
type Declared = { name: string; block: string | undefined; list: boolean };

const root = join(__dirname, "../..");
const { cacheDir } = pathsOf(root);

function newest(part: string, prefix: string, file: string): string | undefined {
  const directory = join(cacheDir, part);
  if (!existsSync(directory)) return undefined;
  const found = readdirSync(directory).filter((name) => name.startsWith(prefix));
  const paths = found.map((name) => join(directory, name, file)).filter((path) => existsSync(path));
  return paths.sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs).at(-1);
}

/** Properties of one interface of a generated SDK, with the input type that each refers to. */
function declared(source: string, name: string): Declared[] {
  const body = source.split(`export interface ${name} {`)[1]?.split("\n}")[0];
  if (body === undefined) throw new Error(`the SDK has no ${name}`);
  return [...body.matchAll(/^ {4}(\w+)\??: (.*)$/gm)].map(([, property = "", type = ""]) => ({
    name: property,
    block: /\binputs\.(\w+)/.exec(type)?.[1],
    list: type.includes("[]"),
  }));
}

function compare(schema: Schema, sdk: string, want: Declared[], have: Record<string, Property>) {
  expect(Object.keys(have)).to.have.members(want.map(({ name }) => name));
  for (const { name, block, list } of want) {
    if (block === undefined) continue;
    const property = have[name];
    expect(property?.type, `${name} is a list`).to.equal(list ? "array" : undefined);
    const token = (property?.items ?? property)?.$ref?.replace("#/types/", "") ?? "";
    compare(schema, sdk, declared(sdk, block), schema.types[token]?.properties ?? {});
  }
}

describe("names of the plugins built from Go", () => {
  const cli = newest("pulumi-cli", "v", "pulumi");
  for (const [name, version] of Object.entries(BUILT_PLUGINS)) {
    const plugin = newest("plugins", `${name}-${version}-`, `pulumi-resource-${name}`);
    const present = cli !== undefined && plugin !== undefined;
    // Only machines without the released plugins have built ones.
    (present ? it : it.skip)(`are those of @pulumi/${name} ${version}, in every block`, () => {
      const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
      const answer = execFileSync(cli ?? "", ["package", "get-schema", plugin ?? ""], { env });
      const schema: Schema = JSON.parse(answer.toString());
      expect(schema.version).to.equal(version);
      const folder = join(root, "node_modules/@pulumi", name);
      const types = join(folder, "types/input.d.ts");
      const sdk = existsSync(types) ? readFileSync(types, "utf8") : "";
      expect(Object.keys(schema.resources)).not.to.deep.equal([]);
      for (const [token, resource] of Object.entries(schema.resources)) {
        const [, module = "", type = ""] = token.split(":");
        const file = readFileSync(join(folder, `${module.split("/")[1]}.d.ts`), "utf8");
        const want = declared(file, `${type}Args`);
        compare(schema, sdk, want, resource.inputProperties ?? {});
      }
    });
  }
});
