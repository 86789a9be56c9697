import { expect } from "chai";
import { variableMark } from "../../../infra/providers/variableMark";

describe("variableMark", () => {
  const place = { token: "a-token", projectId: "a-project" };
  const mark = variableMark(place, "A", "value");

  it("is the same for the same value, and says nothing of it", () => {
    expect(variableMark({ ...place }, "A", "value")).to.equal(mark);
    expect(mark).to.match(/^[0-9a-f]{32}$/);
    expect(variableMark(place, "A", undefined)).to.equal("removed");
  });

  const others: [what: string, mark: string][] = [
    ["value", variableMark(place, "A", "other")],
    ["name", variableMark(place, "B", "value")],
    ["project", variableMark({ ...place, projectId: "other" }, "A", "value")],
    [
      "token, so that nobody without it can try values",
      variableMark({ ...place, token: "x" }, "A", "value"),
    ],
  ];
  for (const [what, other] of others) {
    it(`is another one for another ${what}`, () => {
      expect(other).to.not.equal(mark);
    });
  }
});
