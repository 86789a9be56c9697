import fc from "fast-check";

/** Texts that would do something in Markdown or HTML if they were not escaped. */
export const ATTACKS = [
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
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ATTACKS),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: fc.constantFrom(..."`|<>@#&![]()\\\n*_~:$/\"' a1.-"), maxLength: 60 }),
  fc
    .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ maxLength: 5 })), { maxLength: 5 })
    .map((parts) => parts.join("")),
);

/** Characters that no rendered text may hold: controls but the line feed, direction marks and what has no width. */
export const UNSEEN = /[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
