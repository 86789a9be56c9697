import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describePreview } from "../judge/describePreview";
import { parsePreview } from "../read/parsePreview";
import type { Report } from "../report";
import { renderMarkdown } from "../write/markdown";

/** Printed by Pulumi 3.259 for another issuer and a parameter of Postgres; most inputs that stay the same were cut out. */
function recorded(file: string, title = "Preview"): Report {
  const text = readFileSync(join(__dirname, "golden", file), "utf8");
  const { value, problems } = parsePreview(text);
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return describePreview(value, title);
}

describe("a preview that Pulumi printed", () => {
  it("means the same in both forms, but for the stack's outputs", () => {
    const [lines, document] = [recorded("change.jsonl"), recorded("change.json")];
    expect(lines.groups).to.deep.equal(document.groups);
    expect(lines.counts).to.deep.equal(["4 to replace"]);
    expect(document.counts).to.deep.equal(lines.counts);
    expect([lines.unchanged, document.unchanged]).to.deep.equal([24, 24]);
  });

  it("tells the issuer from the events, and from the document that it cannot", () => {
    expect(renderMarkdown(recorded("change.jsonl"))).to.include(
      "The issuer changes from `https://old.example.com` to `https://new.example.com`: tokens of the old issuer will be refused.",
    );
    expect(renderMarkdown(recorded("change.json"))).to.include("does not show which tokens");
  });

  it("is in the documentation, where a change of the schema is shown", () => {
    // Written by hand in the form of Pulumi's events: no released stack has a schema yet.
    const page = join(__dirname, "../../docs/report/rights.md");
    expect(renderMarkdown(recorded("schema.jsonl", "Preview of dev"))).to.equal(
      readFileSync(page, "utf8"),
    );
  });

  it("names the parameter, the restarts and the steps that run again", () => {
    const text = renderMarkdown(recorded("change.jsonl"));
    const order = [
      "`backend-postgres-container`, Postgres server (container) | because of `command: max_connections` (not set → `90`)",
      "Database restart",
      "`backend-hasura-container`, Hasura engine (container) |",
      "`uploads`, `envs: HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS`",
      "Engine restart",
      "up to 30 s to finish",
      "`backend-postgres-ready`, step | because of `triggers`",
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places, text).to.not.include(-1);
    expect(places).to.deep.equal([...places].sort((one, other) => one - other));
  });
});
