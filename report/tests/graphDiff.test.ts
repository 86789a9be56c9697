import { expect } from "chai";
import { ClerkHasura } from "../../infra/components/clerkHasura";
import type { ClerkHasuraArgs } from "../../infra/settings/clerkHasuraArgs";
import { recordGraph } from "../../tests/support/recordGraph";
import { describePreview } from "../describePreview";
import { type GraphResource, graphDiff, maskedGraph, parseGraph } from "../graphDiff";
import { renderHtml } from "../html";
import { renderMarkdown } from "../markdown";
import { Action } from "../preview";
import { CONTAINER, ENGINE, SECRET_OBJECT, SERVER, VOLUME } from "./previews";

const resource = (type: string, name: string, more: Partial<GraphResource> = {}) => ({
  type,
  name,
  parent: "",
  inputs: {},
  protect: false,
  ...more,
});

/** A parent as the mocks give it. */
const within = (chain: string) => `urn:pulumi:test::shop::${chain}::around`;

function actions(base: GraphResource[], head: GraphResource[]): [string, Action][] {
  return graphDiff(base, head).changes.map(({ name, action }) => [name, action]);
}

describe("graphDiff", () => {
  const engine = (inputs: object) =>
    resource(CONTAINER, "engine", { parent: within(ENGINE), inputs: { ...inputs } });

  it("finds what is created and deleted", () => {
    expect(actions([resource(VOLUME, "old")], [resource(VOLUME, "new")])).to.deep.equal([
      ["new", Action.Create],
      ["old", Action.Delete],
    ]);
  });

  it("takes another parent for another resource, as Pulumi does", () => {
    const moved = resource(VOLUME, "data", { parent: within(SERVER) });
    expect(actions([resource(VOLUME, "data")], [moved])).to.deep.equal([
      ["data", Action.Create],
      ["data", Action.Delete],
    ]);
  });

  const cloud = (inputs: object) =>
    resource("pulumi-nodejs:dynamic/clerkHasura:CloudEnvironment", "cloud", {
      inputs: { projectId: "b", apiUrl: "https://b.example", ...inputs },
    });

  const rows: [string, GraphResource, GraphResource, Action][] = [
    [
      "a container's environment",
      engine({ envs: ["A=1"] }),
      engine({ envs: ["A=2"] }),
      Action.Replace,
    ],
    ["a container's memory", engine({ memory: 1 }), engine({ memory: 2 }), Action.Update],
    [
      "a volume's name",
      resource(VOLUME, "v", { inputs: { name: "a" } }),
      resource(VOLUME, "v", { inputs: { name: "b" } }),
      Action.Replace,
    ],
    [
      "a volume's protection",
      resource(VOLUME, "v", { protect: true }),
      resource(VOLUME, "v"),
      Action.Update,
    ],
    [
      "a database's name",
      resource("postgresql:index/database:Database", "d", { inputs: { name: "a" } }),
      resource("postgresql:index/database:Database", "d", { inputs: { name: "b" } }),
      Action.Update,
    ],
    [
      "a database's collation",
      resource("postgresql:index/database:Database", "d", { inputs: { lcCollate: "C" } }),
      resource("postgresql:index/database:Database", "d", { inputs: { lcCollate: "de" } }),
      Action.Replace,
    ],
    [
      "an image's name",
      resource("docker:index/remoteImage:RemoteImage", "i", { inputs: { name: "a:1" } }),
      resource("docker:index/remoteImage:RemoteImage", "i", { inputs: { name: "a:2" } }),
      Action.Replace,
    ],
    [
      "a step's triggers",
      resource("command:local:Command", "c", { inputs: { triggers: ["1"] } }),
      resource("command:local:Command", "c", { inputs: { triggers: ["2"] } }),
      Action.Replace,
    ],
    ["the project of Cloud variables", cloud({ projectId: "a" }), cloud({}), Action.Replace],
    ["Cloud's address", cloud({ apiUrl: "https://a.example" }), cloud({}), Action.Replace],
    ["Cloud variables", cloud({ env: { A: "1" } }), cloud({}), Action.Update],
  ];
  for (const [what, base, head, action] of rows) {
    it(`knows what a change of ${what} does`, () => {
      expect(graphDiff([base], [head]).changes.map((change) => change.action)).to.deep.equal([
        action,
      ]);
      expect(graphDiff([base], [base])).to.deep.include({ changes: [], unchanged: 1 });
    });
  }

  it("tells what changes for those who hold tokens from the stack's outputs", () => {
    const stack = (issuer: string) =>
      resource("pulumi:pulumi:Stack", "stack", { outputs: { issuer } });
    const preview = graphDiff([stack("https://a.example")], [stack("https://b.example")]);
    const text = renderMarkdown(describePreview(preview, "Graph"));
    expect(text)
      .to.match(/issuer changes from/)
      .and.match(/An engine of this stack restarts/);
    expect(text).to.match(/a change of one is not seen/);
  });
});

describe("a recorded graph", () => {
  const key = "tuna7fish".repeat(8);
  const args = (issuer: string): ClerkHasuraArgs => ({
    identity: { issuer, signingKey: { algorithm: "HS256", key } },
  });
  const record = async (issuer: string, more: Partial<ClerkHasuraArgs> = {}) =>
    maskedGraph(await recordGraph(() => new ClerkHasura("backend", { ...args(issuer), ...more })));

  it("holds no secret once it is masked", async () => {
    const graph = await record("https://a.example");
    const text = JSON.stringify(graph);
    expect(graph).to.have.length.greaterThan(20);
    expect(text).to.include("[secret]");
    expect(text).to.not.match(/tuna7fish|4dabf181|__provider|generated-/);
  });

  it("is reported like a preview, with a note", async () => {
    const base = await record("https://a.example");
    const head = await record("https://a.example", {
      postgres: { parameters: { max_connections: "90" } },
    });
    const preview = graphDiff(base, head);
    const report = describePreview(preview, "Graph");
    const text = renderMarkdown(report);
    expect(text).to.match(/1 to replace; \d+ stay/);
    expect(text).to.include("`command: max_connections` (not set becomes `90`)");
    expect(text).to.include("Database restart").and.include("without a look at what exists");
    expect(renderHtml(report)).to.include("Database restart");
  });

  it("has nothing to report where the program is the same", async () => {
    const preview = graphDiff(await record("https://a.example"), await record("https://a.example"));
    expect(preview.changes).to.deep.equal([]);
  });

  it("survives being written and read", async () => {
    const graph = await record("https://a.example");
    const { value } = parseGraph(JSON.stringify(graph), "graph");
    expect(graphDiff(graph, value ?? []).changes).to.deep.equal([]);
  });

  for (const [what, text, reason] of [
    ["text", "graph", /is no JSON/],
    ["a preview", '{"steps":[]}', /is no recorded graph/],
    ["a list of something else", '[{"a":1}]', /type and name/],
  ] as const) {
    it(`is refused where it is ${what}`, () => {
      const { problems = [] } = parseGraph(text, "graph");
      expect(problems.map((it) => it.reason).join()).to.match(reason);
    });
  }

  it("masks secrets within lists and objects", () => {
    const inputs = { list: [{ a: SECRET_OBJECT }], b: { c: "open" }, __provider: "loader" };
    const [masked] = maskedGraph([resource("a:b:C", "n", { inputs })]);
    expect(masked?.inputs).to.deep.equal({ list: [{ a: "[secret]" }], b: { c: "open" } });
  });
});
