import { expect } from "chai";
import {
  type ClaimSource,
  checkClaimsMap,
  checkClerkDefaults,
} from "../../../infra/clerk/claimsMap";
import { ProblemList } from "../../../infra/validation/problems";
import { itRefuses } from "../refusals";

type SourceMap = Record<string, ClaimSource>;

function withRoles(extra: SourceMap): SourceMap {
  return {
    "x-hasura-allowed-roles": { literals: ["user"] },
    "x-hasura-default-role": { literal: "user" },
    ...extra,
  };
}

const at = (name: string) => `identity.claimsMap["${name}"]`;
const one = (source: ClaimSource) => checkClaimsMap(withRoles({ "x-hasura-a": source }));
const named = (name: string) => checkClaimsMap(withRoles({ [name]: { path: "$.sub" } }));
const roles = (allowed: ClaimSource) =>
  checkClaimsMap(withRoles({ "x-hasura-allowed-roles": allowed }));
const role = (source: ClaimSource) =>
  checkClaimsMap(withRoles({ "x-hasura-default-role": source }));
const ADMIN =
  "admin bypasses every permission, so no token may carry it; name another role, and use the admin secret for administration";
const NO_NAME = "is not a session variable: x-hasura- and then a-z, 0-9, - or _ are allowed";

describe("checkClaimsMap", () => {
  it("names both entries that an empty map lacks", () => {
    expect(checkClaimsMap({}).problems).to.deep.equal([
      {
        path: "identity.claimsMap",
        reason:
          "lacks x-hasura-allowed-roles, without which the engine refuses to start; add it, or set identity.allowedRoles",
      },
      {
        path: "identity.claimsMap",
        reason:
          "lacks x-hasura-default-role, without which the engine refuses to start; add it, or set identity.defaultRole",
      },
    ]);
  });

  itRefuses(named, at("X-Hasura-User-Id"), [
    ["upper case", "X-Hasura-User-Id", 'must be in lower case; write "x-hasura-user-id"'],
  ]);
  for (const name of [
    "user-id",
    "x-hasura-",
    "x-hasura-é",
    "x-hasura-a b",
    "x-hasura-a-",
    "hasura",
    "__proto__x",
  ]) {
    itRefuses(named, at(name), [[`the name ${name}`, name, NO_NAME]]);
  }
  for (const name of ["x-hasura-role", "x-hasura-admin-secret", "x-hasura-access-key"]) {
    itRefuses(named, at(name), [
      [name, name, "is set by the engine or the client; use another name"],
    ]);
  }
  itRefuses(one, at("x-hasura-a"), [
    [
      "an entry that says nothing",
      {},
      "says nothing; set exactly one of literal, literals and path",
    ],
    [
      "a lone default",
      { default: "a" },
      "says nothing; set exactly one of literal, literals and path",
    ],
    [
      "a literal and a path",
      { literal: "a", path: "$.a" },
      "sets more than one of them; set exactly one of literal, literals and path",
    ],
    [
      "both a literal and a default",
      { literal: "a", default: "b" },
      "has both a literal and a default; only a path can have a default",
    ],
    [
      "two defaults",
      { path: "$.a", default: "b", defaults: ["c"] },
      "has both default and defaults; set one of the two",
    ],
    [
      "a list",
      { literals: ["a"] },
      'must be one text; use literal or default, and "{a,b}" for a Postgres array',
    ],
    [
      "a list as fallback",
      { path: "$.a", defaults: ["a"] },
      'must be one text; use literal or default, and "{a,b}" for a Postgres array',
    ],
  ]);
  itRefuses(one, `${at("x-hasura-a")}.path`, [
    [
      "the whole token",
      { path: "$" },
      "does not begin with a claim of the token; write a path such as $.sub",
    ],
    [
      "a list position first",
      { path: "$[0]" },
      "does not begin with a claim of the token; write a path such as $.sub",
    ],
    [
      "a wildcard",
      { path: "$.a.*" },
      "holds a wildcard, filter or ..; a path to exactly one claim is allowed",
    ],
  ]);
  itRefuses(roles, at("x-hasura-allowed-roles"), [
    [
      "one text for the list of roles",
      { literal: "user" },
      "must be a list; use literals, or defaults beside a path",
    ],
    [
      "one text as fallback of the list",
      { path: "$.r", default: "user" },
      "must be a list; use literals, or defaults beside a path",
    ],
    [
      "an empty list of roles",
      { literals: [] },
      "is empty, so every token would be refused; list at least one role",
    ],
    [
      "an empty fallback",
      { path: "$.r", defaults: [] },
      "is empty, so every token would be refused; list at least one role",
    ],
  ]);
  itRefuses(roles, `${at("x-hasura-allowed-roles")}[1]`, [
    ["admin in the list", { literals: ["user", "admin"] }, ADMIN],
    ["admin in the fallback", { path: "$.r", defaults: ["user", "admin"] }, ADMIN],
    ["a duplicate", { literals: ["user", "user"] }, '"user" is listed twice; remove one'],
  ]);
  const outside =
    '"editor" is not among the fixed x-hasura-allowed-roles, so tokens would be refused; add it there';
  itRefuses(role, at("x-hasura-default-role"), [
    ["admin as default role", { literal: "admin" }, ADMIN],
    ["admin as fallback role", { path: "$.r", default: "admin" }, ADMIN],
    ["an empty default role", { literal: "" }, "is empty; name a role, such as user"],
    ["a default role outside the list", { literal: "editor" }, outside],
    ["a fallback role outside the list", { path: "$.r", default: "editor" }, outside],
  ]);

  it("keeps sound entries, sorted by name, with their steps", () => {
    const { value } = checkClaimsMap({
      "x-hasura-user-id": { path: "$.sub" },
      "x-hasura-organization-membership-role-of-user": { path: "$.o.rol", default: "none" },
      "x-hasura-default-role": { path: "$.role", default: "editor" },
      "x-hasura-allowed-roles": { path: "$.roles", defaults: ["user"] },
      "x-hasura-2": { literal: "" },
    });
    expect(value).to.deep.equal({
      "x-hasura-2": { fixed: "" },
      "x-hasura-allowed-roles": { path: "$.roles", steps: ["roles"], fixed: ["user"] },
      "x-hasura-default-role": { path: "$.role", steps: ["role"], fixed: "editor" },
      "x-hasura-organization-membership-role-of-user": {
        path: "$.o.rol",
        steps: ["o", "rol"],
        fixed: "none",
      },
      "x-hasura-user-id": { path: "$.sub", steps: ["sub"] },
    });
    expect(Object.keys(value ?? {})).to.deep.equal(Object.keys(value ?? {}).sort());
  });
});

