import { expect } from "chai";
import type { JsonObject } from "../hasura/json";
import { customTemplate, PATH, privatePem, SHARED } from "./customTemplate";
import { expectError, startTestClerk, type TestClerk } from "./testClerk";

describe("Clerk double: JWT templates", () => {
  let clerk: TestClerk;
  beforeEach(async () => {
    clerk = await startTestClerk();
  });
  afterEach(() => clerk.double.stop());

  it("creates with the documented defaults, in exactly application/json", async () => {
    const claims = { "https://hasura.io/jwt/claims": { camelCase: ["{{user.id}}"], b: null } };
    const made = await clerk.api("POST", PATH, { name: "hasura", claims });
    expect(made.status).to.equal(200);
    expect(made.headers.get("content-type")).to.equal("application/json");
    const { id, created_at, updated_at, ...rest } = made.body;
    expect(id).to.match(/^jtmp_[0-9A-Za-z]{27}$/);
    expect(created_at).to.be.a("number").that.equals(updated_at);
    expect(rest).to.deep.equal({
      object: "jwt_template",
      name: "hasura",
      claims,
      lifetime: 60,
      allowed_clock_skew: 5,
      custom_signing_key: false,
      signing_algorithm: "RS256",
    });
    const read = await clerk.api("GET", `${PATH}/${String(id)}`);
    expect(read.body).to.deep.equal(made.body);
  });

  it("takes null for lifetime, skew and the parts of the key as their defaults", async () => {
    const empty = { lifetime: null, allowed_clock_skew: null, signing_algorithm: null };
    const made = await clerk.api("POST", PATH, {
      name: "n",
      claims: {},
      signing_key: null,
      ...empty,
    });
    expect(made.body).to.include({ lifetime: 60, allowed_clock_skew: 5 });
  });

  const accepted: JsonObject[] = [
    { lifetime: 30, allowed_clock_skew: 0 },
    { lifetime: 315_360_000, allowed_clock_skew: 300 },
  ];
  for (const values of accepted) {
    it(`takes ${JSON.stringify(values)}`, async () => {
      const made = await clerk.api("POST", PATH, { name: "edge", claims: {}, ...values });
      expect(made.body).to.include(values);
    });
  }

  it("lets a template set aud, and reserves what it is told to", async () => {
    expect((await clerk.api("POST", PATH, { name: "a", claims: { aud: "x" } })).status).to.equal(
      200,
    );
    clerk.double.behaviour.reservedClaims = ["aud"];
    const answer = await clerk.api("POST", PATH, { name: "b", claims: { aud: "x" } });
    expectError(answer, 400, "jwt_template_reserved_claim");
  });

  it("refuses a second template of the name, with the code it is told to", async () => {
    const one = await clerk.api("POST", PATH, { name: "same", claims: {} });
    expectError(
      await clerk.api("POST", PATH, { name: "same", claims: {} }),
      422,
      "form_identifier_exists",
      "name",
    );
    clerk.double.behaviour.duplicateNameCode = "other_code";
    expectError(await clerk.api("POST", PATH, { name: "same", claims: {} }), 422, "other_code");
    const own = await clerk.api("PATCH", `${PATH}/${String(one.body.id)}`, {
      name: "same",
      claims: {},
    });
    expect(own.status).to.equal(200);
    await clerk.api("POST", PATH, { name: "free", claims: {} });
    const taken = await clerk.api("PATCH", `${PATH}/${String(one.body.id)}`, {
      name: "free",
      claims: {},
    });
    expectError(taken, 422, "other_code", "name");
  });

  it("takes HS, RS and ES keys and never shows one", async () => {
    const keys: [string, string][] = [
      ["HS256", SHARED],
      ["RS256", privatePem("rsa", 2048)],
      ["ES256", privatePem("ec", "prime256v1")],
      ["ES512", privatePem("ec", "secp521r1")],
    ];
    for (const [algorithm, key] of keys) {
      const made = await clerk.api("POST", PATH, customTemplate(algorithm, key, algorithm));
      expect(made.body).to.include({ custom_signing_key: true, signing_algorithm: algorithm });
      expect(made.body).not.to.have.property("signing_key");
    }
    const list = await clerk.api("GET", PATH);
    expect(list.text).not.to.contain(SHARED).and.not.to.contain("PRIVATE KEY");
  });

  it("updates, keeping or resetting what the request leaves out", async () => {
    const full = { ...customTemplate("HS256", SHARED), lifetime: 600, allowed_clock_skew: 9 };
    const { body } = await clerk.api("POST", PATH, full);
    const url = `${PATH}/${String(body.id)}`;
    expectError(await clerk.api("PATCH", url, { lifetime: 60 }), 422, "form_param_missing", "name");
    const kept = await clerk.api("PATCH", url, { name: "new", claims: { a: 1 } });
    expect(kept.body.updated_at).to.be.above(Number(body.updated_at));
    expect(kept.body).to.deep.include({
      ...body,
      name: "new",
      claims: { a: 1 },
      updated_at: kept.body.updated_at,
    });
    clerk.double.behaviour.patchOmitted = "reset";
    const reset = await clerk.api("PATCH", url, { name: "new", claims: {} });
    expect(reset.body).to.include({
      lifetime: 60,
      allowed_clock_skew: 5,
      custom_signing_key: false,
    });
  });

  it("asks for the key again whenever a request says custom_signing_key", async () => {
    const { body } = await clerk.api("POST", PATH, customTemplate("HS256", SHARED));
    const update = {
      name: "custom",
      claims: {},
      custom_signing_key: true,
      signing_algorithm: "HS256",
    };
    const answer = await clerk.api("PATCH", `${PATH}/${String(body.id)}`, update);
    expectError(answer, 422, "form_conditional_param_missing", "signing_key");
  });

  it("deletes once, then answers 404 to everything", async () => {
    const { body } = await clerk.api("POST", PATH, { name: "gone", claims: {} });
    const url = `${PATH}/${String(body.id)}`;
    const gone = await clerk.api("DELETE", url);
    expect(gone.body).to.deep.equal({ object: "jwt_template", id: body.id, deleted: true });
    for (const method of ["GET", "DELETE"]) {
      expectError(await clerk.api(method, url), 404, "resource_not_found");
    }
    expectError(
      await clerk.api("PATCH", url, { name: "x", claims: {} }),
      404,
      "resource_not_found",
    );
  });

  it("lists by limit and offset, with and without the total", async () => {
    for (let i = 0; i < 12; i += 1) await clerk.api("POST", PATH, { name: `t${i}`, claims: {} });
    const names = (list: unknown) => (list as JsonObject[]).map(({ name }) => name);
    const first = await clerk.api("GET", `${PATH}?paginated=true`);
    expect(first.body.total_count).to.equal(12);
    expect(names(first.body.data)).to.have.lengthOf(10).and.include("t0");
    const rest = await clerk.api("GET", `${PATH}?paginated=true&limit=10&offset=10`);
    expect(names(rest.body.data)).to.deep.equal(["t10", "t11"]);
    expect(names((await clerk.api("GET", `${PATH}?limit=3`)).body)).to.deep.equal([
      "t0",
      "t1",
      "t2",
    ]);
    for (const query of ["limit=0", "limit=501", "offset=-1", "limit=x"]) {
      expectError(await clerk.api("GET", `${PATH}?${query}`), 422, "form_param_value_invalid");
    }
    clerk.double.behaviour.ignorePagination = true;
    const all = await clerk.api("GET", `${PATH}?paginated=true&limit=1&offset=5`);
    expect(all.body.data).to.have.lengthOf(12);
  });

  it("gives claims back as they came, or with sorted keys when told to", async () => {
    const claims = { b: { d: 1, c: [{ z: 1, y: 2 }] }, a: null };
    const made = await clerk.api("POST", PATH, { name: "order", claims });
    expect(JSON.stringify(made.body.claims)).to.equal(JSON.stringify(claims));
    clerk.double.behaviour.sortClaims = true;
    const read = await clerk.api("GET", `${PATH}/${String(made.body.id)}`);
    expect(JSON.stringify(read.body.claims)).to.equal('{"a":null,"b":{"c":[{"y":2,"z":1}],"d":1}}');
  });
});
