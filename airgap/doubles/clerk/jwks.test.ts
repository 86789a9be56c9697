import { expect } from "chai";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { parseJwkSet } from "../hasura/jwkSet";
import { ask, expectError, startTestClerk, type TestClerk } from "./testClerk";

describe("Clerk double: key set", () => {
  let clerk: TestClerk;
  beforeEach(async () => {
    clerk = await startTestClerk();
  });
  afterEach(() => clerk.double.stop());

  const set = async () =>
    (await clerk.fapi("GET", "/.well-known/jwks.json")).body as unknown as JSONWebKeySet;
  const token = async () => {
    const { users, sessions, tokens } = clerk.double;
    return tokens.sessionToken(sessions.start(users.addUser().id));
  };

  it("is open on the Frontend API and the same behind the secret key on the Backend API", async () => {
    const open = await clerk.fapi("GET", "/.well-known/jwks.json");
    expect(open.status).to.equal(200);
    expect(open.headers.get("content-type")).to.equal("application/json");
    expect((await clerk.api("GET", "/v1/jwks")).body).to.deep.equal(open.body);
    expectError(
      await ask(`${clerk.double.apiUrl}/v1/jwks`),
      401,
      "authorization_header_format_invalid",
    );
    expectError(await clerk.fapi("GET", "/v1/jwks"), 501, "not_in_double");
    const [key] = (await set()).keys;
    expect(key).to.have.all.keys("use", "kty", "kid", "alg", "n", "e");
    expect(key).to.include({ use: "sig", kty: "RSA", alg: "RS256", e: "AQAB" });
    expect(clerk.double.jwks.hits).to.deep.equal({ backend: 1, frontend: 2 });
  });

  it("verifies the tokens it belongs to", async () => {
    const keys = createLocalJWKSet(await set());
    expect((await jwtVerify(await token(), keys)).payload.v).to.equal(2);
  });

  const headers: Record<string, string>[] = [
    {},
    { "cache-control": "max-age=60" },
    { "cache-control": "public, s-maxage=5, max-age=10" },
    { "cache-control": "no-store" },
    { "cache-control": "no-cache" },
    { "cache-control": "max-age=0, must-revalidate" },
    { "cache-control": "must-revalidate" },
    { expires: "Thu, 01 Jan 2026 00:00:00 GMT" },
    { expires: "nonsense", "cache-control": "nonsense" },
  ];
  for (const wanted of headers) {
    it(`answers with ${JSON.stringify(wanted)}`, async () => {
      clerk.double.setJwks({ headers: wanted });
      for (const answer of [
        await clerk.fapi("GET", "/.well-known/jwks.json"),
        await clerk.api("GET", "/v1/jwks"),
      ]) {
        for (const name of ["cache-control", "expires"]) {
          expect(answer.headers.get(name)).to.equal(wanted[name] ?? null);
        }
      }
    });
  }

  it("rotates, with the old key in the set or without", async () => {
    const [first] = (await set()).keys;
    const old = await token();
    await clerk.double.jwks.rotate(true);
    const both = await set();
    expect(both.keys).to.have.lengthOf(2);
    expect(both.keys[1]).to.deep.equal(first);
    const overlapping = createLocalJWKSet(both);
    await jwtVerify(old, overlapping);
    await jwtVerify(await token(), overlapping);
    await clerk.double.jwks.rotate(false);
    const alone = await set();
    expect(alone.keys).to.have.lengthOf(1);
    await jwtVerify(await token(), createLocalJWKSet(alone));
    const error = await jwtVerify(old, createLocalJWKSet(alone)).catch((reason: unknown) => reason);
    expect(error).to.have.property("code", "ERR_JWKS_NO_MATCHING_KEY");
  });

  it("can be empty or hold a bad key, which spoils it for Hasura", async () => {
    await clerk.control.call("PUT", "jwks", { badKey: true });
    const spoilt = await set();
    expect(spoilt.keys).to.have.lengthOf(2);
    expect(parseJwkSet(JSON.stringify(spoilt))).to.equal(undefined);
    clerk.double.setJwks({ extraKeys: [], empty: true });
    expect(await set()).to.deep.equal({ keys: [] });
    clerk.double.setJwks({ empty: false });
    expect(parseJwkSet(JSON.stringify(await set()))).to.have.lengthOf(1);
  });
});
