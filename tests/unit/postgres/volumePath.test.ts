import { expect } from "chai";
import { dataPath, volumePath } from "../../../infra/postgres/startScript";

describe("volumePath", () => {
  for (const version of [13, 14, 15, 16, 17]) {
    it(`is the data directory up to 17: ${version}`, () => {
      expect(volumePath(version)).to.equal("/var/lib/postgresql/data");
    });
  }

  for (const version of [18, 19]) {
    it(`is the directory above it from 18 on: ${version}`, () => {
      expect(volumePath(version)).to.equal("/var/lib/postgresql");
    });
  }
});

describe("dataPath", () => {
  for (const version of [13, 17]) {
    it(`is the mount itself up to 17: ${version}`, () => {
      expect(dataPath(version)).to.equal(volumePath(version));
    });
  }

  it("is where the official image has it from 18 on", () => {
    expect(dataPath(18)).to.equal("/var/lib/postgresql/18/docker");
  });
});
