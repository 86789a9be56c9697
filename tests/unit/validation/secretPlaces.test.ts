import { expect } from "chai";
import fc from "fast-check";
import { maskPlaces, secretPlaces } from "../../../infra/secrecy/secretPlaces";

const VALUE = "tuna7fish";

const ROWS: [form: string, text: string, name: string | undefined][] = [
  ["user info", `dial postgres://app:${VALUE}@db/app`, undefined],
  ["address", `dial app:${VALUE}@tcp(db)/app`, undefined],
  ["query", `GET https://a.example/?token=${VALUE}`, "token"],
  ["PEM", `-----BEGIN PRIVATE KEY-----\n${VALUE}`, undefined],
  ["marked", `got whsec_${VALUE}`, undefined],
  ["header", `Authorization: Bearer ${VALUE}`, "Authorization"],
  ["header", `a bearer ${VALUE}`, undefined],
  ["pair", `x-hasura-admin-secret: ${VALUE}`, "x-hasura-admin-secret"],
  ["pair", `DB_PASS=${VALUE} psql`, "DB_PASS"],
  ["SQL", `ALTER ROLE app PASSWORD '${VALUE}'`, "PASSWORD"],
  ["SQL", `ALTER ROLE app PASSWORD E'${VALUE}'`, "PASSWORD"],
  ["JWT key", `{"key":"${VALUE}"}`, undefined],
  ["flag", `redis-server --requirepass ${VALUE}`, "requirepass"],
];

describe("secretPlaces", () => {
  for (const [form, text, name] of ROWS) {
    it(`finds ${form} in ${JSON.stringify(text)}, and the mask hides it`, () => {
      const found = secretPlaces(text).filter((it) => it.form === form);
      expect(found.map((it) => it.name)).to.deep.equal([name]);
      expect(found[0]?.value).to.include(VALUE);
      expect(maskPlaces(text, "***")).to.include("***").and.not.include(VALUE);
    });
  }

  it("tells what stands around each value", () => {
    const texts = fc.oneof(fc.string(), fc.constantFrom(...ROWS.map(([, text]) => text)));
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 4 }), (parts) => {
        const text = parts.join(" ");
        for (const { before, value, after } of secretPlaces(text)) {
          expect(before + value + after).to.equal(text);
        }
      }),
    );
  });
});
