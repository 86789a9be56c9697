import { expect } from "chai";
import { describePreview } from "../judge/describePreview";
import { parsePreview } from "../read/parsePreview";
import { Action } from "../read/preview";
import type { Report } from "../report";
import { renderHtml } from "../write/html";
import { GITHUB_LIMIT, renderMarkdown } from "../write/markdown";
import {
  CONTAINER,
  changeOf,
  digest,
  ENGINE,
  eventOf,
  events,
  previewOf,
  reportOf,
  SERVER,
  type Step,
  SUMMARY,
  stackOutputs,
  state,
  VOLUME,
} from "./previews";

const LOST = changeOf({ chain: `${SERVER}$${VOLUME}`, name: "backend-postgres-data" });

function manyCreated(count: number): Report {
  const created = Array.from({ length: count }, (_unused, index) =>
    changeOf({ action: Action.Create, chain: "a:b:C", name: `resource-${index}` }),
  );
  return reportOf(...created, LOST);
}

describe("renderMarkdown", () => {
  it("renders a change of the issuer and of a parameter of Postgres", () => {
    const server: Step = {
      op: "replace",
      chain: `${SERVER}$${CONTAINER}`,
      name: "backend-postgres-container",
      old: { command: ["postgres"] },
      new: { command: ["postgres", "-c", "max_connections=90"] },
      detailed: { "command[1]": "add-replace", "command[2]": "add-replace" },
    };
    const engine: Step = {
      op: "replace",
      chain: `${ENGINE}$${CONTAINER}`,
      name: "backend-hasura-container",
      old: { uploads: "[secret]", destroyGraceSeconds: 65 },
      new: { uploads: "[secret]", destroyGraceSeconds: 65 },
      detailed: { uploads: "update-replace" },
    };
    const outputs = stackOutputs({ issuer: "https://a.example" }, { issuer: "https://b.example" });
    const { value } = parsePreview(events([eventOf(server), eventOf(engine), outputs, SUMMARY]));
    const report = describePreview(value ?? previewOf(), "Preview");
    expect(renderMarkdown(report)).to.equal(`## Preview: stack \`dev\`

**2 to replace; 24 stay as they are.**

### Who is let in

- The issuer changes from \`https://a.example\` to \`https://b.example\`: tokens of the old issuer will be refused.

### Replaced (2)

| Resource | What changes | What it costs |
| --- | --- | --- |
| \`backend-postgres-container\`, Postgres server (container) | because of \`command: max_connections\` (not set → \`90\`) | Database restart of about 4 s: the engine returns errors until the new server is ready. Open transactions are rolled back; rows stay in the volume. |
| \`backend-hasura-container\`, Hasura engine (container) | because of \`uploads\` | Engine restart: unavailable for about 10 s when idle, and for up to 53 s with clients connected. Subscriptions are cut; requests in progress have up to 30 s to finish. |
`);
  });

  it("says that nothing changes", () => {
    const text = renderMarkdown(reportOf());
    expect(text).to.equal("## Preview: stack `dev`\n\n**Nothing changes: 24 stay as they are.**\n");
  });

  it("puts lost data into the first lines, in bold", () => {
    const text = renderMarkdown(manyCreated(1));
    expect(text).to.match(/\*\*1 to create, 1 to replace; .*\*\* \*\*1 resource loses data\.\*\*/);
    expect(text).to.include("| **Data loss: every row of every database in it is deleted.** |");
    expect(text.indexOf("### Data loss")).to.be.lessThan(text.indexOf("### Created"));
  });

  it("says of a protected resource that the update refuses", () => {
    const guarded = changeOf({ ...LOST, old: state({}, { protect: true }) });
    const report = reportOf({ ...guarded, urn: LOST.urn, name: LOST.name });
    expect(renderMarkdown(report)).to.match(/It is protected: the update is refused/);
  });

  for (const limit of [3_000, 10_000, GITHUB_LIMIT]) {
    it(`keeps within ${limit} characters and counts what it leaves out`, () => {
      const text = renderMarkdown(manyCreated(5_000), limit);
      expect(text.length).to.be.at.most(limit);
      expect(text.length).to.be.greaterThan(limit - 1_000);
      const rows = text.match(/^\| `resource-/gm)?.length ?? 0;
      const [, told] = /\*\*(\d+) resources are left out/.exec(text) ?? [];
      expect(rows + Number(told)).to.equal(5_000);
      expect(text).to.include("`backend-postgres-data`");
    });
  }

  it("leaves nothing out that fits exactly", () => {
    expect(renderMarkdown(manyCreated(20))).to.not.include("left out");
  });

  it("still shows resources where messages take much room", () => {
    const diagnostics = Array.from({ length: 60 }, (_unused, index) => ({
      severity: "error" as const,
      message: `${index} ${"<@|>".repeat(200)}`,
    }));
    const report = describePreview(previewOf({ changes: [LOST], diagnostics, failed: true }), "P");
    const text = renderMarkdown(report, 4_000);
    expect(text)
      .to.match(/\d+ messages/)
      .and.include("`backend-postgres-data`");
    expect(text).to.include("The preview failed");
  });
});

describe("renderHtml", () => {
  const html = renderHtml(manyCreated(3));

  it("is one page that loads nothing", () => {
    expect(html).to.match(/^<!DOCTYPE html>\n<html lang="en">/);
    expect(html).to.include("default-src 'none'");
    expect(html).to.not.match(/\b(?:src|href)=|url\(|@import|<script|<link|https?:/i);
  });

  it("is light or dark as the reader likes, and fit for paper", () => {
    expect(html).to.include("@media (prefers-color-scheme: dark)").and.include("@media print");
  });

  it("has headings in order and tables that say what their cells are", () => {
    const levels = [...html.matchAll(/<h(\d)/g)].map(([, level]) => level);
    expect(levels).to.deep.equal(["1", "2", "2"]);
    const tables = html.match(/<table [^>]*>/g) ?? [];
    expect(tables).to.have.length(2);
    for (const table of tables) {
      const [, id = ""] = /aria-labelledby="([^"]+)"/.exec(table) ?? [];
      expect(html).to.include(`<h2 id="${id}">`);
    }
    expect(html.match(/<th scope="col">/g)).to.have.length(6);
    expect(html.match(/<th scope="row">/g)).to.have.length(4);
  });

  it("closes what it opens", () => {
    const open: string[] = [];
    const body = html.slice(html.indexOf("<body>"));
    for (const [, close, name = ""] of body.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
      if (close === "") open.push(name);
      else if (name !== "html") expect(open.pop()).to.equal(name);
    }
    expect(open).to.deep.equal([]);
  });

  it("leaves nothing out, however much there is", () => {
    const rows = renderHtml(manyCreated(5_000)).match(/<tr/g) ?? [];
    expect(rows).to.have.length(5_001 + 2);
  });
});

describe("a preview of ten megabytes", function () {
  this.timeout(60_000);
  const filler = "x".repeat(2_000);
  const step = (index: number): Step => ({
    op: "replace",
    chain: `${ENGINE}$${CONTAINER}`,
    name: `engine-${index}`,
    old: { image: "a", envs: [`A=${filler}`] },
    new: { image: "b", envs: [`B=${filler}`] },
    detailed: { image: "update-replace" },
  });
  const steps = Array.from({ length: 2_500 }, (_unused, index) => step(index));
  const forms: [string, () => string][] = [
    ["one document", () => digest(steps)],
    ["events", () => events([...steps.map((it) => eventOf(it)), SUMMARY])],
    [
      "one message",
      () =>
        JSON.stringify({
          diagnostics: [{ severity: "error", message: "a=(\\\"'".repeat(1_700_000) }],
        }),
    ],
    [
      "one name",
      () => digest([{ op: "create", chain: "a:b:C", name: "`|<".repeat(3_500_000), new: {} }]),
    ],
    ["one value", () => digest([{ ...step(1), new: { image: "https://a@".repeat(1_000_000) } }])],
    [
      "brackets",
      () =>
        digest([{ ...step(1), new: { image: "deep" } }]).replace(
          '"deep"',
          `${"[".repeat(5_000_000)}${"]".repeat(5_000_000)}`,
        ),
    ],
  ];
  for (const [form, make] of forms) {
    it(`is rendered within the limit, from ${form}`, () => {
      const text = make();
      expect(text.length).to.be.greaterThan(9_900_000);
      const { value, problems } = parsePreview(text);
      if (value === undefined) return expect(problems).to.have.length(1);
      const report = describePreview(value, "Preview");
      expect(renderMarkdown(report).length).to.be.at.most(GITHUB_LIMIT);
      return expect(renderHtml(report).length).to.be.lessThan(text.length);
    });
  }
});
