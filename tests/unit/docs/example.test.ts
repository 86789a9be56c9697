import { expect } from "chai";
import { compileExamples } from "./compileExamples";
import { blocks, pagesIn, readPage } from "./pages";
import { runExample } from "./runExample";

describe("README's TypeScript example", () => {
  const [example = "", ...more] = blocks(readPage("README.md"), "ts");

  it("compiles against the public surface", () => {
    expect(more).to.deep.equal([]);
    expect(compileExamples({ README: example })).to.deep.equal([]);
  }).timeout(60_000);

  it("would be refused with an argument that does not exist", () => {
    const wrong = example.replace("corsDomains", "corsOrigins");
    expect(compileExamples({ README: wrong }).join("\n")).to.include("corsOrigins");
  }).timeout(60_000);

  it("registers its resources", async () => {
    const graph = await runExample(example);
    expect(graph.map(({ type }) => type)).to.include("clerk-hasura:index:ClerkHasura");
  });
});

describe("the longer example in docs/components.md", () => {
  const [example = "", ...more] = blocks(readPage("docs/components.md"), "ts");

  it("compiles against the public surface", () => {
    expect(more).to.deep.equal([]);
    expect(compileExamples({ components: example })).to.deep.equal([]);
  }).timeout(60_000);

  it("registers its resources", async () => {
    const types = (await runExample(example)).map(({ type }) => type);
    expect(types).to.include.members([
      "clerk-hasura:index:ClerkHasura",
      "clerk-hasura:index:ClerkJwtTemplate",
    ]);
  });
});

describe("the recipes' TypeScript", () => {
  const recipes = pagesIn("docs/recipes").filter((page) => !page.endsWith("/README.md"));
  const examples = recipes.flatMap((page) =>
    blocks(readPage(page), "ts").map((code, index) => ({ name: `${page} ${index + 1}`, code })),
  );

  it("is on every page", () => {
    expect(recipes.length).to.be.greaterThan(7);
    expect(recipes.filter((page) => blocks(readPage(page), "ts").length === 0)).to.deep.equal([]);
  });

  it("compiles against the public surface", () => {
    const codes = Object.fromEntries(examples.map(({ name, code }) => [name, code]));
    expect(compileExamples(codes)).to.deep.equal([]);
  }).timeout(120_000);

  for (const { name, code } of examples.filter((one) => one.code.includes('"clerk-hasura"'))) {
    it(`registers its resources: ${name}`, async () => {
      const graph = await runExample(code);
      expect(graph.map(({ type }) => type).join("\n")).to.include("clerk-hasura:index:");
    });
  }
});