describe("checkClerkDefaults", () => {
  const check = (source: ClaimSource) => {
    const problems = new ProblemList();
    checkClerkDefaults({ "x-hasura-a": source }, "identity.claimsMap", problems);
    return problems.toResult({});
  };
  const lacks = (claim: string, without: string, rest = "") =>
    `has no default, and Clerk leaves the claim ${claim} out of tokens without ${without}, which Hasura would refuse; add a default, such as ""${rest}`;
  const moved = (path: string) => `, and write ${path}, where tokens of version 2 have it`;
  const organization = "an active organization";
  itRefuses(check, at("x-hasura-a"), [
    ["org_id", { path: "$.org_id" }, lacks("org_id", organization, moved("$.o.id"))],
    ["org_role", { path: "org_role" }, lacks("org_role", organization, moved("$.o.rol"))],
    ["org_slug", { path: '$["org_slug"]' }, lacks("org_slug", organization, moved("$.o.slg"))],
    [
      "org_permissions",
      { path: "$.org_permissions[0]" },
      lacks("org_permissions", organization, moved("$.o.per")),
    ],
    ["a field of o", { path: "$.o['rol']" }, lacks("o", organization)],
    ["who impersonates", { path: "$.act.sub" }, lacks("act", "impersonation")],
    ["the origin", { path: "$.azp" }, lacks("azp", "the origin that asked for it")],
    ["the plan", { path: "$.pla" }, lacks("pla", "a plan")],
    ["its features", { path: "$.fea" }, lacks("fea", "a plan with features")],
    ["a pending session", { path: "$.sts" }, lacks("sts", "a pending session")],
  ]);

  it("names roles in the remedy for roles", () => {
    const problems = new ProblemList();
    const map = {
      "x-hasura-allowed-roles": { path: "$.o.rol" },
      "x-hasura-default-role": { path: "$.o.rol" },
    };
    checkClerkDefaults(map, "m", problems);
    expect(problems.list().map(({ reason }) => reason.split("; ")[1])).to.deep.equal([
      'add defaults, such as ["user"]',
      'add a default, such as "user"',
    ]);
  });

  it("accepts a default, a fixed value and claims of one's own", () => {
    for (const source of [
      { path: "$.org_id", default: "" },
      { path: "$.o.per", defaults: ["user"] },
      { literal: "org_id" },
      { path: "$.sub" },
      { path: "$.metadata.org_id" },
      { path: "$.organization" },
    ]) {
      expect(check(source).problems).to.equal(undefined);
    }
  });
});
