import { expect } from "chai";
import { ClerkHasura } from "../../infra/components/clerkHasura";
import { ResourceType } from "../../infra/docker/resourceTypes";
import type { ClerkHasuraArgs } from "../../infra/settings/clerkHasuraArgs";
import { production, recordGraph } from "../../tests/support/recordGraph";
import { describePreview } from "../judge/describePreview";
import { type GraphResource, graphDiff, maskedGraph, parseGraph } from "../read/graphDiff";
import { Action } from "../read/preview";
import { renderHtml } from "../write/html";
import { renderMarkdown } from "../write/markdown";
import { CONTAINER, SECRET_OBJECT, SERVER, VOLUME } from "./previews";

const { CloudEnvironment, Command, Database, HasuraSchema, RemoteImage } = ResourceType;

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

  it("keeps what tells who may call the engine", () => {
    const probe = resource(ResourceType.Probe, "probe", { inputs: { unauthorizedRole: "guest" } });
    const { kept } = graphDiff([probe], [probe, resource(VOLUME, "data")]);
    expect(kept.map((it) => [it.name, it.new?.inputs])).to.deep.equal([
      ["probe", { unauthorizedRole: "guest" }],
    ]);
  });

  const rows: [what: string, type: string, before: object, after: object, action: Action][] = [
    ["a container's memory", CONTAINER, { memory: 1 }, { memory: 2 }, Action.Update],
    ["a container's environment", CONTAINER, { envs: ["A=1"] }, { envs: ["A=2"] }, Action.Replace],
    ["a volume's name", VOLUME, { name: "a" }, { name: "b" }, Action.Replace],
    ["a database's name", Database, { name: "a" }, { name: "b" }, Action.Update],
    ["a database's collation", Database, { lcCollate: "C" }, { lcCollate: "de" }, Action.Replace],
    ["an image's name", RemoteImage, { name: "a:1" }, { name: "a:2" }, Action.Replace],
    ["a step's triggers", Command, { triggers: ["1"] }, { triggers: ["2"] }, Action.Replace],
    ["a schema's digest", HasuraSchema, { digest: "a" }, { digest: "b" }, Action.Update],
    ["Cloud variables", CloudEnvironment, { env: { A: "1" } }, { env: {} }, Action.Update],
    ["Cloud's project", CloudEnvironment, { projectId: "a" }, { projectId: "b" }, Action.Replace],
    [
      "Cloud's URL",
      CloudEnvironment,
      { apiUrl: "https://a" },
      { apiUrl: "https://b" },
      Action.Replace,
    ],
  ];
  for (const [what, type, before, after, action] of rows) {
    it(`knows what a change of ${what} does`, () => {
      const [base, head] = [before, after].map((it) => [
        resource(type, "it", { inputs: { ...it } }),
      ]);
      expect(actions(base ?? [], head ?? [])).to.deep.equal([["it", action]]);
      expect(graphDiff(base ?? [], base ?? [])).to.deep.include({ changes: [], unchanged: 1 });
    });
  }

  it("takes a change of protection for an update", () => {
    const guarded = resource(VOLUME, "v", { protect: true });
    expect(actions([guarded], [resource(VOLUME, "v")])).to.deep.equal([["v", Action.Update]]);
  });

  it("tells what changes for those who hold tokens from the stack's outputs", () => {
    const stack = (issuer: string) =>
      resource("pulumi:pulumi:Stack", "stack", { outputs: { issuer } });
    const preview = graphDiff([stack("https://a.example")], [stack("https://b.example")]);
    const text = renderMarkdown(describePreview(preview, "Graph"));
    expect(text)
      .to.match(/issuer changes from/)
      .and.match(/An engine of this stack restarts/);
    expect(text).to.match(/a changed secret is not seen/);
  });
});

describe("a recorded graph", () => {
  const key = "tuna7fish".repeat(8);
  const args = (issuer: string): ClerkHasuraArgs => ({
    identity: { issuer, signingKey: { algorithm: "HS256", key } },
  });
  const record = async (issuer: string, more: Partial<ClerkHasuraArgs> = {}) =>
    maskedGraph(
      await recordGraph(() => new ClerkHasura("backend", production({ ...args(issuer), ...more }))),
    );

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
    expect(text).to.include("`command: max_connections` (not set → `90`)");
    expect(text).to.include("Database restart").and.include("without looking at what exists");
    expect(renderHtml(report)).to.include("Database restart");
  });

  it("has nothing to report where the program is the same", async () => {
    const preview = graphDiff(await record("https://a.example"), await record("https://a.example"));
    expect(preview.changes).to.deep.equal([]);
  });

  it("survives being written and read", async () => {
    const graph = await record("https://a.example");
    const { value } = parseGraph(JSON.stringify(graph));
    expect(graphDiff(graph, value ?? []).changes).to.deep.equal([]);
  });

  for (const [what, text, reason] of [
    ["text", "graph", /is not JSON/],
    ["a preview", '{"steps":[]}', /is not a recorded graph/],
    ["a list of something else", '[{"a":1}]', /type and name/],
  ] as const) {
    it(`is refused where it is ${what}`, () => {
      const { problems = [] } = parseGraph(text);
      expect(problems.map((it) => it.reason).join()).to.match(reason);
    });
  }

  it("masks secrets within lists and objects", () => {
    const inputs = { list: [{ a: SECRET_OBJECT }], b: { c: "open" }, __provider: "loader" };
    const [masked] = maskedGraph([resource("a:b:C", "n", { inputs })]);
    expect(masked?.inputs).to.deep.equal({ list: [{ a: "[secret]" }], b: { c: "open" } });
  });
});
