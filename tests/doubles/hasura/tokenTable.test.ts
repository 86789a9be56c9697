import { expect } from "chai";
import { UnsecuredJWT } from "jose";
import type { JsonObject } from "./json";
import {
  bearer,
  expectRefusal,
  hs256Secret,
  NAMESPACE,
  signToken,
  startTestEngine,
  type TestEngine,
  USER_CLAIMS,
  userToken,
} from "./testEngine";

const QUERY = "{ __typename }";
const NOW = () => Math.floor(Date.now() / 1000);

describe("Hasura double: token table", () => {
  let first: TestEngine;
  before(async () => {
    first = await startTestEngine({
      HASURA_GRAPHQL_JWT_SECRET: hs256Secret({
        issuer: "https://clerk.example",
        audience: ["api", "web"],
      }),
    });
  });
  after(() => first?.stop());

  const ns = (claims: JsonObject) => ({ [NAMESPACE]: claims });
  const rows: [string, JsonObject, string, string][] = [
    ["expired", { exp: NOW() - 1 }, "invalid-jwt", "Could not verify JWT: JWTExpired"],
    ["not yet valid", { nbf: NOW() + 3600 }, "invalid-jwt", "Could not verify JWT: JWTNotYetValid"],
    [
      "issued in the future",
      { iat: NOW() + 3600 },
      "invalid-jwt",
      "Could not verify JWT: JWTIssuedAtFuture",
    ],
    [
      "wrong issuer",
      { iss: "https://other.example" },
      "invalid-jwt",
      "Could not verify JWT: JWTNotInIssuer",
    ],
    ["wrong audience", { aud: ["other"] }, "invalid-jwt", "Could not verify JWT: JWTNotInAudience"],
    ["sub no string", { sub: 5 }, "invalid-jwt", "Could not verify JWT: JWTClaimsSetDecodeError"],
    [
      "namespace absent",
      { [NAMESPACE]: undefined as never },
      "jwt-invalid-claims",
      `claims key: '${NAMESPACE}' not found`,
    ],
    [
      "namespace a string",
      ns("{}" as never),
      "jwt-invalid-claims",
      "expecting a json object when claims_format is json",
    ],
    [
      "allowed roles absent",
      ns({ "x-hasura-default-role": "user" }),
      "jwt-missing-role-claims",
      "JWT claim does not contain x-hasura-allowed-roles",
    ],
    [
      "default role absent",
      ns({ "x-hasura-allowed-roles": ["user"] }),
      "jwt-missing-role-claims",
      "JWT claim does not contain x-hasura-default-role",
    ],
    [
      "allowed roles no list",
      ns({ ...USER_CLAIMS, "x-hasura-allowed-roles": "user" }),
      "jwt-invalid-claims",
      "invalid x-hasura-allowed-roles; should be a list of roles: ",
    ],
    [
      "empty allowed roles",
      ns({ ...USER_CLAIMS, "x-hasura-allowed-roles": [] }),
      "access-denied",
      "Your requested role is not in allowed roles",
    ],
    [
      "default role outside",
      ns({ ...USER_CLAIMS, "x-hasura-default-role": "boss" }),
      "access-denied",
      "Your requested role is not in allowed roles",
    ],
    [
      "a claim that is an array",
      ns({ ...USER_CLAIMS, "x-hasura-orgs": ["a"] }),
      "jwt-invalid-claims",
      "x-hasura-* claims: parsing Text failed, expected String, but encountered Array",
    ],
    [
      "a claim that is a number",
      ns({ ...USER_CLAIMS, "x-hasura-n": 1 }),
      "jwt-invalid-claims",
      "expected String, but encountered Number",
    ],
    [
      "a claim that is null",
      ns({ ...USER_CLAIMS, "x-hasura-n": null }),
      "jwt-invalid-claims",
      "expected String, but encountered Null",
    ],
  ];
  for (const [name, claims, code, message] of rows) {
    it(`refuses a token: ${name}`, async () => {
      expectRefusal(await first.graphql(QUERY, bearer(await userToken(claims))), code, message);
    });
  }

  it("refuses another key, no signature, and what is no token", async () => {
    const wrong = await signToken(ns(USER_CLAIMS), "f".repeat(32));
    const none = new UnsecuredJWT(ns(USER_CLAIMS)).encode();
    const ask = (token: string) => first.graphql(QUERY, bearer(token));
    const text = "Could not verify JWT: JWSError ";
    expectRefusal(await ask(wrong), "invalid-jwt", `${text}JWSInvalidSignature`);
    expectRefusal(await ask(none), "invalid-jwt", `${text}JWSNoSignatures`);
    expectRefusal(await ask("abc"), "invalid-jwt", `${text}(CompactDecodeError`);
  });

  const accepted: [string, JsonObject][] = [
    ["issuer and audience absent", {}],
    ["right issuer", { iss: "https://clerk.example" }],
    ["one of the audiences", { aud: ["other", "web"] }],
    ["audience as text", { aud: "api" }],
    ["no expiry", { exp: undefined as never }],
    [
      "claim names in upper case",
      ns({ "X-Hasura-Allowed-Roles": ["user"], "X-Hasura-Default-Role": "user" }),
    ],
    ["other members in the namespace", ns({ ...USER_CLAIMS, other: [1] })],
  ];
  for (const [name, claims] of accepted) {
    it(`accepts a token: ${name}`, async () => {
      const { body } = await first.graphql(QUERY, bearer(await userToken(claims)));
      expect(body).to.deep.equal({ data: { __typename: "query_root" } });
    });
  }
});
