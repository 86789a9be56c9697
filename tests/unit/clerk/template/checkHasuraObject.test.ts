import { checkTemplateClaims } from "../../../../infra/clerk/template/checkTemplateClaims";
import { refusesAll } from "../../refusals";

const NS = "https://hasura.io/jwt/claims";
const AT = `claims["${NS}"]`;
const at = (name: string) => `${AT}["${name}"]`;
const ROLE_AT = `${at("x-hasura-allowed-roles")}[1]`;
const ROLE = "{{user.public_metadata.role || 'user'}}";
const ROLES = { "x-hasura-default-role": "user", "x-hasura-allowed-roles": ["user"] };
const UNSOUND = "makes an unsound role where every shortcode is missing: ";
const hasura = (extra: object) => ({ [NS]: { ...ROLES, ...extra } });
const role = (text: unknown) => hasura({ "x-hasura-allowed-roles": ["user", text] });

describe("checkTemplateClaims: x-hasura values", () => {
  refusesAll<unknown>(checkTemplateClaims, [
    [
      "no default role",
      { [NS]: { "x-hasura-allowed-roles": ["a"] } },
      AT,
      "lacks x-hasura-default-role, without which",
    ],
    [
      "no allowed roles",
      { a: { "x-hasura-default-role": "a" } },
      "claims.a",
      "lacks x-hasura-allowed-roles, without",
    ],
    [
      "a name without x-",
      hasura({ "hasura-user-id": "a" }),
      AT,
      'has "hasura-user-id", which Hasura ignores',
    ],
    [
      "a reserved variable",
      hasura({ "x-hasura-role": "a" }),
      at("x-hasura-role"),
      "is set by the engine",
    ],
    [
      "the admin secret",
      hasura({ "X-Hasura-Admin-Secret": "a" }),
      at("X-Hasura-Admin-Secret"),
      "is set by the engine",
    ],
    [
      "a name twice",
      hasura({ "X-Hasura-Default-Role": "user" }),
      at("X-Hasura-Default-Role"),
      "is there twice, because Hasura ignores case",
    ],
    [
      "a number",
      hasura({ "x-hasura-a": 1 }),
      at("x-hasura-a"),
      "is a number, and Hasura accepts only strings; write it as text",
    ],
    [
      "null",
      hasura({ "x-hasura-a": null }),
      at("x-hasura-a"),
      "is empty, and Hasura accepts only strings",
    ],
    [
      "a list",
      hasura({ "x-hasura-a": ["b"] }),
      at("x-hasura-a"),
      "is a list, and Hasura accepts only strings; write a list as the text of a Postgres array",
    ],
    [
      "a lone shortcode",
      hasura({ "x-hasura-org-id": "{{org.id}}" }),
      at("x-hasura-org-id"),
      "is null when org.id is missing",
    ],
    [
      "the whole actor",
      hasura({ "x-hasura-a": "{{session.actor || ''}}" }),
      at("x-hasura-a"),
      "is the whole object session.actor, and Hasura accepts only strings; put it into a claim of its own",
    ],
    [
      "a lone boolean",
      hasura({ "x-hasura-a": "{{user.two_factor_enabled || 'no'}}" }),
      at("x-hasura-a"),
      "is the boolean user.two_factor_enabled, and Hasura",
    ],
    [
      "an id from a name",
      hasura({ "x-hasura-user-id": "{{user.username || ''}}" }),
      at("x-hasura-user-id"),
      "user.username does not identify a user",
    ],
    [
      "allowed roles as text",
      hasura({ "x-hasura-allowed-roles": "{{user.public_metadata.roles}}" }),
      at("x-hasura-allowed-roles"),
      'is text; a list is required, as ["user"]; a shortcode for a whole list',
    ],
    [
      "allowed roles as an object",
      hasura({ "x-hasura-allowed-roles": {} }),
      at("x-hasura-allowed-roles"),
      "is an object; a list of roles",
    ],
    [
      "no allowed role",
      hasura({ "x-hasura-allowed-roles": [] }),
      at("x-hasura-allowed-roles"),
      "is empty, so every token",
    ],
    [
      "a lone shortcode among roles",
      role("{{user.public_metadata.roles}}"),
      ROLE_AT,
      "is null when user.public_metadata.roles is missing, and Hasura refuses a token with a null in it; add a literal to fall back to, as {{user.public_metadata.roles || 'user'}}",
    ],
    ["a list among roles", role(["a"]), ROLE_AT, "is a list; every role is one string"],
    ["admin among roles", role("admin"), ROLE_AT, "admin bypasses every permission"],
    [
      "admin to fall back to",
      role("{{user.public_metadata.role || 'admin'}}"),
      ROLE_AT,
      "falls back to a role that admin bypasses",
    ],
    [
      "no role to fall back to",
      role("{{user.public_metadata.role || ''}}"),
      ROLE_AT,
      "falls back to a role that is empty",
    ],
    [
      "a number to fall back to",
      role("{{user.public_metadata.role || 1}}"),
      ROLE_AT,
      "may be the number 1",
    ],
    ["an empty role", role(""), ROLE_AT, "is empty; name a role"],
    ["admin out of a literal and text", role("{{'ad'}}min"), ROLE_AT, `${UNSOUND}admin bypasses`],
    [
      "admin out of text and what to fall back to",
      role("ad{{user.public_metadata.b || 'min'}}"),
      ROLE_AT,
      `${UNSOUND}admin bypasses`,
    ],
    [
      "admin out of two to fall back to",
      role("{{user.public_metadata.a || ''}}{{user.public_metadata.b || 'admin'}}"),
      ROLE_AT,
      `${UNSOUND}admin bypasses`,
    ],
    [
      "nothing out of two to fall back to",
      role("{{user.public_metadata.a || ''}}{{user.public_metadata.b || ''}}"),
      ROLE_AT,
      `${UNSOUND}is empty`,
    ],
    [
      "white space out of what to fall back to",
      role("org:{{user.public_metadata.a || ' '}}"),
      ROLE_AT,
      `${UNSOUND}"org: " holds white space`,
    ],
    ["a role with white space", role("a b"), ROLE_AT, '"a b" holds white space'],
    ["white space around a shortcode", role(` ${ROLE}`), ROLE_AT, '" x" holds white space'],
    [
      "a role from unsafe metadata",
      role("{{user.unsafe_metadata.role || 'user'}}"),
      ROLE_AT,
      "takes the role from a wrong place: user.unsafe_metadata.role is written by",
    ],
    [
      "a role from a name",
      role("{{user.first_name || 'user'}}"),
      ROLE_AT,
      "takes the role from a wrong place: user.first_name cannot hold",
    ],
    [
      "the organization's bare role",
      role("{{org.role || 'user'}}"),
      ROLE_AT,
      "takes the role from a wrong place: org.role may be admin",
    ],
    [
      "a default role outside the list",
      hasura({ "x-hasura-default-role": "a" }),
      at("x-hasura-default-role"),
      '"a" is not in x-hasura-allowed-roles with the same spelling',
    ],
    [
      "a fixed default beside a role from metadata",
      hasura({ "x-hasura-allowed-roles": [ROLE] }),
      at("x-hasura-default-role"),
      '"user" is not in x-hasura-allowed-roles with the same spelling',
    ],
  ]);
});
