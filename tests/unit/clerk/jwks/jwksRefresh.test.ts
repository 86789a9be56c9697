import { expect } from "chai";
import fc from "fast-check";
import { jwkExpiry } from "../../../../airgap/doubles/hasura/cacheHeaders";
import {
  describeRefresh,
  type JwksHeaders,
  type JwksRefresh,
  refreshOf,
} from "../../../../infra/clerk/jwks/jwksRefresh";

const NOW = new Date("2026-11-23T12:00:00.000Z");
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000).toUTCString();
const never: JwksRefresh = { kind: "never" };
const everyLook: JwksRefresh = { kind: "everyLook" };
const lasting = (seconds: number): JwksRefresh => ({ kind: "after", seconds });

/** Cache-Control as servers write it, and as they should not. */
function cacheControls(): fc.Arbitrary<string> {
  const name = fc.constantFrom(
    ...["max-age", "s-maxage", "no-cache", "no-store", "must-revalidate", "public", "private"],
    ...["Max-Age", "No-Cache", "x"],
  );
  const number = fc.integer({ min: 0, max: 1_000_000 }).map(String);
  const value = fc.oneof(
    { weight: 4, arbitrary: number.map((digits) => `=${digits}`) },
    { weight: 2, arbitrary: number.map((digits) => `="${digits}"`) },
    fc.constantFrom("=", '=""', "=-1", "=60s", "=Set-Cookie", '="Set-Cookie"', '="x, y"'),
    fc.constantFrom('="x\\", y"', '="\\60"', '="x', '="x\u0007"', '=x"y"', '="60', "=(60)"),
  );
  const directive = fc
    .tuple(name, fc.oneof({ weight: 2, arbitrary: fc.constant("") }, value))
    .map((parts) => parts.join(""));
  const comma = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(",", ", ") },
    fc.constantFrom(" ,", ",,", ", ,", " , ", ",\t", ",  ", "; ", " "),
  );
  return fc
    .tuple(
      fc.constantFrom("", "", "", ",", ", ", "  "),
      fc.array(fc.tuple(directive, comma), { maxLength: 5 }),
      fc.option(directive, { nil: "" }),
    )
    .map(([start, parts, end]) => start + parts.flat().join("") + end);
}

