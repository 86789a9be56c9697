import { expect } from "chai";
import fc from "fast-check";
import { checkTemplateClaims } from "../../../../infra/clerk/template/checkTemplateClaims";
import {
  checkShortcodes,
  checkTemplateText,
  findShortcode,
} from "../../../../infra/clerk/template/shortcodes";
import { parseTemplateText } from "../../../../infra/clerk/template/templateText";
import { refusesAll } from "../../refusals";

const unknown = (path: string) =>
  `${JSON.stringify(path)} is not a shortcode that Clerk is known to have, and an unknown one silently becomes null`;

describe("checkTemplateText", () => {
  const sound = [
    "",
    "user",
    "{a,b}",
    "{{user.id}}",
    "{{ user.public_metadata.addresses.Home-2 }}",
    "{{user.public_metadata.dbId || ''}}",
    "{{user.full_name || user.username || 'it is me'}}",
    "{{user.public_metadata.age || -1.5}} {{user.email_verified || false}}",
    "{ {{user.id}} }",
    "{{session.actor}}",
    "{{user.two_factor_enabled || false}}",
    "{{org_membership.public_metadata.role || 'org:none'}}",
  ];
  for (const text of sound) {
    it(`accepts ${JSON.stringify(text)}`, () => {
      expect(checkTemplateText(text, "claims.a")).to.deep.equal([]);
    });
  }

  const spelling: [string, string][] = [
    ["user.publicMetadata", "user.public_metadata"],
    ["user.publicMetadata.role", "user.public_metadata.role"],
    ["user.firstName", "user.first_name"],
    ["User.Id", "user.id"],
    ["userId", "user.id"],
    ["organization.id", "org.id"],
    ["organization.publicMetadata.plan", "org.public_metadata.plan"],
    ["organizationMembership.publicMetadata.role", "org_membership.public_metadata.role"],
    ["organization_membership.permissions", "org_membership.permissions"],
    ["user.organization_id", "org.id"],
    ["user.org_role", "org.role"],
    ["org_membership.role", "org.role"],
    ["org_id", "org.id"],
    ["user.email", "user.primary_email_address"],
    ["user.primary_email_address.email_address", "user.primary_email_address"],
    ["user.role", "user.public_metadata.role"],
    ["user.private_metadata.a", "user.public_metadata.a"],
    ["user.metadata.role", "user.public_metadata.role"],
    ["user.frist_name", "user.first_name"],
    ["user.full_nam", "user.full_name"],
    ["orgs.id", "org.id"],
    ["user.twoFactorEnabled", "user.two_factor_enabled"],
  ];
  for (const [wrong, right] of spelling) {
    it(`says ${right} for ${wrong}`, () => {
      expect(checkTemplateText(`{{${wrong} || 'a'}}`, "claims.a")).to.deep.equal([
        { path: "claims.a", reason: `${unknown(wrong)}; write ${right}` },
      ]);
      expect(checkTemplateText(`{{${right}}}`, "claims.a")).to.deep.equal([]);
    });
  }

  refusesAll((text: string) => checkTemplateText(text, "p"), "p", [
    ["what is like nothing known", "{{tenant.id}}", `${unknown("tenant.id")}; allowed: user.id, `],
    ["a field below text", "{{user.id.length}}", `${unknown("user.id.length")}; allowed: `],
    ["an open shortcode", "{{user.id", "has {{ without }} after it"],
    ["a closed one that was not opened", "user.id}}", "has }} without {{ before it"],
    ["a stray end after a sound one", "{{user.id}} }}", "has }} without {{ before it"],
    ["three braces", "{{{user.id}}}", "has three braces in a row"],
    ["a Postgres array right around a shortcode", "{{{user.id}},b}", "has three braces in a row"],
    ["a shortcode in a shortcode", "{{user.id || {{org.id}} }}", "has {{ within {{"],
    ["an empty one", "{{ }}", "has {{}} with nothing in it"],
    ["a missing operand", "{{user.id || }}", "has nothing on one side of ||"],
    ["a missing first operand", "{{ || 'a'}}", "has nothing on one side of ||"],
    ["a literal in double quotes", '{{user.full_name || "a"}}', "has a literal in other quotes"],
    ["a literal in curly quotes", "{{user.full_name || ‘a’}}", "has a literal in other quotes"],
    ["null as a literal", "{{user.full_name || null}}", "has null as a literal"],
    ["an escaped quote", "{{user.full_name || 'it\\'s'}}", "has an unbalanced or misplaced single"],
    [
      "a backslash",
      "{{user.full_name || 'a\\b'}}",
      "has a literal that holds a quote or a backslash",
    ],
    [
      "|| within a literal",
      "{{user.full_name || 'a||b'}}",
      "has a literal that holds a brace or ||",
    ],
    ["an open quote", "{{user.full_name || 'a}}", "has an unbalanced or misplaced single quote"],
    ["one bar", "{{user.full_name | 'a'}}", "has an unknown operator"],
    ["a filter", "{{user.full_name | upper}}", "has an unknown operator"],
    ["a list position", "{{user.public_metadata.roles[0]}}", "has a list position"],
    ["a sum", "{{user.created_at + 1}}", "has something between {{ and }}"],
  ]);

  it("names every mistake of a text once", () => {
    const text = "{{user.Id}} {{user.Id}} {{organization.slug}}";
    expect(checkTemplateText(text, "p").map(({ reason }) => reason)).to.deep.equal([
      `${unknown("user.Id")}; write user.id`,
      `${unknown("organization.slug")}; write org.slug`,
    ]);
  });

  it("does not show what may be a credential", () => {
    const [problem] = checkTemplateText("{{sk_test_abcdefghijklmnop}}", "p");
    expect(problem?.reason).to.match(/^\(24 characters, not shown\) is not a shortcode/);
  });

  it("answers for any text, and always the same", () => {
    const piece = fc.constantFrom(
      "{{",
      "}}",
      "{",
      "'",
      "||",
      " ",
      "user.id",
      "'a'",
      "x",
      "\n",
      "[0]",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join("")),
        ),
        (text) => {
          const { parts, reasons = [] } = parseTemplateText(text);
          expect(parts === undefined).to.equal(reasons.length > 0);
          for (const { reason } of checkTemplateText(text, "p"))
            expect(reason).not.to.match(/[\r\n]/);
        },
      ),
    );
  });
});

