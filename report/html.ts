import { caveats, costText, countsText, lossText, whySentence } from "./entryText";
import { escapeHtml, htmlCode, htmlSentence } from "./escapeHtml";
import { STYLE } from "./htmlStyle";
import type { Entry, Group, Message, Report } from "./report";
import { isLoss, Severity } from "./report";

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
    '<div class="scroll">',
    `<table aria-labelledby="${id}">`,
    '<thead><tr><th scope="col">Resource</th><th scope="col">What changes</th><th scope="col">What it costs</th></tr></thead>',
    "<tbody>",
    ...group.entries.map(rowOf),
    "</tbody>",
    "</table>",
    "</div>",
    "</section>",
  ];
}

function rowOf(entry: Entry): string {
  const classed = entry.cost?.severity === Severity.DataLoss ? ' class="bad"' : "";
  const name = `${htmlCode(entry.name)} <span class="kind">${escapeHtml(entry.what)}</span>`;
  const why = htmlSentence(whySentence(entry, MOST_PROPERTIES));
  const cost = escapeHtml(costText(entry), 500);
  return `<tr${classed}><th scope="row">${name}</th><td>${why}</td><td>${cost}</td></tr>`;
}
