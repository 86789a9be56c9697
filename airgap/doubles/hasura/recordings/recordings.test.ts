import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readRecording } from "./recording";

const REPLAYED = ["startup", "tokens", "http", "websocket"];

/** How many answers each recording holds, counted in the recordings themselves. */
const COUNTS: Record<string, number> = JSON.parse(
  readFileSync(join(__dirname, "counts.json"), "utf8"),
);

describe("Hasura: recordings", () => {
  const replayed = REPLAYED.flatMap((name) => readRecording<{ id?: string }>(name)).flatMap(
    ({ id }) => (id === undefined ? [] : [id]),
  );
  const leftOut = readRecording<{ id: string; why: string }>("leftOut");

  it("replays every recorded answer, or says why not", () => {
    const all = [...replayed, ...leftOut.map(({ id }) => id)];
    expect(new Set(all).size, "each answer once").to.equal(all.length);
    const found: Record<string, number> = {};
    for (const id of all) {
      const name = id.split(":")[0] ?? "";
      found[name] = (found[name] ?? 0) + 1;
    }
    expect(found).to.deep.equal(COUNTS);
  });

  it("leaves none out without a reason", () => {
    expect(leftOut.filter(({ why }) => why.length < 10)).to.deep.equal([]);
  });
});
