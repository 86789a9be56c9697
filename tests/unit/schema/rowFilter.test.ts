import { expect } from "chai";
import { rowFilter, tableName } from "../../../infra/schema/rowFilter";

const OWN = { user_id: { _eq: "X-Hasura-User-Id" } };
const MINE = "user_id = x-hasura-user-id";

describe("the words for a row filter", () => {
  const every: [string, unknown][] = [
    ["nothing", undefined],
    ["null", null],
    ["an empty object", {}],
    ["no conditions that all hold", { _and: [] }],
    ["a condition that always holds, or another", { _or: [OWN, {}] }],
    ["the opposite of no row", { _not: { _or: [] } }],
  ];
  for (const [title, filter] of every) {
    it(`are none for ${title}, which every row passes`, () => {
      expect(rowFilter(filter)).to.equal(undefined);
    });
  }

  const rows: [title: string, words: string, ...filters: unknown[]][] = [
    ["no row", "no row", { _or: [] }, { _not: {} }, { _and: [OWN, { _or: [] }] }],
    [
      "a session variable in any case and spelling",
      MINE,
      OWN,
      { user_id: { $eq: "x-hasura-user-id" } },
      { user_id: "X-HASURA-USER-ID" },
      { _and: [OWN, OWN, {}] },
      { _or: [OWN, { _or: [] }] },
    ],
    [
      "conditions in any order and depth",
      `a > 1 and b is not null and ${MINE}`,
      { ...OWN, b: { _is_null: false }, a: { _gt: 1 } },
      { _and: [{ _and: [{ a: { _gt: 1 } }, OWN] }, { b: { _is_null: false } }] },
    ],
    [
      "alternatives within conditions",
      `(a = 1 or b is null) and ${MINE}`,
      { _and: [OWN, { _or: [{ b: { _is_null: true } }, { a: { _eq: 1 } }] }] },
    ],
    ["a list in any order", "a in [1, 2]", { a: { _in: [2, 1, 1] } }, { a: { _in: [1, 2] } }],
    [
      "a list whose order counts",
      'a has_keys_all ["b", "a"]',
      { a: { _has_keys_all: ["b", "a"] } },
    ],
    ["a range", "a < 9 and a >= 1", { a: { _gte: 1, _lt: 9 } }],
    ["the opposite", `not (${MINE})`, { _not: OWN }],
    ["a related row", `list.${MINE}`, { list: OWN }],
    [
      "one related row that meets two conditions",
      `members(role = "owner" and ${MINE})`,
      { members: { ...OWN, role: { _eq: "owner" } } },
    ],
    [
      "two related rows that meet one each",
      `members.role = "owner" and members.${MINE}`,
      { _and: [{ members: OWN }, { members: { role: { _eq: "owner" } } }] },
    ],
    ["any related row", "members(every row)", { members: {} }],
    [
      "a row of another table",
      `exists app.teams(${MINE})`,
      { _exists: { _table: { schema: "app", name: "teams" }, _where: OWN } },
    ],
    ["no credential", "a = ***", { a: { _eq: "sk_live_abcdefgh" } }],
    ["another column", 'a ceq ["$", "b"]', { a: { _ceq: ["$", "b"] } }],
    ["what is no filter", "7", 7],
  ];
  for (const [title, words, ...filters] of rows) {
    it(`say ${title}`, () => {
      for (const filter of filters) expect(rowFilter(filter)).to.equal(words);
    });
  }
});

describe("the name of a table", () => {
  const rows: [unknown, string][] = [
    ["profiles", "profiles"],
    [{ schema: "public", name: "profiles" }, "profiles"],
    [{ schema: "app", name: "profiles" }, "app.profiles"],
    [{ dataset: "app", name: "profiles" }, "app.profiles"],
    [{ schema: "public", name: "public" }, "public"],
    [["a", "b"], '["a","b"]'],
  ];
  for (const [table, name] of rows) {
    it(`is ${name} for ${JSON.stringify(table)}`, () => {
      expect(tableName(table)).to.equal(name);
    });
  }
});
