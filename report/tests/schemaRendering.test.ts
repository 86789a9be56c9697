import { expect } from "chai";
import { Action } from "../read/preview";
import type { Report } from "../report";
import { renderHtml } from "../write/html";
import { renderMarkdown } from "../write/markdown";
import { metadataOf, permissions, schemaChange, select } from "./metadata";
import { changeOf, reportOf } from "./previews";

const DROPS = "sha256:b; loses data: drops column phone of public.profiles";
const REPORT = reportOf(
  schemaChange(select({}), select({ columns: ["id", "email"], filter: {} }), {
    new: { "default/2_drop_phone": DROPS },
  }),
);

/** Rights of many roles, which are all new and all different. */
function ofRoles(count: number): Report {
  const byRole = Array.from({ length: count }, (_unused, at) => [
    `role-${at}`,
    { columns: [`c${at}`], filter: {} },
  ]);
  const after = metadataOf(permissions("select", Object.fromEntries(byRole)));
  const created = Array.from({ length: 20 }, (_unused, at) =>
    changeOf({ action: Action.Create, chain: "a:b:C", name: `resource-${at}` }),
  );
  return reportOf(schemaChange(metadataOf({}), after), ...created);
}

describe("a change of the schema", () => {
  it("is rendered as Markdown", () => {
    expect(renderMarkdown(REPORT)).to.equal(`## Preview: stack \`dev\`

**1 to change; 24 stay as they are.** **1 resource loses data.**

### Data loss (1)

| Resource | What changes | What it costs |
| --- | --- | --- |
| \`backend-schema\`, migrations and metadata | \`digest\` | **Data loss: 1 migration drops or changes what may hold data; see Migrations.** |

### Who may do what

- **All rows:** \`user\` may now read \`email\` of \`profiles\`, of all rows.
- **All rows:** \`user\` may now read all rows of \`profiles\`; before, rows where \`user_id = x-hasura-user-id\`.

| Right | Before | After |
| --- | --- | --- |
| \`user\`, read \`profiles\` | \`id\`; rows where \`user_id = x-hasura-user-id\` | \`email\` and \`id\`; all rows |

### Migrations (1)

- **Data loss:** \`default/2_drop_phone\` will run; it \`drops column phone of public.profiles\`.
`);
  });

  it("is rendered as HTML", () => {
    const html = renderHtml(REPORT);
    expect(html).to.include('<h2 id="rights">Who may do what</h2>');
    expect(html).to.match(/<li><strong class="bad">All rows:<\/strong> <code>.*may now read/);
    expect(html).to.include('<table aria-labelledby="rights">');
    expect(html).to.include('<h2 id="migrations">Migrations (1)</h2>');
  });

  it("has no section where nothing of it changes", () => {
    for (const text of [renderMarkdown(reportOf()), renderHtml(reportOf())]) {
      expect(text).to.not.match(/Who may do what|Migrations/);
    }
  });

  it("leaves room for resources, and says how much is left out", () => {
    const text = renderMarkdown(ofRoles(500), 60_000);
    expect(text.match(/may now read/g)).to.have.length(100);
    expect(text).to.include("400 changes of rights, 400 rows of rights.");
    expect(text).to.include("`resource-19`");
    expect(renderHtml(ofRoles(500)).match(/may now read/g)).to.have.length(500);
  });
});
