import { expect } from "chai";
import fc from "fast-check";
import { judgeToken } from "../../../infra/doctor/judgeToken";
import { readStackSecret, type StackSecret } from "../../../infra/doctor/subject";
import { KEY, NAMESPACE, ROLES } from "./cases/tokenCase";
import { signToken } from "./signToken";

const places = [
  { claims_namespace: NAMESPACE },
  { claims_namespace_path: "$.a[0]" },
  { claims_namespace: NAMESPACE, claims_format: "stringified_json" },
  {
    claims_map: {
      ...ROLES,
      "x-hasura-user-id": { path: "$.sub" },
      "x-hasura-org-id": { path: "$.o.id", default: "" },
    },
  },
];

function secretOf(place: object): StackSecret {
  const secret = readStackSecret(
    JSON.stringify({ type: "HS256", key: KEY, issuer: "i", audience: "a", ...place }),
  );
  if (secret === undefined) throw new Error("the test's secret cannot be read");
  return secret;
}

const CLAIMS = [
  "exp",
  "iat",
  "nbf",
  "iss",
  "aud",
  "sub",
  "sid",
  "v",
  "o",
  "a",
  "__proto__",
  NAMESPACE,
];
const HASURA = [
  "x-hasura-allowed-roles",
  "X-Hasura-Default-Role",
  "x-hasura-user-id",
  "x-hasura-\n",
  "__proto__",
];
const value = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom(...HASURA), fc.jsonValue()),
  fc.array(fc.dictionary(fc.constantFrom(...HASURA), fc.jsonValue())),
);
const payload = fc.dictionary(fc.constantFrom(...CLAIMS), value);

describe("judging any token", () => {
  it("never throws, and tells every line on one line with a remedy unless it is ok", () => {
    fc.assert(
      fc.property(payload, fc.constantFrom(...places), (claims, place) => {
        const token = signToken(claims, { algorithm: "HS256", key: KEY });
        const by = {
          secret: secretOf(place),
          keys: [{ kind: "shared" as const, key: KEY }],
          now: 1_700_000_000,
        };
        for (const { finding, remedy, outcome, title } of judgeToken(token, by)) {
          expect(`${title}${finding}${remedy ?? ""}`).to.not.match(/[\n\r]/);
          expect(remedy === undefined).to.equal(outcome === "ok");
          expect(finding).to.not.include(token.slice(-20));
        }
      }),
    );
  });

  it("never throws for any text, and never repeats it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (text) => {
        const pasted = `canary${text}`;
        const by = { secret: secretOf({}), keys: undefined, now: 1_700_000_000 };
        const results = judgeToken(pasted, by);
        expect(results).to.have.length(1);
        expect(JSON.stringify(results)).to.not.include("canary");
      }),
    );
  });
});
