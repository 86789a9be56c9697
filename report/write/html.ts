import {
  type Entry,
  type Group,
  isLoss,
  type Message,
  type Remark,
  type Report,
  type RightRow,
  Severity,
} from "../report";
import { caveats, costText, countsText, lossText, whySentence } from "./entryText";
import { escapeHtml, htmlCode, htmlSentence } from "./escape";

const MOST_PROPERTIES = 40;
/** Nothing is loaded or run, whatever a resource is called. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The report as one page that needs nothing else. */
export function renderHtml(report: Report): string {
  const title = escapeHtml(report.title);
  const of = report.stack === "" ? "" : `: stack ${htmlCode(report.stack)}`;
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${title}${report.stack === "" ? "" : `: stack ${escapeHtml(report.stack)}`}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    "<main>",
    `<h1>${title}${of}</h1>`,
    ...headOf(report),
    ...identityOf(report),
    ...report.groups.filter(isLoss).flatMap(groupOf),
    ...rightsOf(report),
    ...migrationsOf(report),
    ...messagesOf(report),
    ...report.groups.filter((group) => !isLoss(group)).flatMap(groupOf),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function headOf(report: Report): string[] {
  const loss = lossText(report);
  return [
    `<p class="counts">${escapeHtml(countsText(report), 500)}</p>`,
    ...(loss === "" ? [] : [`<p class="counts bad">${escapeHtml(loss)}</p>`]),
    ...caveats(report).map((caveat) => `<p class="note">${escapeHtml(caveat, 500)}</p>`),
  ];
}

function identityOf({ identity }: Report): string[] {
  if (identity.length === 0) return [];
  const items = identity.map((sentence) => `<li>${htmlSentence(sentence)}</li>`);
  return [...opening("identity", "Who is let in"), "<ul>", ...items, "</ul>", "</section>"];
}

function rightsOf({ rights, rightRows }: Report): string[] {
  if (rights.length === 0) return [];
  const rows = rightRows.map(rightRow);
  return [
    ...opening("rights", "Who may do what"),
    ...remarkList(rights),
    ...(rows.length === 0 ? [] : tableOf("rights", ["Right", "Before", "After"], rows)),
    "</section>",
  ];
}

function migrationsOf({ migrations }: Report): string[] {
  if (migrations.length === 0) return [];
  const title = `Migrations (${migrations.length})`;
  return [...opening("migrations", title), ...remarkList(migrations), "</section>"];
}

function remarkList(remarks: readonly Remark[]): string[] {
  const items = remarks.map(({ mark, sentence }) => {
    const marked = mark === undefined ? "" : `<strong class="bad">${escapeHtml(mark)}:</strong> `;
    return `<li>${marked}${htmlSentence(sentence)}</li>`;
  });
  return ["<ul>", ...items, "</ul>"];
}

function rightRow({ right, before, after }: RightRow): string {
  const cells = [before, after].map((it) => `<td>${htmlSentence(it)}</td>`);
  return `<tr><th scope="row">${htmlSentence(right)}</th>${cells.join("")}</tr>`;
}

function opening(id: string, title: string, isBad = false): string[] {
  const classed = isBad ? ' class="bad"' : "";
  return [
    `<section${classed} aria-labelledby="${id}">`,
    `<h2 id="${id}">${escapeHtml(title)}</h2>`,
  ];
}

function messagesOf({ messages }: Report): string[] {
  if (messages.length === 0) return [];
  return [
    ...opening("messages", "Messages"),
    "<ul>",
    ...messages.map(messageItem),
    "</ul>",
    "</section>",
  ];
}

function messageItem({ severity, resource, text }: Message): string {
  const about = resource === undefined ? "" : ` ${htmlCode(resource)}`;
  const classed = severity === "error" ? ' class="bad"' : "";
  return `<li><strong${classed}>${severity}</strong>${about}: ${escapeHtml(text, 650)}</li>`;
}

function groupOf(group: Group): string[] {
  const id = group.title.toLowerCase().replace(/[^a-z]+/g, "-");
  return [
    ...opening(id, `${group.title} (${group.entries.length})`, isLoss(group)),
    ...tableOf(id, ["Resource", "What changes", "What it costs"], group.entries.map(rowOf)),
    "</section>",
  ];
}

function tableOf(id: string, heads: readonly string[], rows: readonly string[]): string[] {
  const cells = heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`);
  return [
    '<div class="scroll">',
    `<table aria-labelledby="${id}">`,
    `<thead><tr>${cells.join("")}</tr></thead>`,
    "<tbody>",
    ...rows,
    "</tbody>",
    "</table>",
    "</div>",
  ];
}

function rowOf(entry: Entry): string {
  const classed = entry.cost?.severity === Severity.DataLoss ? ' class="bad"' : "";
  const name = `${htmlCode(entry.name)} <span class="kind">${escapeHtml(entry.what)}</span>`;
  const why = htmlSentence(whySentence(entry, MOST_PROPERTIES));
  const cost = escapeHtml(costText(entry), 500);
  return `<tr${classed}><th scope="row">${name}</th><td>${why}</td><td>${cost}</td></tr>`;
}

/** Style of the HTML report: light or dark as the reader's system is, and fit for paper. */
const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --soft: #57606a; --line: #d0d7de; --panel: #f6f8fa; --bad: #b3001b; --badPaper: #ffebe9; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9da7b3; --line: #3d444d; --panel: #161b22; --bad: #ff8f88; --badPaper: #3a1216; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem; max-width: 72rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; }
code { font: .875em/1.4 ui-monospace, monospace; background: var(--panel); padding: .1em .3em; border-radius: .25rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid var(--line); padding: .5rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { background: var(--panel); }
tbody th { font-weight: 400; width: 26%; }
td:last-child { width: 38%; }
.kind { display: block; color: var(--soft); font-size: .875rem; }
.counts { font-size: 1.1rem; font-weight: 600; }
.note { border-left: .3rem solid var(--line); padding-left: .75rem; }
.bad { color: var(--bad); }
section.bad h2, tr.bad td:last-child { color: var(--bad); font-weight: 600; }
tr.bad { background: var(--badPaper); }
@media print {
  :root { --ink: #000000; --paper: #ffffff; --soft: #333333; --line: #999999; --panel: #ffffff; --bad: #b3001b; --badPaper: #ffffff; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .scroll { overflow: visible; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`;
