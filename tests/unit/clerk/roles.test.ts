import { expect } from "chai";
import { checkRoles, type RolesInput } from "../../../infra/clerk/roles";
import { itRefuses, type Refusal } from "../refusals";

const ADMIN =
  "admin bypasses every permission, so no token may carry it; name another role, and use the admin secret for administration";
const check = (input: RolesInput) => checkRoles(input);

describe("checkRoles", () => {
  const outside =
    "is not among identity.allowedRoles, so tokens would be refused; add it there or choose one of them";
  itRefuses<RolesInput>(check, "identity.defaultRole", [
    ["admin", { defaultRole: "admin" }, ADMIN],
    ["admin even beside a sound list", { defaultRole: "admin", allowedRoles: ["user"] }, ADMIN],
    ["nothing", { defaultRole: "" }, "is empty; name a role, such as user"],
    ...["true", "No", "0", " off ", "enabled", "DISABLE"].map(
      (text): Refusal<RolesInput> => [
        `the switch "${text}"`,
        { defaultRole: text.trim() },
        `"${text.trim()}" looks like a boolean, and the name of a role is required; name one, such as user, or leave it out`,
      ],
    ),
    ["white space", { defaultRole: "a b" }, '"a b" holds white space; remove it'],
    [
      "a template",
      { defaultRole: "{{org.role}}" },
      '"{{org.role}}" is a template or list; name one role',
    ],
    ["a role outside the list", { defaultRole: "a", allowedRoles: ["b"] }, `"a" ${outside}`],
    [
      "an implied role outside the list",
      { allowedRoles: ["a", "b"] },
      `is "user" unless set, and that ${outside}`,
    ],
  ]);
  itRefuses<RolesInput>(check, "identity.allowedRoles", [
    [
      "an empty list",
      { allowedRoles: [] },
      "is empty, so every token would be refused; list at least one role",
    ],
    [
      "an empty list beside a role",
      { defaultRole: "a", allowedRoles: [] },
      "is empty, so every token would be refused; list at least one role",
    ],
  ]);
  itRefuses<RolesInput>(check, "identity.allowedRoles[1]", [
    ["admin in the list", { allowedRoles: ["user", "admin"] }, ADMIN],
    ["an empty role", { allowedRoles: ["user", ""] }, "is empty; name a role, such as user"],
    ["a duplicate", { allowedRoles: ["user", "user"] }, '"user" is listed twice; remove one'],
    ["a line break", { allowedRoles: ["user", "a\nb"] }, '"a\\nb" holds white space; remove it'],
  ]);
  itRefuses<RolesInput>(check, "identity.unauthorizedRole", [
    [
      "admin",
      { unauthorizedRole: "admin" },
      "admin would let everyone do everything without a token; name a role of least privilege",
    ],
    [
      "nothing",
      { unauthorizedRole: "" },
      "is empty, which stops the engine; leave it out to refuse such requests",
    ],
    [
      "looks like a boolean",
      { unauthorizedRole: "true" },
      '"true" looks like a boolean, and the name of a role is required; write anonymous or another role that your permissions name, or leave it out to refuse requests without a token',
    ],
    [
      "white space",
      { unauthorizedRole: " anonymous" },
      '" anonymous" holds white space; remove it',
    ],
  ]);

  const sound: [RolesInput, unknown][] = [
    [{}, { defaultRole: "user", allowedRoles: ["user"] }],
    [{ defaultRole: "editor" }, { defaultRole: "editor", allowedRoles: ["editor"] }],
    [{ allowedRoles: ["editor"] }, { defaultRole: "editor", allowedRoles: ["editor"] }],
    [{ allowedRoles: ["z", "user"] }, { defaultRole: "user", allowedRoles: ["z", "user"] }],
    [{ defaultRole: "Admin" }, { defaultRole: "Admin", allowedRoles: ["Admin"] }],
    [{ defaultRole: "org:member" }, { defaultRole: "org:member", allowedRoles: ["org:member"] }],
    [
      { unauthorizedRole: "anonymous" },
      { defaultRole: "user", allowedRoles: ["user"], unauthorizedRole: "anonymous" },
    ],
  ];
  for (const [input, value] of sound) {
    it(`accepts ${JSON.stringify(input)}`, () => expect(check(input)).to.deep.equal({ value }));
  }
});
