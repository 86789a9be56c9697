import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { checkTemplateClaims } from "../../../../infra/clerk/template/checkTemplateClaims";
import { refusesAll } from "../../refusals";

const NS = "https://hasura.io/jwt/claims";
const AT = `claims["${NS}"]`;
const ROLE = "{{user.public_metadata.role || 'user'}}";
const ROLES = { "x-hasura-default-role": "user", "x-hasura-allowed-roles": ["user"] };
const hasura = (extra: object) => ({ [NS]: { ...ROLES, ...extra } });
const role = (text: unknown) => hasura({ "x-hasura-allowed-roles": ["user", text] });
const at = (name: string) => `${AT}["${name}"]`;
const ROLE_AT = `${at("x-hasura-allowed-roles")}[1]`;
const UNSOUND = "makes an unsound role where every shortcode is missing: ";

/** Refuses values of one variable. */
function refusesVariable(
  name: string,
  rows: readonly (readonly [name: string, value: unknown, start: string])[],
): void {
  refusesAll((value: unknown) => checkTemplateClaims(hasura({ [name]: value })), at(name), rows);
}

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
  refusesAll<unknown>(checkTemplateClaims, "claims", [
    ["no object", ["a"], "is a list; an object of claims by name"],
    ["an output", pulumi.output({}), "is an output, known only later; an object"],
  ]);
  refusesAll<unknown>(checkTemplateClaims, "claims.a[0].b", [
    [
      "a misspelled shortcode anywhere",
      { a: [{ b: "{{user.firstName}}" }] },
      '"user.firstName" is not a shortcode',
    ],
  ]);
  refusesAll<unknown>(checkTemplateClaims, "claims.a", [
    ["what JSON cannot hold", { a: Number.NaN }, "is a number, which JSON cannot hold"],
    ["an output within", { a: pulumi.output("b") }, "is an output, known only later, which JSON"],
    ["claims within themselves", cycle, "contains itself, which JSON cannot"],
  ]);
  refusesAll<unknown>(checkTemplateClaims, `claims${".a".repeat(33)}`, [
    ["claims without an end", deep, "is nested more than 32 deep"],
  ]);
  refusesAll<unknown>(checkTemplateClaims, AT, [
    ["a namespace as text", { [NS]: "{}" }, "is text; an object with x-hasura-default-role"],
  ]);
  refusesAll<unknown>(checkTemplateClaims, 'claims["claims.jwt.hasura.io"]', [
    ["a list for DDN", { "claims.jwt.hasura.io": [] }, "is a list; an object with"],
  ]);
  for (const name of "azp exp iat iss jti nbf sub sid v pla fea fva".split(" ")) {
    refusesAll(checkTemplateClaims, `claims.${name}`, [
      [name, { [name]: "a" }, `${name} is reserved by Clerk`],
    ]);
  }

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

