import { expect } from "chai";
import fc from "fast-check";
import { describePreview } from "../judge/describePreview";
import { Action, type ResourceChange } from "../read/preview";
import type { Report } from "../report";
import { escapeHtml, escapeMarkdown, htmlCode, markdownCode, visibleText } from "../write/escape";
import { renderHtml } from "../write/html";
import { renderMarkdown } from "../write/markdown";
import { CONTAINER, changeOf, ENGINE, previewOf, SERVER, state } from "./previews";

/** Texts that would do something in Markdown or HTML if they were not escaped. */
const ATTACKS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "![img](https://tracker.example/x.png)",
  "[click](javascript:alert(1))",
  "<https://phishing.example>",
  "https://phishing.example/login",
  "www.phishing.example",
  "someone@phishing.example",
  "@everyone",
  "@org/team",
  "#1 !2 ~label %1 $1 GH-12 org/repo#3",
  ":tada:",
  "a | b | c",
  "\\| b",
  "a\n| b | c |\n| --- | --- | --- |",
  "a\r\n# heading",
  "`code` ``more``",
  "```\nfence",
  "**bold** _it_ ~~gone~~",
  "<!-- comment -->",
  "--> <b>",
  "</title></style></main><script>",
  '" onmouseover="alert(1)',
  "' onmouseover='alert(1)",
  "&lt;script&gt;",
  "&#60;script&#62;",
  "/close",
  "$`x`$",
  "\u202Egnp.exe",
  "a\u200Bb\u2066c\uFEFF",
  "\u2028line\u2029paragraph\u0085",
  "\u0000\u0007\u001B[31m",
  "e\u0301\u0301\u0301\u0301\u0301\u0301",
  "\uD800 lone",
  "\u{1F469}\u200D\u{1F4BB}",
  "__proto__",
  "constructor",
];

/** Any text, and texts put together of attacks. */
const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ATTACKS),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: fc.constantFrom(..."`|<>@#&![]()\\\n*_~:$/\"' a1.-"), maxLength: 60 }),
  fc
    .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ maxLength: 5 })), { maxLength: 5 })
    .map((parts) => parts.join("")),
);

/** Characters that no rendered text may hold: controls but the line feed, direction marks and what has no width. */
const UNSEEN = /[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Rights as hostile JSON would have them. */
function rightsWith(text: string): object[] {
  const lists = { columns: [text], rootFields: [text], presets: [text], conditions: [text] };
  const right = { ...lists, rows: text, check: text, content: text };
  return [
    { role: "user", operation: "select", object: "todos", ...right },
    { role: text, operation: "update", object: text, ...right },
    { role: "", operation: "event trigger", object: "mail", ...right },
    { role: "", operation: "forwarded headers", object: text, ...right },
  ];
}

/** Changes with the text wherever a resource can bring one in. */
function changesWith(text: string): ResourceChange[] {
  return [
    changeOf({ name: text, diffs: [text, "image"], old: state({ image: text }), new: state() }),
    changeOf({ chain: text || "x", name: "b", action: Action.Delete }),
    changeOf({
      name: "c",
      diffs: ["envs", "user"],
      old: state({ envs: [`HASURA_GRAPHQL_CORS_DOMAIN=${text}`], user: "0" }),
      new: state({ envs: [`A=${text}`], user: text }),
    }),
    changeOf({
      chain: `${SERVER}$${CONTAINER}`,
      detailed: new Map([
        [text, "update-replace"],
        [`["${text}"]`, "add"],
      ]),
    }),
    changeOf({
      chain: "pulumi-nodejs:dynamic/clerkHasura:JwtTemplate",
      name: "d",
      action: Action.Update,
      diffs: ["claims", "name"],
      old: state({ claims: {}, name: text }),
      new: state({ claims: { [text]: text } }),
    }),
    changeOf({
      chain: `${ENGINE}$${CONTAINER}`,
      name: "e",
      action: Action.Create,
      new: state({ name: text }),
    }),
    changeOf({
      chain: "pulumi-nodejs:dynamic/clerkHasura:Schema",
      name: "f",
      action: Action.Update,
      old: state({ rights: rightsWith("a") }),
      new: state({ rights: rightsWith(text), migrations: { [text]: `a; loses data: ${text}` } }),
    }),
  ];
}

/** A report with the text wherever a preview can bring one in. */
function reportWith(text: string): Report {
  const shape = (role: string) =>
    JSON.stringify({ defaultRole: role, allowedRoles: [role], header: { type: role, name: role } });
  const preview = previewOf({
    stack: text,
    changes: changesWith(text),
    outputs: {
      old: { issuer: text, jwksUrl: "", tokenShape: shape("user") },
      new: { issuer: `x${text}`, jwksUrl: text, tokenShape: shape(text) },
    },
    diagnostics: [
      { severity: "error", message: text, urn: `urn:pulumi:s::p::t::${text}` },
      { severity: "info", message: text.repeat(20) },
    ],
  });
  return describePreview(preview, text);
}

/** What is left where code font cannot be broken out of: it holds no backquote. */
const outsideCode = (markdown: string) => markdown.replace(/`[^`\n]*`/g, "code");

function expectSafeMarkdown(markdown: string): void {
  expect(markdown).to.not.match(/<|>/, "a tag");
  expect(markdown).to.not.match(/@/, "a mention");
  expect(markdown).to.not.match(/&#64;(?!&#8203;)/, "a mention once it is rendered");
  expect(markdown).to.not.match(UNSEEN, "something unseen");
  const outside = outsideCode(markdown);
  expect(outside).to.not.match(/`/, "a backquote");
  expect(outside).to.not.match(/[[\]\\~_]/, "a link or an escape");
  expect(outside).to.not.match(/[:.](?=[\p{L}\p{N}/&])/u, "an address");
  for (const line of markdown.split("\n")) {
    const borders = line.split("|").length - 1;
    expect(borders, line).to.equal(line.startsWith("|") ? 4 : 0);
    expect(line, "a block that is not of the report").to.match(/^$|^\| |^- |^\*\*|^#{2,3} /);
  }
}

