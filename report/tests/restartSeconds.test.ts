import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { DATABASE_RESTART_SECONDS } from "../judge/serverCost";

describe("seconds of a restart", () => {
  it("of a database are such that the published figures still come near", () => {
    const figures = readFileSync(join(__dirname, "../../docs/benchmarks.md"), "utf8");
    const row = /`docker compose up --wait` +\| (\d+\.\d+) s .*\| checks every second/.exec(
      figures,
    );
    expect(DATABASE_RESTART_SECONDS / Number(row?.[1])).to.be.within(0.5, 2);
  });
});
