import { expect } from "chai";
import { HS256_KEY } from "../../../airgap/doubles/hasura/testEngine";
import { judgeToken } from "../../../infra/doctor/judgeToken";
import { checkMissingClaims } from "../../../infra/doctor/missingClaims";
import { examinedStackOf, readStackSecret } from "../../../infra/doctor/subject";
import { answers, ScriptedServer, type Step } from "../providers/scriptedServer";
import { ISSUER, lineOf, signToken } from "./checkup";

const KEY = { type: "HS256", key: HS256_KEY };
const BOTH = { issuer: ISSUER, audience: "app" };
const REQUIRED = { ...BOTH, extra_required_claims: ["audience", "issuer"] };
const JWKS = { jwk_url: "https://clerk.example.com/.well-known/jwks.json" };

const accepts = answers(200, { data: { __typename: "query_root" } });
const refuses = (message: string) =>
  answers(200, { errors: [{ message, extensions: { code: "invalid-jwt", path: "$" } }] });

/** The claims of the token in a request. */
function claimsOf(header = ""): Record<string, unknown> {
  return JSON.parse(Buffer.from(header.split(".")[1] ?? "", "base64url").toString());
}

/** An engine that knows extra_required_claims. */
const strict: Step = (response, request) => {
  const { iss, aud } = claimsOf(request.headers.authorization);
  const missing =
    iss === undefined ? "JWTNotInIssuer" : aud === undefined ? "JWTNotInAudience" : "";
  const step = missing === "" ? accepts : refuses(`Could not verify JWT: ${missing}`);
  step(response, request);
};

describe("tokens without iss or aud", () => {
  const server = new ScriptedServer();
  before(() => server.start());
  after(() => server.stop());

  function checked(secret: object) {
    const subject = {
      ...{ endpoint: `${server.url}/v1/graphql`, adminSecret: "a", tokenShape: "{}" },
      jwtSecret: JSON.stringify(secret),
    };
    const stack = examinedStackOf(subject, { timeoutMs: 5000 });
    if (stack === undefined) throw new Error("the test's secret cannot be read");
    return checkMissingClaims(stack);
  }

  const rows: [string, object, Step, string, RegExp][] = [
    [
      "are refused by an engine that requires both",
      { ...KEY, ...REQUIRED },
      strict,
      "ok",
      /refused where it lacks iss and aud/,
    ],
    [
      "are let pass by design where nothing is required",
      { ...KEY, ...BOTH },
      accepts,
      "info",
      /compares iss and aud only if a token has them/,
    ],
    [
      "are a fault where an engine does not know the requirement",
      { ...KEY, ...REQUIRED },
      accepts,
      "failed",
      /without iss and aud is accepted, although/,
    ],
    [
      "are not judged by a refusal for another reason",
      { ...KEY, ...REQUIRED },
      refuses("Could not verify JWT: JWSError JWSInvalidSignature"),
      "skipped",
      /JWSInvalidSignature/,
    ],
    ["are nothing to a stack that compares neither", KEY, accepts, "skipped", /compares neither/],
    [
      "are refused where only Clerk can sign, as the JWT secret says",
      { ...JWKS, ...REQUIRED },
      accepts,
      "ok",
      /requires iss and aud/,
    ],
    [
      "are let pass where only Clerk can sign and nothing is required",
      { ...JWKS, issuer: ISSUER },
      accepts,
      "info",
      /compares iss only/,
    ],
  ];
  for (const [what, secret, step, outcome, finding] of rows) {
    it(what, async () => {
      server.plays(step);
      const check = await checked(secret);
      expect(check).to.include({ outcome });
      expect(check.finding).to.match(finding);
      expect(check.remedy === undefined).to.equal(outcome === "ok");
    });
  }

  it("name hasura.image as the way out of an old engine", async () => {
    server.plays(accepts);
    expect((await checked({ ...KEY, ...REQUIRED })).remedy).to.match(/hasura\.image.*v2\.49\.4/);
  });

  const texts: [string, string, RegExp][] = [
    ["iss", "token.iss", /is absent, but this stack requires it; .*JWTNotInIssuer/],
    ["aud", "token.aud", /is absent, but this stack requires it; .*JWTNotInAudience/],
  ];
  for (const [claim, id, finding] of texts) {
    it(`are told as refused for ${claim} where it is required`, () => {
      const secret = readStackSecret(JSON.stringify({ ...KEY, ...REQUIRED }));
      if (secret === undefined) throw new Error("the test's secret cannot be read");
      const claims = {
        iss: ISSUER,
        aud: "app",
        sub: "u",
        exp: Date.now() / 1000 + 60,
        [claim]: undefined,
      };
      const token = signToken(claims, { algorithm: "HS256", key: HS256_KEY });
      const checks = judgeToken(token, { secret, keys: undefined, now: Date.now() / 1000 });
      expect(lineOf(checks, id)).to.include({ outcome: "failed" });
      expect(lineOf(checks, id).finding).to.match(finding);
    });
  }
});
