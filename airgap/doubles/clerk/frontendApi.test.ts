import { get } from "node:https";
import { expect } from "chai";
import { serverCertificate } from "../../../tests/e2e/support/certificates";
import { claimsOf, expectError, startTestClerk, type TestClerk } from "./testClerk";

const ORIGIN = "https://app.example.com";

describe("Clerk double: Frontend API", () => {
  let clerk: TestClerk;
  let session: string;
  let organization: string;
  beforeEach(async () => {
    clerk = await startTestClerk();
    const { users, sessions } = clerk.double;
    const user = users.addUser();
    organization = users.addOrganization({ name: "Acme" }).id;
    users.addMembership({ user_id: user.id, organization_id: organization, role: "org:member" });
    session = sessions.start(user.id).id;
  });
  afterEach(() => clerk.double.stop());

  const token = (template: string, init: RequestInit = {}) =>
    clerk.fapi("POST", `/v1/client/sessions/${session}/tokens${template}`, init);

  it("mints session and template tokens, with the origin as azp where there is one", async () => {
    await clerk.api("POST", "/v1/jwt_templates", { name: "t", claims: { id: "{{user.id}}" } });
    const headers = { origin: ORIGIN };
    const plain = claimsOf(await token("", { headers }));
    expect(plain).to.include({ azp: ORIGIN, sid: session });
    const templated = claimsOf(await token("/t", { headers }));
    expect(templated).to.include({ azp: ORIGIN, id: plain.sub });
    expect(templated).not.to.have.property("sid");
    expect(claimsOf(await token("/t"))).not.to.have.property("azp");
  });

  it("takes an organisation for session tokens only", async () => {
    await clerk.api("POST", "/v1/jwt_templates", { name: "t", claims: { org: "{{org.id}}" } });
    const body = new URLSearchParams({ organization_id: organization });
    expect(claimsOf(await token("/t", { method: "POST", body })).org).to.equal(null);
    const inside = claimsOf(await token("", { method: "POST", body }));
    expect(inside).to.have.nested.property("o.id", organization);
    expect(claimsOf(await token("/t")).org).to.equal(organization);
    const none = new URLSearchParams({ organization_id: "" });
    expect(claimsOf(await token("", { method: "POST", body: none }))).not.to.have.property("o");
    const other = new URLSearchParams({ organization_id: "org_0" });
    expectError(await token("", { method: "POST", body: other }), 404, "resource_not_found");
  });

  it("answers browsers of any origin, with credentials", async () => {
    const headers = { origin: ORIGIN };
    const before = await clerk.fapi("OPTIONS", `/v1/client/sessions/${session}/tokens`, {
      headers,
    });
    expect(before.status).to.equal(204);
    for (const answer of [
      before,
      await token("", { headers }),
      await token("/none", { headers }),
    ]) {
      expect(answer.headers.get("access-control-allow-origin")).to.equal(ORIGIN);
      expect(answer.headers.get("access-control-allow-credentials")).to.equal("true");
    }
  });

  it("answers 404 to unknown sessions and templates, 501 to the rest", async () => {
    expectError(await token("/none"), 404, "resource_not_found");
    const unknown = await clerk.fapi("POST", "/v1/client/sessions/sess_0/tokens");
    expectError(unknown, 404, "resource_not_found");
    for (const path of ["/v1/environment", "/v1/client", "/_control/state"]) {
      expectError(await clerk.fapi("GET", path), 501, "not_in_double");
    }
  });

  it("speaks https with a certificate", async () => {
    const {
      authority: ca,
      certificate: cert,
      privateKey: key,
    } = serverCertificate("clerk.example.com");
    const secure = await startTestClerk({ fapi: { cert, key }, frontendApi: "clerk.example.com" });
    try {
      const { fapiUrl, jwksUrl } = secure.double;
      expect(fapiUrl).to.match(/^https:\/\/127\.0\.0\.1:/);
      const status = await new Promise((resolve, reject) => {
        get(jwksUrl, { ca, servername: "clerk.example.com" }, ({ statusCode }) =>
          resolve(statusCode),
        ).on("error", reject);
      });
      expect(status).to.equal(200);
    } finally {
      await secure.double.stop();
    }
  });
});
