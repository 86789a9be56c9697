import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { parseClaimsLocation } from "../../../airgap/doubles/hasura/claimsLocation";
import { type JsonObject, parseJson } from "../../../airgap/doubles/hasura/json";
import { readHasuraClaims } from "../../../airgap/doubles/hasura/tokenClaims";
import { ClaimsSource, sessionTokenClaims } from "../../../infra/clerk/claimsChoice";
import { checkClaimsMap } from "../../../infra/clerk/claimsMap";
import { type PinnedKey, readIdentity, withPinnedKey } from "../../../infra/clerk/identity";
import type { ShapedIdentity } from "../../../infra/clerk/identityShape";
import { writeJwtSecret } from "../../../infra/clerk/jwtSecret";
import { ProblemList } from "../../../infra/validation/problems";
import { itRefuses } from "../refusals";
import { HOST, JWKS, KEY, PK, resolveIdentity, secretOf, untyped } from "./soundIdentity";

const OWN = { algorithm: "HS256", key: KEY };
const PINNED = {
  algorithm: "RS256",
  key: generateKeyPairSync("rsa", { modulusLength: 2048 })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString(),
};

describe("an identity of session tokens", () => {
  it("is read by paths into the second version of the token, with the roles fixed", () => {
    const input = {
      publishableKey: PK,
      claims: "session-token",
      allowedRoles: ["a", "b"],
      defaultRole: "b",
    };
    expect(JSON.parse(secretOf(input))).to.deep.equal({
      jwk_url: JWKS,
      claims_map: {
        "x-hasura-allowed-roles": ["a", "b"],
        "x-hasura-default-role": "b",
        "x-hasura-org-id": { path: "$.o.id", default: "" },
        "x-hasura-org-role": { path: "$.o.rol", default: "" },
        "x-hasura-org-slug": { path: "$.o.slg", default: "" },
        "x-hasura-user-id": { path: "$.sub" },
      },
      issuer: `https://${HOST}`,
      extra_required_claims: ["issuer"],
      allowed_skew: 5,
    });
  });

  it("of the first version finds the organisation beside the user", () => {
    const secret = JSON.parse(secretOf({ frontendApi: HOST, claims: "session-token-v1" }));
    expect(secret.claims_map["x-hasura-org-id"]).to.deep.equal({ path: "$.org_id", default: "" });
  });

  it("is what a template is not, which stays the default", () => {
    const template = secretOf({ frontendApi: HOST, claims: "template" });
    expect(template).to.equal(secretOf({ frontendApi: HOST }));
    expect(template).to.not.equal(secretOf({ frontendApi: HOST, claims: "session-token" }));
  });

  const session = (input: object) =>
    untyped({ frontendApi: HOST, claims: "session-token", ...input });
  const beside =
    "cannot be combined with claims session-token, which is read by fixed paths; remove it, or set claims to template";
  itRefuses(session, "identity.claimsNamespace", [
    ["a namespace", { claimsNamespace: "a" }, beside],
  ]);
  itRefuses(session, "identity.claimsMap", [["a map", { claimsMap: {} }, beside]]);
  itRefuses(session, "identity.claims", [
    [
      "another kind of token",
      { claims: "sessionToken" },
      '"sessionToken" is unknown; allowed: template, session-token, session-token-v1',
    ],
  ]);
  itRefuses(session, "identity.signingKey", [
    [
      "a key of a template",
      { signingKey: OWN },
      "is never used for session tokens, which Clerk signs with its own key; remove it, or use a template",
    ],
  ]);
});

describe("an identity with a key of a Clerk template", () => {
  for (const [name, instance] of [
    ["a publishable key", { publishableKey: PK }],
    ["a Frontend API", { frontendApi: HOST }],
  ] as const) {
    it(`takes the issuer from ${name} and the key from signingKey`, () => {
      const { value } = resolveIdentity({ ...instance, signingKey: OWN });
      expect(JSON.parse(secretOf({ ...instance, signingKey: OWN }))).to.include({
        type: "HS256",
        key: KEY,
        issuer: `https://${HOST}`,
      });
      expect(value).to.not.have.property("jwksUrl");
      expect(value).to.include({ source: "signingKey", frontendApi: HOST });
    });
  }

  itRefuses(untyped, "identity.issuer", [
    [
      "an issuer that Clerk never has",
      { publishableKey: PK, signingKey: OWN, issuer: `https://${HOST}/` },
      "ends with a slash, which Clerk's issuers do not; remove it, or every token is refused",
    ],
  ]);
});

/** An identity with the key that its set holds. */
function pin(input: ShapedIdentity, key: PinnedKey) {
  const problems = new ProblemList();
  const { identity } = readIdentity(input, problems);
  const value = identity && withPinnedKey(identity, key, problems);
  return { value, problems: problems.list() };
}

