import { expect } from "chai";
import { type EngineClient, refusalOf } from "./engineClient";
import { notesSeen } from "./notes";
import type { TestClerk, TokenWish } from "./testClerk";
import { bearer, type Signer, signToken } from "./tokens";

/** A stack behind Clerk's double, and the tokens that it accepts at present. */
export interface ClerkMode {
  clerk: TestClerk;
  client: EngineClient;
  /** Name of the template that makes the tokens; Clerk's session token where there is none. */
  template?: string;
  /** Somebody who signs by the algorithm of the template's own key; absent where Clerk's key signs. */
  stranger?: Signer;
}

/** What is wrong with a token, what else the request says, and how Hasura refuses it. */
type Row = [
  what: string,
  claims: () => Record<string, unknown>,
  headers: Record<string, string>,
  code: string,
  message: string,
];

const OTHER_ROLE = "Your requested role is not in allowed roles";
const ROWS: Row[] = [
  ["expired", expired, {}, "invalid-jwt", "Could not verify JWT: JWTExpired"],
  [
    "of another issuer",
    () => ({ iss: "https://clerk.other.test" }),
    {},
    "invalid-jwt",
    "Could not verify JWT: JWTNotInIssuer",
  ],
  [
    "that asks for a role it does not have",
    () => ({}),
    { "x-hasura-role": "editor" },
    "access-denied",
    OTHER_ROLE,
  ],
  ["that asks to be admin", () => ({}), { "x-hasura-role": "admin" }, "access-denied", OTHER_ROLE],
];

function expired(): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return { exp: now - 120, iat: now - 180, nbf: now - 190 };
}

/** A token as if it were the user's, signed with a key that nobody was told to trust. */
async function forged({ clerk, template, stranger }: ClerkMode): Promise<string> {
  const user = "user_1";
  if (stranger === undefined) return clerk.oddToken({ user, template, foreign: true });
  return signToken(stranger, { issuer: clerk.issuer, user });
}

/** How the engine refuses a token. */
export async function refusalFor(
  { client }: ClerkMode,
  token: string,
  headers: Record<string, string> = {},
) {
  return refusalOf(await client.graphql("{ __typename }", { ...bearer(token), ...headers }));
}

export const INVALID_SIGNATURE = {
  code: "invalid-jwt",
  message: "Could not verify JWT: JWSError JWSInvalidSignature",
};

/** The rules that hold for whatever signs Clerk's tokens; the users have to be at Clerk. */
export function acceptsAndRefusesClerkTokens(modeOf: () => ClerkMode): void {
  const wish = (claims = {}): TokenWish => ({
    user: "user_1",
    template: modeOf().template,
    claims,
  });

  it("shows each user the own rows only", async () => {
    const { clerk, client, template } = modeOf();
    for (const user of ["user_1", "user_2"]) {
      const seen = await notesSeen(client, bearer(await clerk.token({ user, template })));
      expect(seen).to.have.length(100);
      expect(new Set(seen.map(({ user_id }) => user_id))).to.deep.equal(new Set([user]));
    }
    const none = await clerk.token({ user: "user_3", template });
    expect(await notesSeen(client, bearer(none))).to.deep.equal([]);
  });

  for (const [what, claims, headers, code, message] of ROWS) {
    it(`refuses a token ${what}`, async () => {
      const token = await modeOf().clerk.oddToken(wish(claims()));
      const refusal = await refusalFor(modeOf(), token, headers);
      expect(refusal).to.have.property("code", code);
      expect(refusal.message).to.contain(message);
    });
  }

  it("refuses a token signed with another key", async () => {
    expect(await refusalFor(modeOf(), await forged(modeOf()))).to.deep.equal(INVALID_SIGNATURE);
  });
}