describe("checkTemplateClaims: x-hasura values", () => {
  refusesAll<unknown>(checkTemplateClaims, AT, [
    [
      "no default role",
      { [NS]: { "x-hasura-allowed-roles": ["a"] } },
      "lacks x-hasura-default-role, without which",
    ],
    [
      "a name without x-",
      hasura({ "hasura-user-id": "a" }),
      'has "hasura-user-id", which Hasura ignores',
    ],
  ]);
  refusesAll<unknown>(checkTemplateClaims, "claims.a", [
    [
      "no allowed roles",
      { a: { "x-hasura-default-role": "a" } },
      "lacks x-hasura-allowed-roles, without",
    ],
  ]);
  refusesVariable("x-hasura-role", [["a reserved variable", "a", "is set by the engine"]]);
  refusesVariable("X-Hasura-Admin-Secret", [["the admin secret", "a", "is set by the engine"]]);
  refusesVariable("X-Hasura-Default-Role", [
    ["a name twice", "user", "is there twice, because Hasura ignores case"],
  ]);
  refusesVariable("x-hasura-a", [
    ["a number", 1, "is a number, and Hasura accepts only strings; write it as text"],
    ["null", null, "is empty, and Hasura accepts only strings"],
    [
      "a list",
      ["b"],
      "is a list, and Hasura accepts only strings; write a list as the text of a Postgres array",
    ],
    [
      "the whole actor",
      "{{session.actor || ''}}",
      "is the whole object session.actor, and Hasura accepts only strings; put it into a claim of its own",
    ],
    [
      "a lone boolean",
      "{{user.two_factor_enabled || 'no'}}",
      "is the boolean user.two_factor_enabled, and Hasura",
    ],
  ]);
  refusesVariable("x-hasura-org-id", [
    ["a lone shortcode", "{{org.id}}", "is null when org.id is missing"],
  ]);
  refusesVariable("x-hasura-user-id", [
    ["an id from a name", "{{user.username || ''}}", "user.username does not identify a user"],
  ]);
  refusesVariable("x-hasura-allowed-roles", [
    [
      "allowed roles as text",
      "{{user.public_metadata.roles}}",
      'is text; a list is required, as ["user"]; a shortcode for a whole list',
    ],
    ["allowed roles as an object", {}, "is an object; a list of roles"],
    ["no allowed role", [], "is empty, so every token"],
  ]);
  refusesAll((one: unknown) => checkTemplateClaims(role(one)), ROLE_AT, [
    [
      "a lone shortcode among roles",
      "{{user.public_metadata.roles}}",
      "is null when user.public_metadata.roles is missing, and Hasura refuses a token with a null in it; add a literal to fall back to, as {{user.public_metadata.roles || 'user'}}",
    ],
    ["a list among roles", ["a"], "is a list; every role is one string"],
    ["admin among roles", "admin", "admin bypasses every permission"],
    [
      "admin to fall back to",
      "{{user.public_metadata.role || 'admin'}}",
      "falls back to a role that admin bypasses",
    ],
    [
      "no role to fall back to",
      "{{user.public_metadata.role || ''}}",
      "falls back to a role that is empty",
    ],
    ["a number to fall back to", "{{user.public_metadata.role || 1}}", "may be the number 1"],
    ["an empty role", "", "is empty; name a role"],
    ["admin out of a literal and text", "{{'ad'}}min", `${UNSOUND}admin bypasses`],
    [
      "admin out of text and what to fall back to",
      "ad{{user.public_metadata.b || 'min'}}",
      `${UNSOUND}admin bypasses`,
    ],
    [
      "admin out of two to fall back to",
      "{{user.public_metadata.a || ''}}{{user.public_metadata.b || 'admin'}}",
      `${UNSOUND}admin bypasses`,
    ],
    [
      "nothing out of two to fall back to",
      "{{user.public_metadata.a || ''}}{{user.public_metadata.b || ''}}",
      `${UNSOUND}is empty`,
    ],
    [
      "white space out of what to fall back to",
      "org:{{user.public_metadata.a || ' '}}",
      `${UNSOUND}"org: " holds white space`,
    ],
    ["a role with white space", "a b", '"a b" holds white space'],
    ["white space around a shortcode", ` ${ROLE}`, '" x" holds white space'],
    [
      "a role from unsafe metadata",
      "{{user.unsafe_metadata.role || 'user'}}",
      "takes the role from a wrong place: user.unsafe_metadata.role is written by",
    ],
    [
      "a role from a name",
      "{{user.first_name || 'user'}}",
      "takes the role from a wrong place: user.first_name cannot hold",
    ],
    [
      "the organization's bare role",
      "{{org.role || 'user'}}",
      "takes the role from a wrong place: org.role may be admin",
    ],
  ]);
  refusesVariable("x-hasura-default-role", [
    [
      "a default role outside the list",
      "a",
      '"a" is not in x-hasura-allowed-roles with the same spelling',
    ],
  ]);
  refusesAll<unknown>(checkTemplateClaims, at("x-hasura-default-role"), [
    [
      "a fixed default beside a role from metadata",
      hasura({ "x-hasura-allowed-roles": [ROLE] }),
      '"user" is not in x-hasura-allowed-roles with the same spelling',
    ],
  ]);
});
