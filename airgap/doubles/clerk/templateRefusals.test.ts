import { expect } from "chai";
import type { JsonObject } from "../hasura/json";
import { customTemplate, PATH, privatePem, SHARED } from "./customTemplate";
import { expectError, startTestClerk, type TestClerk } from "./testClerk";

describe("Clerk double: refused JWT templates", () => {
  let clerk: TestClerk;
  before(async () => {
    clerk = await startTestClerk();
  });
  after(() => clerk.double.stop());

  const refused: [string, JsonObject, number, string, string][] = [
    ["no name", { name: null }, 422, "form_param_missing", "name"],
    ["an empty name", { name: "" }, 422, "form_param_missing", "name"],
    ["a number as name", { name: 5 }, 422, "form_param_type_invalid", "name"],
    ["no claims", { claims: null }, 422, "form_param_missing", "claims"],
    ["claims as a list", { claims: [] }, 422, "form_param_type_invalid", "claims"],
    ["lifetime 29", { lifetime: 29 }, 422, "form_param_value_invalid", "lifetime"],
    [
      "lifetime over ten years",
      { lifetime: 315_360_001 },
      422,
      "form_param_value_too_large",
      "lifetime",
    ],
    ["lifetime 60.5", { lifetime: 60.5 }, 422, "form_param_type_invalid", "lifetime"],
    ["skew -1", { allowed_clock_skew: -1 }, 422, "form_param_value_invalid", "allowed_clock_skew"],
    [
      "skew 301",
      { allowed_clock_skew: 301 },
      422,
      "form_param_value_too_large",
      "allowed_clock_skew",
    ],
    ["an unknown member", { lifeTime: 60 }, 422, "form_param_unknown", "lifeTime"],
    [
      "a text as switch",
      { custom_signing_key: "yes" },
      422,
      "form_param_type_invalid",
      "custom_signing_key",
    ],
    [
      "no algorithm",
      { custom_signing_key: true, signing_key: SHARED },
      422,
      "form_conditional_param_missing",
      "signing_algorithm",
    ],
    [
      "no key",
      { custom_signing_key: true, signing_algorithm: "HS256" },
      422,
      "form_conditional_param_missing",
      "signing_key",
    ],
    [
      "a strange algorithm",
      customTemplate("none", SHARED),
      422,
      "form_param_value_invalid",
      "signing_algorithm",
    ],
    [
      "a PEM that is none",
      customTemplate("RS256", SHARED),
      422,
      "form_param_format_invalid",
      "signing_key",
    ],
    [
      "RSA of 1024 bits",
      customTemplate("RS256", privatePem("rsa", 1024)),
      422,
      "form_param_format_invalid",
      "signing_key",
    ],
    [
      "another curve",
      customTemplate("ES256", privatePem("ec", "secp384r1")),
      422,
      "form_param_format_invalid",
      "signing_key",
    ],
    [
      "RSA for ES256",
      customTemplate("ES256", privatePem("rsa", 2048)),
      422,
      "form_param_format_invalid",
      "signing_key",
    ],
  ];
  for (const [what, values, status, code, param] of refused) {
    it(`refuses ${what}, without the key's text`, async () => {
      const answer = await clerk.api("POST", PATH, { name: "bad", claims: {}, ...values });
      expectError(answer, status, code, param);
      expect(answer.text).not.to.contain(SHARED);
      const list = await clerk.api("GET", `${PATH}?paginated=true`);
      expect(list.body).to.deep.equal({ data: [], total_count: 0 });
    });
  }

  it("names every problem in one answer", async () => {
    const answer = await clerk.api("POST", PATH, { lifetime: 1, allowed_clock_skew: 1000 });
    expect(answer.body.errors).to.have.lengthOf(4);
  });

  for (const claim of "azp exp iat iss jti nbf sub sid v pla fea fva".split(" ")) {
    it(`refuses the reserved claim ${claim}`, async () => {
      const answer = await clerk.api("POST", PATH, { name: "r", claims: { [claim]: "x" } });
      expectError(answer, 400, "jwt_template_reserved_claim", "claims");
      expect(answer.text).to.contain(`You can't use the reserved claim: '${claim}'`);
    });
  }
});
