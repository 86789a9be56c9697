import { expect } from "chai";
import fc from "fast-check";
import { types } from "pg";
import { checkTemplateText } from "../../infra/clerk/template/shortcodes";
import { postgresArray } from "../../infra/components/hasuraClaims";

/** Postgres' id of text[], which the client's types leave out. */
const TEXT_ARRAY = 1009 as Parameters<typeof types.getTypeParser>[0];

describe("postgresArray", () => {
  it("quotes what needs it and nothing else", () => {
    expect(postgresArray([])).to.equal("{}");
    expect(postgresArray(["a", "org:b-1", "é"])).to.equal("{a,org:b-1,é}");
    expect(postgresArray(["", "b c", "NULL", 'd"', "e\\", "f,g", "{h}"])).to.equal(
      '{"","b c","NULL","d\\"","e\\\\","f,g","{h}"}',
    );
  });

  it("is read back by Postgres' own client as what was given, and is not a shortcode", () => {
    const value = fc
      .oneof(fc.string(), fc.constantFrom("null", " ", "{", "}", '"', "\\", ","))
      .filter((text) => !/\{\{|\}\}|\0/.test(text));
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const text = postgresArray(values);
        expect(types.getTypeParser(TEXT_ARRAY, "text")(text)).to.deep.equal(values);
        expect(checkTemplateText(text, "p")).to.deep.equal([]);
      }),
    );
  });

  it("names every value that cannot be written", () => {
    const values = ["a", "{{user.id}}", "b\0", 5] as string[];
    expect(() => postgresArray(values)).to.throw(
      /\(3 problems\):\n {2}- values\[1\]: holds \{\{ or \}\}.*\n {2}- values\[2\]: holds a NUL.*\n {2}- values\[3\]: is of type number/,
    );
  });
});
