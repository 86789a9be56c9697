import { expect } from "chai";
import { coresText, pidsLimit } from "../../../infra/docker/containerDefaults";

describe("coresText", () => {
  // As nanoInt64ToDecimalString of terraform-provider-docker spells them; any other spelling replaces the container after a refresh.
  const ROWS: [number, string][] = [
    [0.1, "0.1"],
    [0.25, "0.25"],
    [0.5, "0.5"],
    [1, "1.0"],
    [1.5, "1.5"],
    [2, "2.0"],
    [10, "10."],
    [16, "16.0"],
  ];
  for (const [cores, text] of ROWS) {
    it(`spells ${cores} as the provider reads it back`, () => {
      expect(coresText(cores)).to.equal(text);
    });
  }
});

describe("pidsLimit", () => {
  it("leaves room for every connection", () => {
    expect(pidsLimit(5000)).to.equal("6024");
  });

  it("counts 100 connections where none are named", () => {
    expect(pidsLimit()).to.equal("1124");
    expect(pidsLimit(Number(undefined))).to.equal("1124");
  });
});
