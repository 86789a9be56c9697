import { expect } from "chai";
import { evaluateClaims, type ShortcodeContext } from "./shortcodes";

const maria: ShortcodeContext = {
  user: {
    id: "user_1",
    first_name: "Maria",
    last_name: "Doe",
    full_name: null,
    created_at: 1227618844,
    email_verified: false,
    two_factor_enabled: true,
    phone_number_verified: true,
    public_metadata: {
      interests: ["hiking", "knitting"],
      addresses: { Home: "Minnesota" },
      age: 0,
      vip: true,
    },
    unsafe_metadata: { foo: { bar: 42 } },
    private_metadata: { secret: "s" },
  },
  org: { id: "org_1", slug: "acme", role: "org:admin", public_metadata: { plan: "pro" } },
  org_membership: { permissions: ["org:a:read"], public_metadata: { role: "editor" } },
  session: { actor: { sub: "user_2" }, id: "sess_1" },
};
const alone: ShortcodeContext = { ...maria, org: null, org_membership: null };

describe("Clerk double: shortcodes", () => {
  const rows: [string, unknown, unknown][] = [
    ["text without shortcodes", "a {b} c", "a {b} c"],
    ["a number", 1, 1],
    ["null", null, null],
    ["a lone text", "{{user.id}}", "user_1"],
    ["a lone number", "{{user.created_at}}", 1227618844],
    ["a lone list", "{{user.public_metadata.interests}}", ["hiking", "knitting"]],
    ["a lone object", "{{user.unsafe_metadata}}", { foo: { bar: 42 } }],
    ["a nested field", "{{user.public_metadata.addresses.Home}}", "Minnesota"],
    ["spaces within the braces", "{{ user.id }}", "user_1"],
    ["two shortcodes in text", "{{user.last_name}} {{user.first_name}}", "Doe Maria"],
    ["a number in text", "at {{user.created_at}}", "at 1227618844"],
    ["null in text", "{{user.full_name}} Maria", "null Maria"],
    ["an unknown one alone", "{{user.i_dont_exist}}", null],
    ["an unknown one in text", "-{{user.i_dont_exist}}-", "-null-"],
    ["camel case", "{{user.publicMetadata.age}}", null],
    ["the older name of org", "{{organization.id}}", null],
    ["private metadata", "{{user.private_metadata}}", null],
    ["a field below text", "{{user.id.length}}", null],
    ["a list position", "{{user.public_metadata.interests.0}}", null],
    ["an inherited name", "{{user.public_metadata.constructor}}", null],
    ["a missing field", "{{user.public_metadata.role}}", null],
    ["a fallback for null", "{{user.full_name || 'Awesome User'}}", "Awesome User"],
    ["a fallback for false", "{{user.email_verified || user.phone_number_verified}}", true],
    ["a chain", "{{user.username || user.full_name || user.id}}", "user_1"],
    ["no fallback for 0", "{{user.public_metadata.age || 30}}", 0],
    ["no fallback for the empty text", "{{user.username || '' || 'x'}}", ""],
    ["a number to fall back to", "{{user.public_metadata.none || 30 }}", 30],
    ["a boolean to fall back to", "{{user.username || true}}", true],
    ["the last of all falsy ones", "{{user.username || false}}", false],
    ["|| within a literal", "{{user.username || 'a || b'}}", "a || b"],
    ["braces within a literal", "{{user.username || '}}'}}", "}}"],
    ["a fallback in text", "{a,{{ user.username || 'b' }} }", "{a,b }"],
    ["an open brace", "{{user.id", "{{user.id"],
    ["an open brace before many quotes", `{{${"''".repeat(40)}`, `{{${"''".repeat(40)}`],
    ["a list of claims", ["{{user.id}}", 1], ["user_1", 1]],
    [
      "an object of claims",
      { "{{user.id}}": { a: "{{org.id}}" } },
      { "{{user.id}}": { a: "org_1" } },
    ],
    ["who impersonates", "{{session.actor}}", { sub: "user_2" }],
    ["nothing else of the session", "{{session.id}}", null],
    ["whether there is a second factor", "{{user.two_factor_enabled}}", true],
    ["the membership", "{{org_membership.public_metadata.role}}", "editor"],
    ["permissions", "{{org_membership.permissions}}", ["org:a:read"]],
    ["metadata of the organization", "{{org.public_metadata.plan}}", "pro"],
  ];
  for (const [name, claims, value] of rows) {
    it(`evaluates ${name}`, () => {
      expect(evaluateClaims(claims, maria)).to.deep.equal(value);
    });
  }

  it("makes every part of an organization null without an active one", () => {
    const claims = [
      "{{org.id}}",
      "{{org.public_metadata.plan}}",
      "{{org_membership.permissions}}",
      "{{org.id || ''}}",
      "org-{{org.id}}",
    ];
    expect(evaluateClaims(claims, alone)).to.deep.equal([null, null, null, "", "org-null"]);
  });
});
