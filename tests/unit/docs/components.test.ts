import { expect } from "chai";
import { fieldsOf, readYaml } from "../ci/yaml";
import { blocks, readPage } from "./pages";

interface Schema {
  resources: Record<
    string,
    { inputProperties: Record<string, unknown>; properties: Record<string, unknown> }
  >;
  types: Record<string, { properties?: Record<string, unknown> }>;
}

const PLUGIN = "clerk-hasura";

describe("the program in YAML of docs/components.md", () => {
  const [text = "", ...more] = blocks(readPage("docs/components.md"), "yaml");
  const program = fieldsOf(readYaml(text));
  const backend = fieldsOf(fieldsOf(program.resources).backend);
  const schema = JSON.parse(readPage("docs/schema.json")) as Schema;
  const component = schema.resources[`${PLUGIN}:index:ClerkHasura`];

  it("names the plugin as its schema does", () => {
    expect(more).to.deep.equal([]);
    const { providers } = fieldsOf(program.plugins);
    expect(providers).to.deep.equal([{ name: PLUGIN, path: `../${PLUGIN}/plugin` }]);
    expect(JSON.parse(readPage("docs/schema.json"))).to.include({ name: PLUGIN });
  });

  it("uses arguments, values and outputs that the schema has", () => {
    expect(backend.type).to.equal(`${PLUGIN}:ClerkHasura`);
    const { identity, hasura, ...others } = fieldsOf(backend.properties);
    expect(others).to.deep.equal({});
    for (const [type, given] of Object.entries({ IdentityArgs: identity, HasuraArgs: hasura })) {
      const known = schema.types[`${PLUGIN}:index:${type}`]?.properties ?? {};
      expect(Object.keys(known)).to.include.members(Object.keys(fieldsOf(given)));
    }
    const { endpoint } = fieldsOf(program.outputs);
    expect(endpoint).to.equal("$".concat("{backend.endpoint}"));
    expect(component?.properties).to.have.property("endpoint");
  });
});
