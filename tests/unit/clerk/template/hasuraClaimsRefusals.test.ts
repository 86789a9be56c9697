import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { buildHasuraClaims } from "../../../../infra/clerk/template/buildHasuraClaims";
import {
  ClaimsNamespace,
  type HasuraClaimsArgs,
} from "../../../../infra/clerk/template/hasuraClaimsArgs";
import { refusesAll } from "../../refusals";

const variable = (text: unknown) => ({ variables: { "x-hasura-a": text } });
const named = (name: string) => ({ variables: { [name]: "a" } });
const AT = 'claims.variables["x-hasura-a"]';
/** The problems of arguments that a compiler may refuse. */
const check = (args: object) =>
  buildHasuraClaims(args as HasuraClaimsArgs, "claims").problems ?? [];

/** Refuses values of one field for what is at a path of it, such as `allowedRoles[1]`. */
function refusesField(
  path: string,
  rows: readonly (readonly [name: string, value: unknown, start: string])[],
): void {
  const [field = ""] = path.split("[");
  refusesAll((value: unknown) => check({ [field]: value }), `claims.${path}`, rows);
}

describe("buildHasuraClaims: roles, user id, namespace", () => {
  refusesField("defaultRole", [
    ["admin", "admin", "admin bypasses every permission"],
    ["an empty role", "", "is empty; name a role"],
    ["a template as role", "{{org.role}}", '"{{org.role}}" is a template'],
    ["a number for text", 5, "is a number; text is required"],
  ]);
  refusesField("allowedRoles[1]", [
    ["admin in the list", ["user", "admin"], "admin bypasses"],
    ["a role twice", ["user", "user"], '"user" is listed twice'],
    ["a list in a list", ["user", ["a"]], "is a list; text is required"],
  ]);
  refusesField("allowedRoles", [
    ["no roles", [], "is empty, so every token"],
    ["text for a list", "user", "is text; a list of strings is required"],
  ]);
  refusesAll<object>(check, "claims.defaultRole", [
    [
      "a default role outside",
      { defaultRole: "a", allowedRoles: ["b"] },
      '"a" is not among allowedRoles',
    ],
    [
      "an implied role outside",
      { allowedRoles: ["a", "b"] },
      'is "user" unless set, and that is not among',
    ],
    [
      "a quote in a fallback",
      { defaultRole: "it's", defaultRoleFrom: "user.public_metadata.role" },
      `"it's" holds a quote`,
    ],
  ]);
  refusesField("defaultRoleFrom", [
    [
      "a role from unsafe metadata",
      "user.unsafe_metadata.role",
      "user.unsafe_metadata.role is written by the users themselves, and permissions rely on it; use user.public_metadata.role",
    ],
    ["a role from a name", "user.first_name", "user.first_name cannot hold roles"],
    ["a role from the organization's roles", "org.role", "org.role may be admin"],
    [
      "a role from all metadata",
      "user.public_metadata",
      "user.public_metadata is an object; name the field",
    ],
    [
      "a misspelled source",
      "user.publicMetadata.role",
      '"user.publicMetadata.role" is not a shortcode',
    ],
    ["an empty source", "", "is empty; name a shortcode"],
    ["a source in braces", "{{user.public_metadata.role}}", "has braces; write the path alone"],
    [
      "a source with a fallback",
      "user.public_metadata.role || 'a'",
      "has a fallback; write one path alone",
    ],
    ["a source with white space", " user.public_metadata.role", "holds white space; remove it"],
    [
      "a list position in metadata",
      "user.public_metadata.roles[0]",
      "has a list position, which Clerk does not document; name a field",
    ],
  ]);
  refusesField("allowedRolesFrom[0]", [
    [
      "a list of roles",
      ["org_membership.permissions"],
      "org_membership.permissions cannot hold roles",
    ],
  ]);
  refusesField("userIdFrom", [
    [
      "an id from unsafe metadata",
      "user.unsafe_metadata.id",
      "user.unsafe_metadata.id is written by the users",
    ],
    [
      "an id from what changes",
      "user.primary_email_address",
      "user.primary_email_address does not identify a user permanently",
    ],
    [
      "an id from all metadata",
      "user.public_metadata",
      "user.public_metadata is an object; name the field",
    ],
    [
      "an id that a whole organization shares",
      "org.public_metadata.id",
      "org.public_metadata.id is the same for every member of an organization; use user.id",
    ],
    [
      "a quote in a field's name",
      "user.public_metadata.id'",
      "has an unbalanced or misplaced single quote",
    ],
  ]);
  refusesField("namespace", [
    [
      "an unknown namespace",
      "https://hasura.io/jwt",
      '"https://hasura.io/jwt" is unknown; allowed: https://hasura.io/jwt/claims and',
    ],
  ]);
  refusesAll<object>(check, "claims.namespaceName", [
    [
      "two namespaces",
      { namespace: ClaimsNamespace.Ddn, namespaceName: "a" },
      "excludes namespace; set one",
    ],
  ]);
  refusesField("namespaceName", [
    ..."azp exp iat iss jti nbf sub sid v pla fea fva"
      .split(" ")
      .map((name) => [`${name} as namespace`, name, `${name} is reserved by Clerk`] as const),
    ["an empty namespace", "", "is empty; leave it out"],
    ["a namespace with white space", "a b", "holds white space"],
    ["a variable as namespace", "x-hasura-a", "is a session variable; name the claim"],
    ["a path as namespace", "$.a", "is a JSON path; write"],
    ["aud as namespace", "aud", "aud is a registered claim"],
  ]);
});