describe("further shortcodes", () => {
  const further = ["user.last_seen_at", "tenant.plan"];

  it("are accepted with their fields, and no other", () => {
    for (const text of ["{{user.last_seen_at}}", "{{tenant.plan.name || 'a'}}"]) {
      expect(checkTemplateText(text, "p", further)).to.deep.equal([]);
      expect(checkTemplateText(text, "p")).to.have.length(1);
    }
    expect(checkTemplateText("{{tenant.plans}}", "p", further)).to.have.length(1);
  });

  it("leave a known one misspelled refused", () => {
    expect(checkTemplateText("{{user.fist_name}}", "p", further)).to.deep.equal([
      { path: "p", reason: `${unknown("user.fist_name")}; write user.first_name` },
    ]);
  });

  it("are judged by what they may become", () => {
    const claims = {
      "x-hasura-default-role": "user",
      "x-hasura-allowed-roles": ["user"],
      "x-hasura-seen": "{{user.last_seen_at}}",
    };
    const [problem] = checkTemplateClaims(claims, "claims", further);
    expect(problem?.path).to.equal('claims["x-hasura-seen"]');
    expect(problem?.reason).to.match(/^is null when user\.last_seen_at is missing/);
  });

  refusesAll<string>((one) => checkShortcodes([one], "shortcodes"), "shortcodes[0]", [
    ["braces", "{{user.seen_at}}", '"{{user.seen_at}}" is not the path'],
    ["one word", "tenant", '"tenant" is not the path of a shortcode'],
    ["nothing", "", '"" is not the path of a shortcode'],
    [
      "one slip",
      "user.fist_name",
      '"user.fist_name" is user.first_name misspelled; write user.first_name in the claims',
    ],
    ["another spelling", "user.firstName", '"user.firstName" is user.first_name misspelled'],
  ]);

  it("may repeat a known one", () => {
    expect(checkShortcodes(["user.id", "user.public_metadata.a"], "p")).to.deep.equal([]);
  });
});

describe("findShortcode", () => {
  it("knows what is never null, and that metadata may be anything", () => {
    expect(findShortcode("user.id")).to.deep.equal({
      path: "user.id",
      type: "text",
      nullable: false,
    });
    expect(findShortcode("org.id")?.nullable).to.equal(true);
    expect(findShortcode("org.public_metadata.a.b")).to.deep.equal({
      path: "org.public_metadata.a.b",
      type: "any",
      nullable: true,
    });
    expect(findShortcode("org.unsafe_metadata.a")).to.equal(undefined);
    expect(findShortcode("constructor")).to.equal(undefined);
    expect(findShortcode("session.actor")).to.include({ type: "object", nullable: true });
    expect(findShortcode("user.two_factor_enabled")).to.include({ type: "boolean" });
  });
});
