import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { checkTemplateClaims } from "../../../../infra/clerk/template/checkTemplateClaims";
import { type RefusedInput, refusesAll } from "../../refusals";

const NS = "https://hasura.io/jwt/claims";
const AT = `claims["${NS}"]`;
const ROLE = "{{user.public_metadata.role || 'user'}}";
const ROLES = { "x-hasura-default-role": "user", "x-hasura-allowed-roles": ["user"] };
const hasura = (extra: object) => ({ [NS]: { ...ROLES, ...extra } });
const role = (text: unknown) => ({
  [NS]: { "x-hasura-default-role": "user", "x-hasura-allowed-roles": ["user", text] },
});

describe("checkTemplateClaims", () => {
  const sound: [string, unknown][] = [
    ["nothing", {}],
    [
      "claims that are none of Hasura's",
      { aud: "a", name: "{{user.first_name}}", a: { b: [1, null] } },
    ],
    ["roles alone", hasura({})],
    [
      "Hasura's own spelling",
      { [NS]: { "X-Hasura-Default-Role": "a", "X-Hasura-Allowed-Roles": ["a"] } },
    ],
    ["a user id that is never null", hasura({ "x-hasura-user-id": "{{user.id}}" })],
    ["a chain that ends so", hasura({ "x-hasura-user-id": "{{user.external_id || user.id}}" })],
    ["null-safe organization", hasura({ "x-hasura-org-id": "{{org.id || ''}}" })],
    ["null-safe text", hasura({ "x-hasura-org": "org-{{org.id || 'none'}}" })],
    [
      "a role in two parts",
      role("{{user.public_metadata.a || 'us'}}{{user.public_metadata.b || 'er'}}"),
    ],
    ["the organization's role with a prefix", role("org_{{org.role || 'none'}}")],
    [
      "one role in two spellings",
      {
        [NS]: {
          "x-hasura-default-role": "{{user.public_metadata.role||'user'}}",
          "x-hasura-allowed-roles": [ROLE],
        },
      },
    ],
    ["variables at the top", { ...ROLES, aud: "a" }],
    ["variables in a place of one's own", { a: { b: ROLES } }],
  ];
  for (const [name, claims] of sound) {
    it(`accepts ${name}`, () => {
      expect(checkTemplateClaims(claims)).to.deep.equal([]);
    });
  }

  const cycle: Record<string, unknown> = {};
  cycle.a = cycle;
  const deep = Array.from({ length: 33 }).reduce((inner) => ({ a: inner }), {});
  refusesAll<unknown>(checkTemplateClaims, [
    ["no object", ["a"], "claims", "is a list; an object of claims by name"],
    ["an output", pulumi.output({}), "claims", "is an output, known only later; an object"],
    ..."azp exp iat iss jti nbf sub sid v pla fea fva"
      .split(" ")
      .map(
        (name): RefusedInput<unknown> => [
          name,
          { [name]: "a" },
          `claims.${name}`,
          `${name} is reserved by Clerk`,
        ],
      ),
    [
      "a misspelled shortcode anywhere",
      { a: [{ b: "{{user.firstName}}" }] },
      "claims.a[0].b",
      '"user.firstName" is not a shortcode',
    ],
    ["what JSON cannot hold", { a: Number.NaN }, "claims.a", "is a number, which JSON cannot hold"],
    [
      "an output within",
      { a: pulumi.output("b") },
      "claims.a",
      "is an output, known only later, which JSON",
    ],
    ["claims within themselves", cycle, "claims.a", "contains itself, which JSON cannot"],
    ["claims without an end", deep, `claims${".a".repeat(33)}`, "is nested more than 32 deep"],
    ["a namespace as text", { [NS]: "{}" }, AT, "is text; an object with x-hasura-default-role"],
    [
      "a list for DDN",
      { "claims.jwt.hasura.io": [] },
      'claims["claims.jwt.hasura.io"]',
      "is a list; an object with",
    ],
  ]);

  it("reports everything, and shows no text that may be a credential", () => {
    const claims = { sk_test_abcdefgh: "{{x}}", iss: "a", [NS]: {} };
    const problems = checkTemplateClaims(claims, "template.claims");
    expect(problems.map(({ path }) => path.replace(NS, "NS"))).to.deep.equal([
      "template.claims.iss",
      'template.claims["NS"]',
      'template.claims["NS"]',
      "template.claims[(16 characters, not shown)]",
    ]);
  });
});
