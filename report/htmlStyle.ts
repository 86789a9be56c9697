/** Style of the HTML report: light or dark as the reader's system is, and fit for paper. */
export const STYLE = `
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