const TAGS = new Set(
  renderHtml(reportWith("plain"))
    .match(/<[^>]*>/g)
    ?.filter((tag) => !tag.startsWith("<!DOCTYPE")),
);

function expectSafeHtml(html: string): void {
  const [head = "", body = ""] = html.split("</style>");
  expect(html.split("</style>")).to.have.length(2);
  expect(head.startsWith("<!DOCTYPE html>\n")).to.equal(true);
  expect(html.replace(/\n/g, "")).to.not.match(UNSEEN);
  for (const tag of body.match(/<[^>]*>?/g) ?? []) expect([...TAGS]).to.include(tag);
  expect(body.replace(/<[^>]*>/g, "")).to.not.match(/[<>"]/);
  expect(body).to.not.match(/&(?!(?:amp|lt|gt|quot|#39|#96);)/);
}

describe("a report of hostile names and values", () => {
  for (const attack of ATTACKS) {
    it(`is safe with ${JSON.stringify(attack)}`, () => {
      expectSafeMarkdown(renderMarkdown(reportWith(attack)));
      expectSafeHtml(renderHtml(reportWith(attack)));
    });
  }

  it("is safe Markdown, whatever the texts are", () => {
    fc.assert(
      fc.property(hostileText, (text) => expectSafeMarkdown(renderMarkdown(reportWith(text)))),
    );
  });

  it("is safe HTML, whatever the texts are", () => {
    fc.assert(fc.property(hostileText, (text) => expectSafeHtml(renderHtml(reportWith(text)))));
  });

  it("never outgrows its limit, whatever the texts are", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 3_000, max: 9_000 }), (text, limit) => {
        expect(renderMarkdown(reportWith(text), limit).length).to.be.at.most(limit);
      }),
    );
  });
});

describe("the parts of escaping", () => {
  it("leave plain words as they are", () => {
    const text = 'It is replaced: 3 of 4, at once (or later); "so" it\'s done.';
    expect(escapeMarkdown(text)).to.equal(text);
    expect(markdownCode("https://clerk.example.com/a?b=1")).to.equal(
      "`https://clerk.example.com/a?b=1`",
    );
    expect(htmlCode("a")).to.equal("<code><bdi>a</bdi></code>");
  });

  it("spell what cannot be seen", () => {
    expect(visibleText("a\u202Eb\u200Bc\u0000")).to.equal("a[U+202E]b[U+200B]c[U+0000]");
    expect(visibleText("a\r\n\t b")).to.equal("a b");
    expect(visibleText("\uD83D")).to.equal("[U+D83D]");
    expect(visibleText("née Ünsal 名前 \u{1F389}")).to.equal("née Ünsal 名前 \u{1F389}");
  });

  it("cut what is long, and not within a character", () => {
    expect(visibleText("a".repeat(121))).to.equal(`${"a".repeat(120)}…`);
    expect(visibleText("\u{1F389}".repeat(100), 3)).to.equal("\u{1F389}…");
    expect(visibleText("\u202E".repeat(50), 20)).to.have.length(21);
  });

  it("keep the meaning of a text for those who read it", () => {
    const decode = (text: string) =>
      text
        .replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))
        .replace(/\u200B/g, "");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 100 }), (text) => {
        expect(decode(escapeMarkdown(text))).to.equal(visibleText(text));
      }),
    );
    expect(escapeHtml(`<a href="x">&'\``)).to.equal("&lt;a href=&quot;x&quot;&gt;&amp;&#39;&#96;");
  });
});
