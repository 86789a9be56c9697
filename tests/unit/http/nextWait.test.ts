import { expect } from "chai";
import fc from "fast-check";
import {
  LONGEST_TOTAL_WAIT_MS,
  LONGEST_WAIT_MS,
  nextWait,
  retryAfterMs,
} from "../../../infra/http/sendRequest";

const NOW = Date.parse("Fri, 01 May 2026 00:00:00 GMT");
const FIRST = { tries: 1, attempts: 4, waitedMs: 0, retryAfter: null, now: NOW };

describe("nextWait", () => {
  it("doubles from try to try and then gives up", () => {
    const waits = [1, 2, 3, 4].map((tries) => nextWait({ ...FIRST, tries }));
    expect(waits).to.deep.equal([500, 1000, 2000, undefined]);
  });

  it("takes a Retry-After that is longer, and never less than its own wait", () => {
    expect(nextWait({ ...FIRST, retryAfter: "3" })).to.equal(3000);
    expect(nextWait({ ...FIRST, retryAfter: "0" })).to.equal(500);
    expect(nextWait({ ...FIRST, retryAfter: "nonsense" })).to.equal(500);
  });

  it("bounds one wait, and gives up where the sum would be too long", () => {
    expect(nextWait({ ...FIRST, retryAfter: "9".repeat(400) })).to.equal(30_000);
    expect(nextWait({ ...FIRST, retryAfter: "30", waitedMs: 30_000 })).to.equal(30_000);
    expect(nextWait({ ...FIRST, retryAfter: "30", waitedMs: 30_001 })).to.equal(undefined);
  });

  it("stays within its bounds for whatever a server writes", () => {
    const header = fc.oneof(fc.string(), fc.integer().map(String), fc.date().map(String));
    fc.assert(
      fc.property(fc.option(header), fc.integer({ min: 1, max: 50 }), (retryAfter, attempts) => {
        let waitedMs = 0;
        for (let tries = 1; tries <= attempts; tries++) {
          const wait = nextWait({ ...FIRST, tries, attempts, waitedMs, retryAfter });
          if (wait === undefined) break;
          expect(wait).to.be.within(500, LONGEST_WAIT_MS);
          expect(tries).to.be.below(attempts);
          waitedMs += wait;
        }
        expect(waitedMs).to.be.at.most(LONGEST_TOTAL_WAIT_MS);
      }),
    );
  });
});

describe("retryAfterMs", () => {
  const { TZ } = process.env;
  // HTTP dates are in GMT, wherever they are read.
  before(() => {
    process.env.TZ = "America/New_York";
  });
  after(() => {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  });

  const rows: readonly [string | null, number | undefined][] = [
    ["12", 12_000],
    [" 12 ", 12_000],
    ["Fri, 01 May 2026 00:00:20 GMT", 20_000],
    ["Friday, 01-May-26 00:00:20 GMT", 20_000],
    ["Fri May  1 00:00:20 2026", 20_000],
    ["Fri, 01 May 2026 00:00:20", 20_000],
    ["Fri, 01 May 2026 00:00:20 +0000", 20_000],
    ["Thu, 30 Apr 2026 00:00:00 GMT", 0],
    ["-5", undefined],
    ["1.5", undefined],
    ["", undefined],
    [null, undefined],
    ["soon", undefined],
    ["Fri, 99 Nov 2026 00:00:00 GMT", undefined],
  ];
  for (const [header, expected] of rows) {
    it(`reads ${JSON.stringify(header)} as ${expected}`, () => {
      expect(retryAfterMs(header, NOW)).to.equal(expected);
    });
  }
});