describe("buildHasuraClaims: variables, audience, types", () => {
  refusesAll(
    (name: string) => check(named(name)),
    (name) => `claims.variables["${name}"]`,
    [
      ...["x-hasura-role", "x-hasura-admin-secret", "x-hasura-access-key"].map(
        (name) => [`the variable ${name}`, name, "is set by the engine or the client"] as const,
      ),
      ["a second user id", "x-hasura-user-id", "is already set by userIdFrom; remove"],
      ["a second default role", "x-hasura-default-role", "is already set by defaultRole; remove"],
      [
        "a second list of roles",
        "x-hasura-allowed-roles",
        "is already set by allowedRoles; remove",
      ],
      ["upper case", "X-Hasura-A", "must be in lower case; write"],
      ["another name", "tenant", "is not a session variable: x-hasura- and then"],
    ],
  );
  refusesAll<object>(check, 'claims.variables["x-hasura-org-id"]', [
    [
      "a second organization",
      { organization: true, ...named("x-hasura-org-id") },
      "is already set by organization; remove",
    ],
  ]);
  refusesAll((text: unknown) => check(variable(text)), AT, [
    ["a number for a variable", 5, "is a number; text is required"],
    [
      "a variable that may be null",
      "{{org.id}}",
      "is null when org.id is missing, and Hasura refuses a token with a null in it; add a literal to fall back to, as {{org.id || ''}}",
    ],
    [
      "a chain that may be null",
      "{{org.id || user.username}}",
      "is null when user.username is missing, and Hasura refuses a token with a null in it; add a literal to fall back to, as {{org.id || user.username || ''}}",
    ],
    ["null within text", "org-{{org.id}}", "holds the word null when org.id is missing"],
    ["a number", "{{user.created_at || ''}}", "is the number user.created_at, and Hasura"],
    [
      "a boolean",
      "{{user.email_verified || 'no'}}",
      "is the boolean user.email_verified, and Hasura",
    ],
    [
      "a number to fall back to",
      "{{user.public_metadata.a || 30}}",
      "may be the number 30, and Hasura accepts only strings; write '30'",
    ],
    [
      "false to fall back to",
      "{{user.public_metadata.a || false}}",
      "may be the boolean false, and Hasura",
    ],
    [
      "an object",
      "{{user.public_metadata || ''}}",
      "is the whole object user.public_metadata, and Hasura",
    ],
    [
      "a list",
      "{ {{org_membership.permissions || ''}} }",
      "is a list or an object, all of org_membership.permissions",
    ],
    [
      "a variable from unsafe metadata",
      "{{user.unsafe_metadata.a || ''}}",
      "user.unsafe_metadata.a is written by the users themselves",
    ],
    ["a misspelled variable", "{{organization.id || ''}}", '"organization.id" is not a shortcode'],
    ["a broken variable", "{{org.id", "has {{ without }} after it"],
  ]);
  refusesField("audience", [
    ["an empty audience", "", "is empty; leave it out"],
    ["a shortcode as audience", "{{org.id}}", "holds white space or a brace"],
    ["an audience that is no URI", "a:[b", "holds a colon, so it must be a valid URI"],
    ["an output", pulumi.output("a"), "is an output, known only later; a plain value is required"],
  ]);
  refusesField("organization", [["text for a flag", "true", "is text; true or false is required"]]);
  refusesField("variables", [
    ["a list of variables", [], "is a list; an object of strings by name"],
  ]);
  refusesAll<object>(check, "claims", [
    ["an unknown field", { roles: ["a"] }, 'has the unknown field "roles"; allowed: namespace, '],
    ["no object", [], "is a list; an object is required"],
  ]);

  it("reports what is wrong in several fields together", () => {
    const args = { ...named("tenant"), defaultRoleFrom: "user.role", namespaceName: "sub" };
    const { problems = [] } = buildHasuraClaims({ ...args, organization: 1 } as object, "c");
    expect(problems.map(({ path }) => path)).to.deep.equal([
      "c.organization",
      "c.namespaceName",
      "c.defaultRoleFrom",
      'c.variables["tenant"]',
    ]);
  });
});
