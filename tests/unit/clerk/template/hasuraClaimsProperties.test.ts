import { expect } from "chai";
import fc from "fast-check";
import { evaluateClaims, type ShortcodeContext } from "../../../../airgap/doubles/clerk/shortcodes";
import type { JsonObject } from "../../../../airgap/doubles/hasura/json";
import { type HasuraClaims, readHasuraClaims } from "../../../../airgap/doubles/hasura/tokenClaims";
import { buildHasuraClaims } from "../../../../infra/clerk/template/buildHasuraClaims";
import { checkTemplateClaims } from "../../../../infra/clerk/template/checkTemplateClaims";
import {
  ClaimsNamespace,
  type HasuraClaimsArgs,
} from "../../../../infra/clerk/template/hasuraClaimsArgs";
import { oddValue, publicField, roleName, tidyValue, users, valueAt } from "./arbitraryUsers";

const literal = fc.stringMatching(/^[a-z ,.:-]{0,6}$/);
const variableText = fc.oneof(
  literal,
  fc.tuple(publicField, literal).map(([path, text]) => `{{${path} || '${text}'}}`),
  fc.constantFrom("{{user.external_id || user.id}}", "{{ org.slug||user.full_name || '' }}"),
);
const embedded = fc
  .tuple(literal, publicField, literal)
  .map((t) => `-${t[0]}{{${t[1]} || '${t[2]}'}}`);
const optional = { requiredKeys: [] as [] };

function validArgs(text: fc.Arbitrary<string>): fc.Arbitrary<HasuraClaimsArgs> {
  const name = fc.stringMatching(/^x-hasura-v[a-z0-9]{1,3}$/);
  const shared = {
    defaultRole: roleName,
    allowedRolesFrom: fc.array(publicField, { maxLength: 2 }),
    userIdFrom: fc.oneof(
      publicField.filter((path) => !path.startsWith("org.")),
      fc.constantFrom("user.id", "user.external_id"),
    ),
    organization: fc.boolean(),
    variables: fc.dictionary(name, text, { maxKeys: 3 }),
    namespace: fc.constantFrom(...Object.values(ClaimsNamespace)),
    audience: fc.constantFrom("api", "https://hasura.example"),
  };
  const list = fc.uniqueArray(roleName, { minLength: 1, maxLength: 3 });
  const dynamic = { ...shared, defaultRoleFrom: publicField, allowedRoles: list };
  return fc.oneof(
    fc.record(dynamic, { requiredKeys: ["defaultRoleFrom"] }),
    fc.record(shared, optional),
    fc.tuple(fc.record(shared, optional), list).map(([args, roles]) => {
      const all = [...roles, args.defaultRole ?? "user"];
      return { ...args, allowedRoles: [...new Set(all)] };
    }),
  );
}

function build(args: HasuraClaimsArgs): Record<string, unknown> {
  const { value, problems = [] } = buildHasuraClaims(args);
  expect(problems).to.deep.equal([]);
  return value ?? {};
}

function judge(args: HasuraClaimsArgs, user: ShortcodeContext): HasuraClaims {
  const key = args.namespace ?? ClaimsNamespace.Hasura;
  const token = evaluateClaims(build(args), user) as JsonObject;
  return readHasuraClaims(token, { kind: "namespace", key, stringified: false });
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}

function fallbackRole({ defaultRole, allowedRoles }: HasuraClaimsArgs): string {
  const [only = "user"] = allowedRoles ?? [];
  return defaultRole ?? (allowedRoles?.length === 1 ? only : "user");
}

