import { expect } from "chai";
import { parseClaimsLocation } from "../../../airgap/doubles/hasura/claimsLocation";
import { type JsonObject, parseJson } from "../../../airgap/doubles/hasura/json";
import { readHasuraClaims } from "../../../airgap/doubles/hasura/tokenClaims";
import { ClaimsSource, sessionTokenClaims } from "../../../infra/clerk/claimsChoice";
import { checkClaimsMap } from "../../../infra/clerk/claimsMap";
import { PK, secretOf } from "./soundIdentity";

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
