import { expect } from "chai";
import { volumePath } from "../../../infra/postgres/volumePath";

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
