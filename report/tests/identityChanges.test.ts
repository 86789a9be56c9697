import { expect } from "chai";
import { identityChanges } from "../judge/identityChanges";
import { Action, type Properties, type ResourceChange } from "../read/preview";
import type { Sentence } from "../report";
import { CONTAINER, changeOf, ENGINE, previewOf, SECRET_OBJECT, state, UNKNOWN } from "./previews";

const textOf = (sentence: Sentence) =>
  sentence.map((piece) => (typeof piece === "string" ? piece : piece.code)).join("");

const PASSWORD = "random:index/randomPassword:RandomPassword";

describe("what changes for those who hold tokens", () => {
  const shape = (more: object) =>
    JSON.stringify({
      claimsPath: ["a"],
      claimsFormat: "json",
      header: { type: "Authorization" },
      defaultRole: "user",
      allowedRoles: ["user"],
      ...more,
    });
  const sentences = (old: Properties, later: Properties) =>
    identityChanges(previewOf({ outputs: { old, new: later } })).map(textOf);

  const rows: [string, Properties, Properties, RegExp][] = [
    [
      "another issuer",
      { issuer: "https://a.example" },
      { issuer: "https://b.example" },
      /^The issuer changes from https:\/\/a\.example to https:\/\/b\.example: tokens of the old issuer will be refused\.$/,
    ],
    ["a first issuer", { issuer: "" }, { issuer: "https://b.example" }, /others are refused/],
    ["no issuer any more", { issuer: "https://a.example" }, { issuer: "" }, /any issuer pass/],
    [
      "an issuer to come",
      { issuer: "https://a.example" },
      { issuer: UNKNOWN },
      /issuer may change/,
    ],
    [
      "a secret issuer",
      { issuer: SECRET_OBJECT },
      { issuer: "https://b.example" },
      /from \[secret\] to/,
    ],
    [
      "other keys",
      { jwksUrl: "https://a.example/j" },
      { jwksUrl: "https://b.example/j" },
      /Keys are fetched from https:\/\/b/,
    ],
    ["given keys", { jwksUrl: "https://a.example/j" }, { jwksUrl: "" }, /Keys are given instead/],
    ["fetched keys", { jwksUrl: "" }, { jwksUrl: "https://b.example/j" }, /instead of being given/],
    [
      "a default role",
      { tokenShape: shape({}) },
      { tokenShape: shape({ defaultRole: "guest" }) },
      /default role changes from user to guest/,
    ],
    [
      "more roles",
      { tokenShape: shape({}) },
      { tokenShape: shape({ allowedRoles: ["user", "staff"] }) },
      /from user to user, staff/,
    ],
    [
      "an audience",
      { tokenShape: shape({}) },
      { tokenShape: shape({ audience: ["app"] }) },
      /audience changes from not set to app/,
    ],
    [
      "the place of claims",
      { tokenShape: shape({}) },
      { tokenShape: shape({ claimsPath: ["b", "c"] }) },
      /place of the claims changes from a to b, c/,
    ],
    [
      "their format",
      { tokenShape: shape({}) },
      { tokenShape: shape({ claimsFormat: "stringified_json" }) },
      /format of the claims/,
    ],
    [
      "a map",
      { tokenShape: shape({}) },
      { tokenShape: shape({ claimsMap: { x: { fixed: "s3cret" } } }) },
      /map of the claims changes/,
    ],
    [
      "the header",
      { tokenShape: shape({}) },
      { tokenShape: shape({ header: { type: "Cookie", name: "t" } }) },
      /from Authorization to Cookie t/,
    ],
  ];
  for (const [what, old, later, expected] of rows) {
    it(`tells ${what}`, () => {
      const told = sentences(old, later);
      expect(told).to.have.length(1);
      expect(told[0])
        .to.match(expected)
        .and.not.match(/s3cret/);
    });
  }

  it("says nothing where nothing changes, and at the first update", () => {
    const same = { issuer: "https://a.example", tokenShape: shape({}) };
    expect(sentences(same, { ...same })).to.deep.equal([]);
    expect(identityChanges(previewOf({ outputs: { new: same } }))).to.deep.equal([]);
  });

  it("hides user info and query of an address", () => {
    const [told] = sentences({ issuer: "" }, { issuer: "https://me:pw@a.example/?token=abc" });
    expect(told)
      .to.include("https://***@a.example/?***")
      .and.not.match(/pw|abc/);
  });

  it("reads them from the stack's check where outputs are missing", () => {
    const probe = changeOf({
      chain: "pulumi-nodejs:dynamic/clerkHasura:Probe",
      action: Action.Update,
      old: state({ issuer: "https://a.example" }),
      new: state({ issuer: "https://b.example" }),
    });
    expect(identityChanges(previewOf({ changes: [probe] })).map(textOf)[0]).to.match(
      /issuer changes/,
    );
  });

  it("says what it cannot tell", () => {
    const engine = changeOf({
      chain: `${ENGINE}$${CONTAINER}`,
      diffs: ["uploads"],
      old: state({ uploads: "[secret]" }),
      new: state({ uploads: "[secret]" }),
    });
    const told = identityChanges(previewOf({ changes: [engine] })).map(textOf);
    expect(told[0]).to.match(/does not show which tokens/);
  });

  describe("where the engine's secrets change", () => {
    const engine = changeOf({ detailed: new Map([["uploads[1].content", "update-replace"]]) });
    const changed = { ...engine, old: state({}), new: state({}) };
    const facts = { issuer: "https://a.example", jwksUrl: "", tokenShape: shape({}) };
    const told = (later: Properties, ...beside: ResourceChange[]) =>
      identityChanges(
        previewOf({ changes: [changed, ...beside], outputs: { old: facts, new: later } }),
      ).map(textOf);
    const MAY_BE_KEY =
      "The engine's secrets change (admin secret, signing key, database URL or variables): if it is the signing key, tokens signed with the old key are refused.";

    it("says what that may mean where nothing else explains it", () => {
      expect(told(facts)).to.deep.equal([MAY_BE_KEY]);
      // A stack without these outputs hides it, too.
      const outputs = { old: { other: "1" }, new: { other: "1" } };
      const preview = previewOf({ changes: [changed], outputs });
      expect(identityChanges(preview).map(textOf)).to.deep.equal([MAY_BE_KEY]);
    });

    it("says so beside a change of roles, which may come with another key", () => {
      const roles = { ...facts, tokenShape: shape({ defaultRole: "guest" }) };
      expect(told(roles).at(-1)).to.equal(MAY_BE_KEY);
      expect(told(roles)).to.have.length(2);
    });

    it("leaves it to a known issuer, address or key to explain it", () => {
      expect(told({ ...facts, issuer: "https://b.example" }).join()).to.match(
        /^The issuer changes/,
      );
      expect(told({ ...facts, jwksUrl: "https://b.example/j" }).join()).to.match(
        /^Keys are fetched/,
      );
      const dynamic = "pulumi-nodejs:dynamic/clerkHasura";
      for (const [chain, name, more] of [
        [PASSWORD, "signing-key", {}],
        [PASSWORD, "backend-admin-secret", {}],
        [`${dynamic}:KeyPair`, "key", {}],
        [`${dynamic}:PinnedJwks`, "jwks", { action: Action.Update }],
        ["postgresql:index/role:Role", "role", { action: Action.Update, diffs: ["password"] }],
      ] as const) {
        expect(told(facts, changeOf({ chain, name, ...more })), name).to.deep.equal([]);
      }
    });

    it("does not take another secret for the explanation", () => {
      const superuser = changeOf({ chain: PASSWORD, name: "backend-postgres-password" });
      const owner = changeOf({ chain: "postgresql:index/role:Role", action: Action.Update });
      expect(told(facts, superuser, owner)).to.deep.equal([MAY_BE_KEY]);
    });

    it("says nothing of an engine that is new, or changes in other ways", () => {
      const others = [
        { ...changed, detailed: new Map([["image", "update-replace"]]) },
        changeOf({ action: Action.Create, diffs: ["uploads"], new: state({}) }),
      ];
      for (const other of others) {
        const preview = previewOf({ changes: [other], outputs: { old: facts, new: facts } });
        expect(identityChanges(preview)).to.deep.equal([]);
      }
    });
  });
});
