import { expect } from "chai";
import fc from "fast-check";
import { COMMENT_LIMIT, fenced, fitText } from "../../../tools/ci/fitText";

describe("fitText", () => {
  it("leaves alone what fits", () => {
    expect(fitText("a".repeat(100), 100)).to.equal("a".repeat(100));
  });

  it("cuts at the end of a line and says so first", () => {
    const text = Array.from({ length: 200 }, (_, line) => `line ${line}`).join("\n");
    const fitted = fitText(text, 400);
    expect(fitted).to.match(/^> \*\*Cut off:\*\* the whole text has \d+ characters, and 400 fit/);
    expect(fitted).to.match(/line \d+$/);
    expect(text.split("\n")).to.include(fitted.split("\n").at(-1));
  });

  it("never gives more than fits, and never half a character", () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 2000 });
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 1000 }), (long, limit) => {
        const fitted = fitText(long, limit);
        if (long.length > limit) expect(fitted.length).to.be.at.most(limit);
        else expect(fitted).to.equal(long);
        expect(fitted).to.not.match(/\p{Cs}/u);
      }),
    );
  });

  it("takes ten million characters", () => {
    const fitted = fitText("long line\n".repeat(1_000_000), COMMENT_LIMIT);
    expect(fitted.length).to.be.within(COMMENT_LIMIT - 20, COMMENT_LIMIT);
  });
});

describe("fenced", () => {
  it("holds any text inside its fence", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "\n", "a", "~") }), (text) => {
        const lines = fenced(text).trimEnd().split("\n");
        const fence = lines.at(-1) ?? "";
        expect(lines[0]).to.equal(`${fence}text`);
        const ends = lines.slice(1, -1).filter((line) => line.trim().startsWith(fence));
        expect(ends).to.deep.equal([]);
      }),
    );
  });

  it("holds backquotes that a dropped character kept apart", () => {
    expect(fenced("```\u0000```")).to.equal("```````text\n``````\n```````\n");
  });

  it("shortens what would take a fence as long as the text", () => {
    const text = fenced("`".repeat(30_000));
    expect(text.length).to.be.lessThan(500);
    expect(text).to.match(/`…\n/);
  });

  it("drops what moves a terminal's cursor", () => {
    expect(fenced("a\u001b[31mb\u0000c\td")).to.include("a[31mbc\td");
  });
});