describe("hasuraClaims, evaluated by Clerk's rules and judged by Hasura's", () => {
  it("is accepted for every user whose metadata holds text or nothing", () => {
    const anyText = fc.oneof(variableText, embedded);
    fc.assert(
      fc.property(validArgs(anyText), users(tidyValue), (args, user) => {
        const { allowedRoles, defaultRole, variables } = judge(args, user);
        const fallback = fallbackRole(args);
        const from = args.defaultRoleFrom;
        const role = from === undefined ? fallback : textOr(valueAt(user, from), fallback);
        expect(defaultRole).to.equal(role);
        expect(allowedRoles).to.include(role);
        const listed = (args.allowedRolesFrom ?? []).map((path) =>
          textOr(valueAt(user, path), fallback),
        );
        expect(allowedRoles).to.include.members([...(args.allowedRoles ?? []), ...listed]);
        const others = [role, ...(args.allowedRoles ?? []), ...listed];
        expect(new Set(allowedRoles)).to.deep.equal(new Set(others));
        const id = textOr(valueAt(user, args.userIdFrom ?? "user.id"), "");
        expect(variables.get("x-hasura-user-id")).to.equal(id);
        const org = args.organization ? textOr(valueAt(user, "org.id"), "") : undefined;
        expect(variables.get("x-hasura-org-id")).to.equal(org);
        for (const text of variables.values()) expect(text).not.to.equal("null");
      }),
      { numRuns: 500 },
    );
  });

  it("is refused, and never accepted as something else, where a used field is of another type", () => {
    fc.assert(
      fc.property(validArgs(literal), users(fc.oneof(tidyValue, oddValue)), (args, user) => {
        const used = [args.defaultRoleFrom, ...(args.allowedRolesFrom ?? []), args.userIdFrom];
        const isOdd = used.some((path) => {
          const value = path === undefined ? null : (valueAt(user, path) ?? null);
          return value !== null && value !== false && typeof value !== "string";
        });
        if (isOdd)
          expect(() => judge(args, user)).to.throw(
            /parsing (?:Text|String) failed, expected String/,
          );
        else expect(judge(args, user).variables.get("x-hasura-user-id")).to.be.a("string");
      }),
      { numRuns: 500 },
    );
  });

  it("passes the check of claims given by hand", () => {
    fc.assert(
      fc.property(validArgs(fc.oneof(variableText, embedded)), (args) => {
        expect(checkTemplateClaims(build(args))).to.deep.equal([]);
      }),
    );
  });
});

const operand = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("'user'", "''", "30", "true", "false") },
  { weight: 3, arbitrary: publicField },
  fc.constantFrom("user.id", "user.full_name", "org.id", "org.role", "user.created_at"),
  fc.constantFrom("user.email_verified", "user.public_metadata", "user.unsafe_metadata.role"),
  fc.constantFrom("org_membership.permissions", "user.publicMetadata.role", "user.organizations"),
);
const anyExpression = fc
  .array(operand, { minLength: 1, maxLength: 3 })
  .map((operands) => `{{${operands.join(" || ")}}}`);
const anyText = fc.oneof(
  anyExpression,
  fc.constantFrom("user", "editor", ""),
  fc.tuple(fc.constantFrom("a", "org:", " "), anyExpression).map((pieces) => pieces.join("")),
);
/** Pieces of which Clerk makes one text, admin among them. */
const joinedText = fc
  .array(fc.constantFrom("ad", "min", "", "{{'ad'}}", "{{'min'}}", "{{'admin'}}", "{{''}}"), {
    minLength: 1,
    maxLength: 2,
  })
  .chain((pieces) =>
    fc
      .tuple(publicField, fc.constantFrom("", "ad", "min", "admin", "user"), fc.nat(2))
      .map(([path, literal, place]) =>
        (pieces as string[]).toSpliced(place, 0, `{{${path} || '${literal}'}}`).join(""),
      ),
  );
const anyRole = fc.oneof({ weight: 3, arbitrary: anyText }, joinedText);
const anyClaim = fc.oneof({ weight: 9, arbitrary: anyText }, fc.constantFrom(1, null, true, ["a"]));
const anyHasuraObject = fc
  .tuple(anyRole, fc.array(anyRole, { maxLength: 2 }), anyClaim, fc.boolean())
  .map(([role, roles, value, isListed]) => ({
    "x-hasura-default-role": role,
    "x-hasura-allowed-roles": isListed ? [...roles, role] : roles,
    "x-hasura-any": value,
  }));

describe("checkTemplateClaims, compared with Hasura's rules", () => {
  it("passes nothing that Hasura refuses, for users whose metadata holds text or nothing", () => {
    let passed = 0;
    const namespace = ClaimsNamespace.Hasura;
    fc.assert(
      fc.property(anyHasuraObject, fc.array(users(tidyValue), { minLength: 3 }), (object, some) => {
        const claims = { [namespace]: object };
        if (checkTemplateClaims(claims).length > 0) return;
        passed += 1;
        for (const user of some) {
          const token = evaluateClaims(claims, user) as JsonObject;
          const found = readHasuraClaims(token, {
            kind: "namespace",
            key: namespace,
            stringified: false,
          });
          expect(found.allowedRoles).to.include(found.defaultRole).and.not.to.include("admin");
        }
      }),
      { numRuns: 2000 },
    );
    expect(passed).to.be.greaterThan(20);
  });
});
