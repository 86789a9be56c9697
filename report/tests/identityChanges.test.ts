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

  const [A, B] = ["https://a.example", "https://b.example"];
  const facts: [what: string, fact: string, from: unknown, to: unknown, expected: RegExp][] = [
    [
      "another issuer",
      "issuer",
      A,
      B,
      /^The issuer changes from https:\/\/a\.example to https:\/\/b\.example: tokens of the old issuer will be refused\.$/,
    ],
    ["a first issuer", "issuer", "", B, /others are refused/],
    ["no issuer any more", "issuer", A, "", /any issuer are accepted/],
    ["an issuer to come", "issuer", A, UNKNOWN, /issuer may change/],
    ["a secret issuer", "issuer", SECRET_OBJECT, B, /from \[secret\] to/],
    ["other keys", "jwksUrl", `${A}/j`, `${B}/j`, /Keys are fetched from https:\/\/b/],
    ["given keys", "jwksUrl", `${A}/j`, "", /Keys are given instead/],
    ["fetched keys", "jwksUrl", "", `${B}/j`, /instead of being given/],
  ];
  const shapes: [what: string, more: object, expected: RegExp][] = [
    ["a default role", { defaultRole: "guest" }, /default role changes from user to guest/],
    ["more roles", { allowedRoles: ["user", "staff"] }, /from user to user, staff/],
    ["an audience", { audience: ["app"] }, /audience changes from not set to app/],
    [
      "the place of claims",
      { claimsPath: ["b", "c"] },
      /place of the claims changes from a to b, c/,
    ],
    ["their format", { claimsFormat: "stringified_json" }, /format of the claims/],
    ["a map", { claimsMap: { x: { fixed: "s3cret" } } }, /map of the claims changes/],
    ["the header", { header: { type: "Cookie", name: "t" } }, /from Authorization to Cookie t/],
  ];
  const rows = [
    ...facts,
    ...shapes.map(
      ([what, more, expected]) => [what, "tokenShape", shape({}), shape(more), expected] as const,
    ),
  ];
  for (const [what, fact, from, to, expected] of rows) {
    it(`tells ${what}`, () => {
      const told = sentences({ [fact]: from }, { [fact]: to });
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
