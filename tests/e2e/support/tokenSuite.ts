import { expect } from "chai";
import { dataOf, type EngineClient, refusalOf } from "./engineClient";
import { notesSeen } from "./notes";
import { bearer, type Signer, signToken, type TokenClaims } from "./tokens";

/** A stack that accepts tokens, and who signs them. */
export interface TokenMode {
  client: EngineClient;
  signer: Signer;
  issuer: string;
  /** Somebody who may not sign, with the same algorithm. */
  stranger: Signer;
}

/** What is wrong with a token, what else the request says, and how Hasura refuses it. */
type Row = [
  what: string,
  claims: Partial<TokenClaims>,
  headers: Record<string, string>,
  code: string,
  message: string,
];

const ROLES = { "x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user" };
const ROWS: Row[] = [
  ["expired", { ttl: -60 }, {}, "invalid-jwt", "Could not verify JWT: JWTExpired"],
  [
    "of another issuer",
    { issuer: "https://clerk.other.test" },
    {},
    "invalid-jwt",
    "Could not verify JWT: JWTNotInIssuer",
  ],
  ["without Hasura's claims", { hasura: null }, {}, "jwt-invalid-claims", "claims key: "],
  [
    "without a list of roles",
    { hasura: { "x-hasura-default-role": "user", "x-hasura-user-id": "user_1" } },
    {},
    "jwt-missing-role-claims",
    'JWT claim does not contain "x-hasura-allowed-roles"',
  ],
  [
    "that asks for a role it does not have",
    {},
    { "x-hasura-role": "editor" },
    "access-denied",
    "Your requested role is not in allowed roles",
  ],
  [
    "that asks to be admin",
    {},
    { "x-hasura-role": "admin" },
    "access-denied",
    "Your requested role is not in allowed roles",
  ],
  [
    "whose user id is no string",
    { hasura: { ...ROLES, "x-hasura-user-id": 1 } },
    {},
    "jwt-invalid-claims",
    "expected String, but encountered Number",
  ],
];

const FIELDS = "{ __schema { queryType { fields { name } } } }";
const COLUMNS = `{ __type(name: "notes") { fields { name } } }`;

interface Schema {
  __schema: { queryType: { fields: { name: string }[] } };
}
interface Type {
  __type: { fields: { name: string }[] };
}

/** The rules that hold for every way to sign tokens. */
export function acceptsAndRefusesTokens(modeOf: () => TokenMode): void {
  showsOwnRows(modeOf);
  refusesTokens(modeOf);
  it("answers introspection by role", () => expectFieldsByRole(modeOf()));
}

function tokenOf({ signer, issuer }: TokenMode, claims: Partial<TokenClaims> = {}) {
  return signToken(signer, { issuer, user: "user_1", ...claims });
}

function showsOwnRows(modeOf: () => TokenMode): void {
  for (const user of ["user_1", "user_2"]) {
    it(`shows ${user} the own rows only`, async () => {
      const seen = await notesSeen(modeOf().client, bearer(await tokenOf(modeOf(), { user })));
      expect(seen).to.have.length(100);
      expect(new Set(seen.map(({ user_id }) => user_id))).to.deep.equal(new Set([user]));
    });
  }

  it("shows a user without rows none", async () => {
    const token = await tokenOf(modeOf(), { user: "user_3" });
    expect(await notesSeen(modeOf().client, bearer(token))).to.deep.equal([]);
  });
}

function refusesTokens(modeOf: () => TokenMode): void {
  for (const [what, claims, headers, code, message] of ROWS) {
    it(`refuses a token ${what}`, async () => {
      const all = { ...bearer(await tokenOf(modeOf(), claims)), ...headers };
      const answer = await modeOf().client.graphql("{ __typename }", all);
      expect(answer.status).to.equal(200);
      expect(refusalOf(answer)).to.have.property("code", code);
      expect(refusalOf(answer).message).to.contain(message);
    });
  }

  it("refuses a token signed with another key", async () => {
    const mode = modeOf();
    const token = await tokenOf({ ...mode, signer: mode.stranger });
    const answer = await mode.client.graphql("{ __typename }", bearer(token));
    expect(refusalOf(answer)).to.deep.equal({
      code: "invalid-jwt",
      message: "Could not verify JWT: JWSError JWSInvalidSignature",
    });
  });
}

async function expectFieldsByRole(mode: TokenMode): Promise<void> {
  const { client } = mode;
  const user = bearer(await tokenOf(mode));
  const fieldsFor = async (headers: Record<string, string>) =>
    dataOf<Schema>(await client.graphql(FIELDS, headers)).__schema.queryType.fields.map(
      ({ name }) => name,
    );
  expect(await fieldsFor(client.admin)).to.include.members(["notes", "ledger"]);
  const seen = await fieldsFor(user);
  expect(seen).to.include("notes");
  expect(seen).to.not.include("ledger");
  const columnsFor = async (headers: Record<string, string>) =>
    dataOf<Type>(await client.graphql(COLUMNS, headers)).__type.fields.map(({ name }) => name);
  expect(await columnsFor(client.admin)).to.include("hidden");
  expect((await columnsFor(user)).sort()).to.deep.equal(["body", "id", "user_id"]);
}
