import { expect } from "chai";
import { answers, ScriptedServer } from "../../../tests/unit/providers/scriptedServer";
import { jwkExpiry } from "./cacheHeaders";
import { fetchJwks } from "./jwksClient";

describe("Hasura double: expiry of a key set by its headers", () => {
  const now = 1_000_000;
  const rows: [string, string | undefined, string | undefined, number | undefined][] = [
    ["must-revalidate with max-age", "must-revalidate, max-age=60", undefined, now + 60_000],
    ["must-revalidate alone", "must-revalidate", undefined, now],
    ["no-cache, even with max-age", "no-cache, max-age=60", undefined, now],
    ["no-store", "no-store", undefined, now],
    ["max-age", "public, max-age=15", undefined, now + 15_000],
    ["s-maxage", "public, s-maxage=15", undefined, now + 15_000],
    ["max-age before Expires", "max-age=1", new Date(0).toUTCString(), now + 1000],
    ["Expires", undefined, new Date(5_000_000).toUTCString(), 5_000_000],
    ["an Expires that is no date", undefined, "0", undefined],
    ["nothing", undefined, undefined, undefined],
    ["nothing usable", "public", undefined, undefined],
    ["an Expires of no such month", undefined, "Mon, 23 Foo 2026 12:00:30 GMT", undefined],
    ["the first of two ages", "s-maxage=5, max-age=60", undefined, now + 5000],
    ["no age, and no look at Expires", "max-age=x", new Date(0).toUTCString(), undefined],
    ["a number with a tail", "max-age=60s", undefined, now + 60_000],
    ["names in upper case", "Max-Age=60, No-Cache", undefined, undefined],
    ["a quoted age", 'max-age="300"', undefined, now + 300_000],
    ["a quoted age with escapes", 'max-age="3\\00"', undefined, now + 300_000],
    ["an empty quoted age", 'max-age=""', new Date(0).toUTCString(), undefined],
    ["no-cache of one header", 'no-cache="Set-Cookie", max-age=300', undefined, now + 300_000],
    ["no-cache with a token", "no-cache=Set-Cookie, max-age=300", undefined, now + 300_000],
    ["must-revalidate with a value", "must-revalidate=1, no-cache", undefined, now],
    ["a comma in quotes", 'private="x, y", max-age=300', undefined, now + 300_000],
    ["a quote in quotes", 'private="x\\", y", max-age=300', undefined, now + 300_000],
    ["quotes that do not end", 'private="x, max-age=300', undefined, undefined],
    ["a semicolon, where reading stops", "public; max-age=60", undefined, undefined],
    ["two blanks, where reading stops", "public,  max-age=60", undefined, undefined],
    ["a blank before the equals sign", "max-age =60, no-cache", undefined, undefined],
    ["empty elements", ", ,public,,max-age=60,", undefined, now + 60_000],
    ["an empty header, and no look at Expires", "", new Date(0).toUTCString(), undefined],
  ];
  for (const [name, cacheControl, expires, expected] of rows) {
    it(name, () => {
      const headers = {
        ...(cacheControl === undefined ? {} : { cacheControl }),
        ...(expires === undefined ? {} : { expires }),
      };
      expect(jwkExpiry(headers, now)).to.equal(expected);
    });
  }

  it("takes the first of several lines", async () => {
    const server = new ScriptedServer();
    await server.start();
    try {
      server.plays(answers(200, { keys: [] }, { "cache-control": ["max-age=300", "no-cache"] }));
      const { headers } = await fetchJwks(server.url, [], () => undefined);
      expect(headers).to.deep.equal({ cacheControl: "max-age=300" });
    } finally {
      await server.stop();
    }
  });
});