describe("an identity whose key is pinned", () => {
  it("writes the pinned key in place of the address, and nothing else differs", () => {
    const input = { publishableKey: PK, jwks: "pinned" };
    const fetched = JSON.parse(secretOf({ publishableKey: PK }));
    const { value } = pin(input, PINNED);
    const pinned = JSON.parse(value === undefined ? "" : writeJwtSecret(value, true));
    const { jwk_url: address, ...rest } = fetched;
    const { type, key, ...same } = pinned;
    expect({ type, key }).to.deep.equal({ type: "RS256", key: PINNED.key });
    expect(same).to.deep.equal(rest);
    expect(value?.jwksUrl).to.equal(address);
  });

  it("is refused with a key that does not fit, naming the setting", () => {
    const input = { publishableKey: PK, jwks: "pinned" };
    const { problems } = pin(input, { ...PINNED, algorithm: "ES256" });
    expect(problems?.map(({ path }) => path)).to.deep.equal(["identity.jwks.key"]);
  });

  itRefuses(untyped, "identity.jwks", [
    [
      "an unknown way",
      { frontendApi: HOST, jwks: "cached" },
      '"cached" is unknown; allowed: fetched, pinned',
    ],
    [
      "a key of one's own",
      { signingKey: OWN, jwks: "pinned" },
      "has nothing to pin, because signingKey is the key; remove one of the two",
    ],
  ]);
  itRefuses(untyped, "identity.pinnedKeyId", [
    [
      "a key id without pinning",
      { frontendApi: HOST, pinnedKeyId: "ins_1" },
      "has no effect unless jwks is pinned; remove it, or pin the key",
    ],
    [
      "an empty key id",
      { frontendApi: HOST, jwks: "pinned", pinnedKeyId: "" },
      "is not a key id; copy the kid of one key of the set",
    ],
  ]);
});

const ROLES = { defaultRole: "user", allowedRoles: ["user", "editor"] };
const BASE = { iss: "https://clerk.example.com", sub: "user_1", sid: "sess_1", exp: 1, iat: 0 };
const NO_ORGANISATION = { id: "", role: "", slug: "" };

/** What the engine's double reads from a token whose secret has the map of these settings. */
function judge(claims: ClaimsSource, token: JsonObject) {
  const secret = parseJson(secretOf({ publishableKey: PK, claims, ...ROLES })) as JsonObject;
  return readHasuraClaims(token, parseClaimsLocation(secret));
}

function variablesOf(organisation: { id: string; role: string; slug: string }) {
  return {
    "x-hasura-user-id": "user_1",
    "x-hasura-org-id": organisation.id,
    "x-hasura-org-role": organisation.role,
    "x-hasura-org-slug": organisation.slug,
  };
}

describe("sessionTokenClaims", () => {
  for (const version of [1, 2] as const) {
    it(`is a sound claims map in version ${version}`, () => {
      const { value, problems } = checkClaimsMap(sessionTokenClaims(version, ROLES));
      expect(problems).to.equal(undefined);
      expect(value?.["x-hasura-allowed-roles"]?.fixed).to.deep.equal(["user", "editor"]);
      expect(value?.["x-hasura-default-role"]?.fixed).to.equal("user");
    });
  }

  const second = { v: 2, ...BASE, o: { id: "org_1", rol: "admin", slg: "acme", per: "read" } };
  const first = { ...BASE, org_id: "org_1", org_role: "org:admin", org_slug: "acme" };
  const found = { id: "org_1", role: "admin", slug: "acme" };
  const rows: [string, ClaimsSource, JsonObject, typeof found][] = [
    ["version 2 with an organisation", ClaimsSource.SessionToken, second, found],
    ["version 2 without one", ClaimsSource.SessionToken, { v: 2, ...BASE }, NO_ORGANISATION],
    [
      "version 2 whose organisation has no slug",
      ClaimsSource.SessionToken,
      { v: 2, ...BASE, o: { id: "org_1", rol: "member" } },
      { id: "org_1", role: "member", slug: "" },
    ],
    [
      "version 1 with an organisation",
      ClaimsSource.SessionTokenV1,
      first,
      { ...found, role: "org:admin" },
    ],
    ["version 1 without one", ClaimsSource.SessionTokenV1, BASE, NO_ORGANISATION],
    ["a token of version 1 read as version 2", ClaimsSource.SessionToken, first, NO_ORGANISATION],
  ];
  for (const [name, claims, token, organisation] of rows) {
    it(`lets the engine read ${name}`, () => {
      const { allowedRoles, defaultRole, variables } = judge(claims, token);
      expect(allowedRoles).to.deep.equal(["user", "editor"]);
      expect(defaultRole).to.equal("user");
      expect(Object.fromEntries(variables)).to.deep.equal(variablesOf(organisation));
    });
  }

  it("leaves a token without a user refused", () => {
    const { sub: _, ...token } = BASE;
    expect(() => judge(ClaimsSource.SessionToken, token)).to.throw(/"x-hasura-user-id" not found/);
  });

  it("takes no roles from the token", () => {
    const token = { ...second, role: "admin", "x-hasura-default-role": "admin" };
    expect(judge(ClaimsSource.SessionToken, token).defaultRole).to.equal("user");
  });
});
