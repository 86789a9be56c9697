import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { buildHasuraClaims } from "../../../../infra/clerk/template/buildHasuraClaims";
import type { HasuraClaimsArgs } from "../../../../infra/clerk/template/hasuraClaimsArgs";
import { type RefusedInput, refusesAll } from "../../refusals";

const variable = (text: string) => ({ variables: { "x-hasura-a": text } });
const named = (name: string) => ({ variables: { [name]: "a" } });
const AT = 'claims.variables["x-hasura-a"]';
const wrong = (args: object) => args as HasuraClaimsArgs;

describe("buildHasuraClaims: variables, audience, types", () => {
  refusesAll<HasuraClaimsArgs>(
    (args) => buildHasuraClaims(args, "claims").problems ?? [],
    [
      ...["x-hasura-role", "x-hasura-admin-secret", "x-hasura-access-key"].map(
        (name): RefusedInput<HasuraClaimsArgs> => [
          `the variable ${name}`,
          named(name),
          `claims.variables["${name}"]`,
          "is set by the engine or the client",
        ],
      ),
      [
        "a second user id",
        named("x-hasura-user-id"),
        'claims.variables["x-hasura-user-id"]',
        "is already set by userIdFrom; remove",
      ],
      [
        "a second default role",
        named("x-hasura-default-role"),
        'claims.variables["x-hasura-default-role"]',
        "is already set by defaultRole; remove",
      ],
      [
        "a second list of roles",
        named("x-hasura-allowed-roles"),
        'claims.variables["x-hasura-allowed-roles"]',
        "is already set by allowedRoles; remove",
      ],
      [
        "a second organization",
        { organization: true, ...named("x-hasura-org-id") },
        'claims.variables["x-hasura-org-id"]',
        "is already set by organization; remove",
      ],
      [
        "upper case",
        named("X-Hasura-A"),
        'claims.variables["X-Hasura-A"]',
        "must be in lower case; write",
      ],
      [
        "another name",
        named("tenant"),
        'claims.variables["tenant"]',
        "is not a session variable: x-hasura- and then",
      ],
      [
        "a variable that may be null",
        variable("{{org.id}}"),
        AT,
        "is null when org.id is missing, and Hasura refuses a token with a null in it; add a literal to fall back to, as {{org.id || ''}}",
      ],
      [
        "a chain that may be null",
        variable("{{org.id || user.username}}"),
        AT,
        "is null when user.username is missing, and Hasura refuses a token with a null in it; add a literal to fall back to, as {{org.id || user.username || ''}}",
      ],
      [
        "null within text",
        variable("org-{{org.id}}"),
        AT,
        "holds the word null when org.id is missing",
      ],
      [
        "a number",
        variable("{{user.created_at || ''}}"),
        AT,
        "is the number user.created_at, and Hasura",
      ],
      [
        "a boolean",
        variable("{{user.email_verified || 'no'}}"),
        AT,
        "is the boolean user.email_verified, and Hasura",
      ],
      [
        "a number to fall back to",
        variable("{{user.public_metadata.a || 30}}"),
        AT,
        "may be the number 30, and Hasura accepts only strings; write '30'",
      ],
      [
        "false to fall back to",
        variable("{{user.public_metadata.a || false}}"),
        AT,
        "may be the boolean false, and Hasura",
      ],
      [
        "an object",
        variable("{{user.public_metadata || ''}}"),
        AT,
        "is the whole object user.public_metadata, and Hasura",
      ],
      [
        "a list",
        variable("{ {{org_membership.permissions || ''}} }"),
        AT,
        "is a list or an object, all of org_membership.permissions",
      ],
      [
        "a variable from unsafe metadata",
        variable("{{user.unsafe_metadata.a || ''}}"),
        AT,
        "user.unsafe_metadata.a is written by the users themselves",
      ],
      [
        "a misspelled variable",
        variable("{{organization.id || ''}}"),
        AT,
        '"organization.id" is not a shortcode',
      ],
      ["a broken variable", variable("{{org.id"), AT, "has {{ without }} after it"],
      ["an empty audience", { audience: "" }, "claims.audience", "is empty; leave it out"],
      [
        "a shortcode as audience",
        { audience: "{{org.id}}" },
        "claims.audience",
        "holds white space or a brace",
      ],
      [
        "an audience that is no URI",
        { audience: "a:[b" },
        "claims.audience",
        "holds a colon, so it must be a valid URI",
      ],
      [
        "a number for text",
        wrong({ defaultRole: 5 }),
        "claims.defaultRole",
        "is a number; text is required",
      ],
      [
        "text for a flag",
        wrong({ organization: "true" }),
        "claims.organization",
        "is text; true or false is required",
      ],
      [
        "text for a list",
        wrong({ allowedRoles: "user" }),
        "claims.allowedRoles",
        "is text; a list of strings is required",
      ],
      [
        "a list in a list",
        wrong({ allowedRoles: ["user", ["a"]] }),
        "claims.allowedRoles[1]",
        "is a list; text is required",
      ],
      ["a number for a variable", wrong(variable(5 as never)), AT, "is a number; text is required"],
      [
        "a list of variables",
        wrong({ variables: [] }),
        "claims.variables",
        "is a list; an object of strings by name",
      ],
      [
        "an output",
        wrong({ audience: pulumi.output("a") }),
        "claims.audience",
        "is an output, known only later; a plain value is required",
      ],
      [
        "an unknown field",
        wrong({ roles: ["a"] }),
        "claims",
        'has the unknown field "roles"; allowed: namespace, ',
      ],
      ["no object", wrong([]), "claims", "is a list; an object is required"],
    ],
  );

  it("reports what is wrong in several fields together", () => {
    const args = { ...named("tenant"), defaultRoleFrom: "user.role", namespaceName: "sub" };
    const { problems = [] } = buildHasuraClaims(wrong({ ...args, organization: 1 }), "c");
    expect(problems.map(({ path }) => path)).to.deep.equal([
      "c.organization",
      "c.namespaceName",
      "c.defaultRoleFrom",
      'c.variables["tenant"]',
    ]);
  });
});
