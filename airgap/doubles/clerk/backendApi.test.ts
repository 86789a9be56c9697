import { expect } from "chai";
import {
  ask,
  claimsOf,
  expectError,
  SECRET_KEY,
  startTestClerk,
  type TestClerk,
} from "./testClerk";

describe("Clerk double: Backend API", () => {
  let clerk: TestClerk;
  beforeEach(async () => {
    clerk = await startTestClerk();
  });
  afterEach(() => clerk.double.stop());

  const headers: [string, string | undefined, string][] = [
    ["no header", undefined, "authorization_header_format_invalid"],
    ["another scheme", `Basic ${SECRET_KEY}`, "authorization_header_format_invalid"],
    ["a wrong key", `Bearer ${SECRET_KEY.slice(0, -1)}`, "clerk_key_invalid"],
  ];
  for (const [what, authorization, code] of headers) {
    it(`answers 401 to ${what} on every route, without the right key`, async () => {
      for (const path of ["/v1/jwt_templates", "/v1/users", "/v1/jwks", "/v1/sessions"]) {
        const init = authorization === undefined ? {} : { headers: { authorization } };
        const answer = await ask(clerk.double.apiUrl + path, init);
        expectError(answer, 401, code);
        expect(answer.text).not.to.contain(SECRET_KEY);
      }
    });
  }

  it("refuses what is no JSON", async () => {
    const url = `${clerk.double.apiUrl}/v1/jwt_templates`;
    const authorization = `Bearer ${SECRET_KEY}`;
    const send = (type: string, body: string) =>
      ask(url, { method: "POST", body, headers: { authorization, "content-type": type } });
    expectError(await send("application/json", "{"), 400, "request_body_invalid");
    expectError(await send("application/json", "[]"), 400, "request_body_invalid");
    expectError(await send("text/plain", "{}"), 415, "unsupported_content_type");
  });

  it("answers 501 to whatever it leaves out", async () => {
    const left: [string, string][] = [
      ["GET", "/v1/organizations"],
      ["POST", "/v1/users"],
      ["PUT", "/v1/jwt_templates"],
      ["DELETE", "/v1/jwt_templates"],
      ["GET", "/v1/jwt_templates/a/b"],
      ["POST", "/v1/sessions/a/verify"],
      ["POST", "/v1/sessions/a/tokens/b/c"],
      ["GET", "/v2/jwks"],
    ];
    for (const [method, path] of left) {
      expectError(await clerk.api(method, path), 501, "not_in_double");
    }
  });

  it("starts sessions for known users and shows, lists and revokes them", async () => {
    const user = clerk.double.users.addUser();
    expectError(await clerk.api("POST", "/v1/sessions", {}), 422, "form_param_missing", "user_id");
    expectError(
      await clerk.api("POST", "/v1/sessions", { user_id: "user_0" }),
      404,
      "resource_not_found",
    );
    const made = await clerk.api("POST", "/v1/sessions", { user_id: user.id });
    expect(made.body).to.include({ object: "session", user_id: user.id, status: "active" });
    const url = `/v1/sessions/${String(made.body.id)}`;
    expect((await clerk.api("GET", url)).body).to.deep.equal(made.body);
    const list = await clerk.api("GET", `/v1/sessions?user_id=${user.id}&paginated=true`);
    expect(list.body).to.deep.equal({ data: [made.body], total_count: 1 });
    expect((await clerk.api("GET", "/v1/sessions?user_id=user_0")).body).to.deep.equal([]);
    expect((await clerk.api("POST", `${url}/revoke`)).body.status).to.equal("revoked");
    expectError(await clerk.api("POST", `${url}/tokens`), 404, "resource_not_found");
  });

  it("starts a session inside an organisation of the user", async () => {
    const { users } = clerk.double;
    const user_id = users.addUser().id;
    const organization = users.addOrganization({ name: "Acme" }).id;
    const body = { user_id, active_organization_id: organization };
    expectError(await clerk.api("POST", "/v1/sessions", body), 404, "resource_not_found");
    users.addMembership({ user_id, organization_id: organization, role: "org:admin" });
    const made = await clerk.api("POST", "/v1/sessions", body);
    expect(made.body.last_active_organization_id).to.equal(organization);
  });

  it("refuses to start sessions on a production instance", async () => {
    const live = await startTestClerk({ secretKey: "sk_live_0123456789abcdef" });
    try {
      const user = live.double.users.addUser();
      const answer = await live.api("POST", "/v1/sessions", { user_id: user.id });
      expectError(answer, 400, "request_invalid_for_environment");
      const { id } = live.double.sessions.start(user.id);
      expect(claimsOf(await live.api("POST", `/v1/sessions/${id}/tokens`)).sid).to.equal(id);
      expect(live.double.publishableKey).to.match(/^pk_live_/);
    } finally {
      await live.double.stop();
    }
  });

  it("takes expires_in_seconds for both kinds of token, within the bounds", async () => {
    const { id } = clerk.double.sessions.start(clerk.double.users.addUser().id);
    await clerk.api("POST", "/v1/jwt_templates", { name: "t", claims: {}, lifetime: 600 });
    for (const path of [`/v1/sessions/${id}/tokens`, `/v1/sessions/${id}/tokens/t`]) {
      const { exp, iat } = claimsOf(await clerk.api("POST", path, { expires_in_seconds: 90 }));
      expect(Number(exp) - Number(iat)).to.equal(90);
      for (const seconds of [29, 1.5, "60", 315_360_001]) {
        const answer = await clerk.api("POST", path, { expires_in_seconds: seconds });
        expectError(answer, 422, "form_param_value_invalid", "expires_in_seconds");
      }
    }
  });

  it("answers 404 for a token of an unknown session or template", async () => {
    const { id } = clerk.double.sessions.start(clerk.double.users.addUser().id);
    expectError(await clerk.api("POST", "/v1/sessions/sess_0/tokens"), 404, "resource_not_found");
    expectError(
      await clerk.api("POST", `/v1/sessions/${id}/tokens/none`),
      404,
      "resource_not_found",
    );
  });

  it("limits requests where told to, with the seconds to wait, but never the key set", async () => {
    clerk.double.behaviour.rateLimit = 2;
    for (let i = 0; i < 2; i += 1)
      expect((await clerk.api("GET", "/v1/users")).status).to.equal(200);
    const answer = await clerk.api("GET", "/v1/users");
    expectError(answer, 429, "too_many_requests");
    expect(Number(answer.headers.get("retry-after"))).to.be.within(1, 10);
    expect((await clerk.api("GET", "/v1/jwks")).status).to.equal(200);
  });

  it("logs method, path and names of members, never a value or the key", async () => {
    const body = { name: "n", claims: {}, custom_signing_key: true, signing_algorithm: "HS256" };
    await clerk.api("POST", "/v1/jwt_templates", { ...body, signing_key: "not-for-logs" });
    const log = await clerk.control.call("GET", "requests");
    expect(log).to.have.nested.property("[0].path", "/v1/jwt_templates");
    expect(log).to.have.nested.property("[0].bodyKeys").that.includes("signing_key");
    expect(JSON.stringify(log)).not.to.contain("not-for-logs").and.not.to.contain(SECRET_KEY);
  });
});
