import { buildHasuraClaims } from "../../../../infra/clerk/template/buildHasuraClaims";
import {
  ClaimsNamespace,
  type HasuraClaimsArgs,
} from "../../../../infra/clerk/template/hasuraClaimsArgs";
import { type RefusedInput, refusesAll } from "../../refusals";

const PUBLIC_ROLE = "user.public_metadata.role";
const wrong = (args: object) => args as HasuraClaimsArgs;

describe("buildHasuraClaims: roles, user id, namespace", () => {
  refusesAll<HasuraClaimsArgs>(
    (args) => buildHasuraClaims(args, "claims").problems ?? [],
    [
      ["admin", { defaultRole: "admin" }, "claims.defaultRole", "admin bypasses every permission"],
      [
        "admin in the list",
        { allowedRoles: ["user", "admin"] },
        "claims.allowedRoles[1]",
        "admin bypasses",
      ],
      ["an empty role", { defaultRole: "" }, "claims.defaultRole", "is empty; name a role"],
      ["no roles", { allowedRoles: [] }, "claims.allowedRoles", "is empty, so every token"],
      [
        "a role twice",
        { allowedRoles: ["user", "user"] },
        "claims.allowedRoles[1]",
        '"user" is listed twice',
      ],
      [
        "a template as role",
        { defaultRole: "{{org.role}}" },
        "claims.defaultRole",
        '"{{org.role}}" is a template',
      ],
      [
        "a default role outside",
        { defaultRole: "a", allowedRoles: ["b"] },
        "claims.defaultRole",
        '"a" is not among allowedRoles',
      ],
      [
        "an implied role outside",
        { allowedRoles: ["a", "b"] },
        "claims.defaultRole",
        'is "user" unless set, and that is not among',
      ],
      [
        "a quote in a fallback",
        { defaultRole: "it's", defaultRoleFrom: PUBLIC_ROLE },
        "claims.defaultRole",
        `"it's" holds a quote`,
      ],
      [
        "a role from unsafe metadata",
        { defaultRoleFrom: "user.unsafe_metadata.role" },
        "claims.defaultRoleFrom",
        "user.unsafe_metadata.role is written by the users themselves, and permissions rely on it; use user.public_metadata.role",
      ],
      [
        "a role from a name",
        { defaultRoleFrom: "user.first_name" },
        "claims.defaultRoleFrom",
        "user.first_name cannot hold roles",
      ],
      [
        "a role from the organization's roles",
        { defaultRoleFrom: "org.role" },
        "claims.defaultRoleFrom",
        "org.role may be admin",
      ],
      [
        "a role from all metadata",
        { defaultRoleFrom: "user.public_metadata" },
        "claims.defaultRoleFrom",
        "user.public_metadata is an object; name the field",
      ],
      [
        "a list of roles",
        { allowedRolesFrom: ["org_membership.permissions"] },
        "claims.allowedRolesFrom[0]",
        "org_membership.permissions cannot hold roles",
      ],
      [
        "a misspelled source",
        { defaultRoleFrom: "user.publicMetadata.role" },
        "claims.defaultRoleFrom",
        '"user.publicMetadata.role" is not a shortcode',
      ],
      [
        "an empty source",
        { defaultRoleFrom: "" },
        "claims.defaultRoleFrom",
        "is empty; name a shortcode",
      ],
      [
        "a source in braces",
        { defaultRoleFrom: "{{user.public_metadata.role}}" },
        "claims.defaultRoleFrom",
        "has braces; write the path alone",
      ],
      [
        "a source with a fallback",
        { defaultRoleFrom: "user.public_metadata.role || 'a'" },
        "claims.defaultRoleFrom",
        "has a fallback; write one path alone",
      ],
      [
        "a source with white space",
        { defaultRoleFrom: " user.public_metadata.role" },
        "claims.defaultRoleFrom",
        "holds white space; remove it",
      ],
      [
        "an id from unsafe metadata",
        { userIdFrom: "user.unsafe_metadata.id" },
        "claims.userIdFrom",
        "user.unsafe_metadata.id is written by the users",
      ],
      [
        "an id from what changes",
        { userIdFrom: "user.primary_email_address" },
        "claims.userIdFrom",
        "user.primary_email_address does not identify a user permanently",
      ],
      [
        "an id from all metadata",
        { userIdFrom: "user.public_metadata" },
        "claims.userIdFrom",
        "user.public_metadata is an object; name the field",
      ],
      [
        "an id that a whole organization shares",
        { userIdFrom: "org.public_metadata.id" },
        "claims.userIdFrom",
        "org.public_metadata.id is the same for every member of an organization; use user.id",
      ],
      [
        "a list position in metadata",
        { defaultRoleFrom: "user.public_metadata.roles[0]" },
        "claims.defaultRoleFrom",
        "has a list position, which Clerk does not document; name a field",
      ],
      [
        "a quote in a field's name",
        { userIdFrom: "user.public_metadata.id'" },
        "claims.userIdFrom",
        "has an unbalanced or misplaced single quote",
      ],
      [
        "an unknown namespace",
        wrong({ namespace: "https://hasura.io/jwt" }),
        "claims.namespace",
        '"https://hasura.io/jwt" is unknown; allowed: https://hasura.io/jwt/claims and',
      ],
      [
        "two namespaces",
        { namespace: ClaimsNamespace.Ddn, namespaceName: "a" },
        "claims.namespaceName",
        "excludes namespace; set one",
      ],
      [
        "an empty namespace",
        { namespaceName: "" },
        "claims.namespaceName",
        "is empty; leave it out",
      ],
      [
        "a namespace with white space",
        { namespaceName: "a b" },
        "claims.namespaceName",
        "holds white space",
      ],
      [
        "a variable as namespace",
        { namespaceName: "x-hasura-a" },
        "claims.namespaceName",
        "is a session variable; name the claim",
      ],
      [
        "a path as namespace",
        { namespaceName: "$.a" },
        "claims.namespaceName",
        "is a JSON path; write",
      ],
      [
        "aud as namespace",
        { namespaceName: "aud" },
        "claims.namespaceName",
        "aud is a registered claim",
      ],
      ..."azp exp iat iss jti nbf sub sid v pla fea fva"
        .split(" ")
        .map(
          (name): RefusedInput<HasuraClaimsArgs> => [
            `${name} as namespace`,
            { namespaceName: name },
            "claims.namespaceName",
            `${name} is reserved by Clerk`,
          ],
        ),
    ],
  );
});