describe("refreshOf", () => {
  const rows: [name: string, headers: JwksHeaders, expected: JwksRefresh][] = [
    ["no header", {}, never],
    ["nothing of use", { cacheControl: "public, immutable" }, never],
    ["max-age", { cacheControl: "public, max-age=60" }, lasting(60)],
    ["s-maxage", { cacheControl: "s-maxage=60" }, lasting(60)],
    ["the first of two ages", { cacheControl: "s-maxage=5,max-age=60" }, lasting(5)],
    ["max-age=0", { cacheControl: "max-age=0" }, everyLook],
    ["max-age before Expires", { cacheControl: "max-age=9", expires: inSeconds(99) }, lasting(9)],
    ["no-cache before max-age", { cacheControl: "max-age=60, no-cache" }, everyLook],
    ["no-store before Expires", { cacheControl: "no-store", expires: inSeconds(9) }, everyLook],
    ["must-revalidate with max-age", { cacheControl: "must-revalidate, max-age=60" }, lasting(60)],
    ["must-revalidate alone", { cacheControl: "must-revalidate" }, everyLook],
    [
      "must-revalidate before no-cache",
      { cacheControl: "no-cache, max-age=60, must-revalidate" },
      lasting(60),
    ],
    ["Expires", { expires: inSeconds(30) }, lasting(30)],
    [
      "Expires beside a useless Cache-Control",
      { cacheControl: "public", expires: inSeconds(30) },
      lasting(30),
    ],
    ["an Expires gone by", { expires: inSeconds(-30) }, everyLook],
    ["Expires: 0", { expires: "0" }, never],
    ["Expires in another form", { expires: "2026-11-23T12:00:30Z" }, never],
    ["Expires with no such month", { expires: "Mon, 23 Foo 2026 12:00:30 GMT" }, never],
    [
      "the Date header, which the engine passes over",
      { expires: inSeconds(30), date: inSeconds(-60) },
      lasting(30),
    ],
    [
      "a max-age that is not a number",
      { cacheControl: "max-age=x", expires: inSeconds(30) },
      never,
    ],
    ["a negative max-age", { cacheControl: "max-age=-1, no-cache" }, never],
    ["a number with a tail", { cacheControl: "max-age=60s" }, lasting(60)],
    ["names in upper case", { cacheControl: "Max-Age=60, No-Cache" }, never],
    ["a quoted number", { cacheControl: 'max-age="300"' }, lasting(300)],
    ["a quoted number with escapes", { cacheControl: 'max-age="3\\00"' }, lasting(300)],
    ["an empty quoted number", { cacheControl: 'max-age=""', expires: inSeconds(30) }, never],
    [
      "no-cache of one header",
      { cacheControl: 'no-cache="Set-Cookie", max-age=300' },
      lasting(300),
    ],
    ["no-cache with a token", { cacheControl: "no-cache=Set-Cookie, max-age=300" }, lasting(300)],
    [
      "no-cache of one header beside Expires",
      { cacheControl: 'no-cache="Set-Cookie"', expires: inSeconds(30) },
      lasting(30),
    ],
    ["no-store with a value", { cacheControl: "no-store=1, max-age=300" }, lasting(300)],
    ["must-revalidate with a value", { cacheControl: "must-revalidate=1, no-cache" }, everyLook],
    ["a comma in quotes", { cacheControl: 'private="x, y", max-age=300' }, lasting(300)],
    ["a quote in quotes", { cacheControl: 'private="x\\", y", max-age=300' }, lasting(300)],
    ["quotes that do not end", { cacheControl: 'private="x, max-age=300' }, never],
    ["a semicolon, where reading stops", { cacheControl: "public; max-age=60" }, never],
    ["two blanks, where reading stops", { cacheControl: "public,  max-age=60" }, never],
    ["empty elements", { cacheControl: ", ,public,,max-age=60," }, lasting(60)],
    ["an empty Cache-Control", { cacheControl: "", expires: inSeconds(30) }, never],
  ];
  for (const [name, headers, expected] of rows) {
    it(`${name}: ${expected.kind}`, () => expect(refreshOf(headers, NOW)).to.deep.equal(expected));
  }

  it("keeps a huge max-age a number", () => {
    const refresh = refreshOf({ cacheControl: `max-age=${"9".repeat(400)}` }, NOW);
    expect(refresh).to.deep.equal(lasting(Number.MAX_SAFE_INTEGER));
  });

  it("says the same as the engine's double", () => {
    const expires = fc.oneof(
      fc.integer({ min: -1000, max: 100_000 }).map(inSeconds),
      fc.constantFrom("0", "-1", "tomorrow", "Mon, 23 Foo 2026 12:00:30 GMT"),
    );
    const headers = fc.record({ cacheControl: cacheControls(), expires }, { requiredKeys: [] });
    fc.assert(
      fc.property(headers, (given) => {
        const expiry = jwkExpiry(given, NOW.getTime());
        const left = expiry === undefined ? undefined : (expiry - NOW.getTime()) / 1000;
        const expected = left === undefined ? never : left <= 0 ? everyLook : lasting(left);
        expect(refreshOf(given, NOW)).to.deep.equal(expected);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("describeRefresh", () => {
  const rows: [JwksRefresh, RegExp, RegExp][] = [
    [never, /never again.*refused until the engine restarts/, /Restart it after each rotation/],
    [everyLook, /every 60 s.*refused for up to 60 s/, /Publish a new key 60 s before it signs/],
    [
      lasting(300),
      /again 300 to 360 s after each response.*checks every 60 s.*refused for up to 360 s/,
      /Publish a new key 360 s before it signs/,
    ],
  ];
  for (const [refresh, effect, remedy] of rows) {
    it(`tells effect and remedy of ${refresh.kind} on one line`, () => {
      const text = describeRefresh(refresh);
      expect(text)
        .to.match(effect)
        .and.match(remedy)
        .and.not.match(/[\r\n]/);
    });
  }
});
