import { expect } from "chai";
import { type CheckResult, check } from "../../../infra/doctor/checkResult";
import { explainStaleKeys } from "../../../infra/doctor/keySetChecks";
import { examinedStackOf } from "../../../infra/doctor/subject";
import { idsOf, lineOf } from "./checkup";

const JWKS = JSON.stringify({ jwk_url: "https://clerk.example.com/.well-known/jwks.json" });
const INTROSPECTION = check("introspection", "valid token is accepted");
const SIGNATURE = check("token.signature", "signature");
const VERDICT = check("token.verdict", "verdict");
const AUDIENCE = check("token.aud", "audience (aud)");

function explained(
  introspection: CheckResult,
  judged: CheckResult[],
  { jwtSecret = JWKS, dockerEnvironment = {} } = {},
): CheckResult[] {
  const subject = {
    ...{ endpoint: "", adminSecret: "a", tokenShape: "{}", container: "engine" },
    ...{ jwtSecret, dockerEnvironment },
  };
  const stack = examinedStackOf(subject, {});
  if (stack === undefined) throw new Error("the test's secret cannot be read");
  return explainStaleKeys(introspection, judged, stack);
}

const refused = (error: string) => INTROSPECTION.failed(`refused: invalid-jwt "${error}"`, "see");
const RIGHT = [SIGNATURE.ok("is right"), VERDICT.ok("nothing")];
const WRONG = [SIGNATURE.failed("not in the set", "x"), VERDICT.failed("refused", "x")];

describe("an engine and a key set that differ", () => {
  const causes: [string, RegExp][] = [
    ["Could not verify JWT: JWSError JWSInvalidSignature", /engine holds an older set$/],
    ["Could not verify JWT: JWSError NoUsableKeys", /holds no key yet.*tries again every 60 s$/],
  ];
  for (const [error, finding] of causes) {
    it(`are the cause of ${error} for a token whose key is in the set`, () => {
      const checks = explained(refused(error), RIGHT);
      expect(idsOf(checks, "failed")).to.deep.equal(["introspection", "token.verdict"]);
      for (const id of ["introspection", "token.verdict"]) {
        expect(lineOf(checks, id).finding).to.match(finding);
        expect(lineOf(checks, id).remedy).to.include("docker restart engine;");
      }
    });
  }

  it("are put right on the stack's Docker engine", () => {
    const host = { dockerEnvironment: { DOCKER_HOST: "ssh://me@far" } };
    const checks = explained(refused("JWSError JWSInvalidSignature"), RIGHT, host);
    expect(lineOf(checks, "introspection").remedy).to.include("docker --host ssh://me@far restart");
  });

  it("are told of a token that is accepted although its key is out of the set", () => {
    const checks = explained(INTROSPECTION.ok("works"), WRONG);
    expect(idsOf(checks, "warning")).to.deep.equal(["token.signature", "token.verdict"]);
    expect(lineOf(checks, "token.signature").finding).to.match(/no longer in the key set/);
    expect(lineOf(checks, "token.signature").remedy).to.match(/new token/);
  });

  it("do not hide what else is wrong with an accepted token", () => {
    const checks = explained(INTROSPECTION.ok("works"), [
      AUDIENCE.failed("is wrong", "x"),
      ...WRONG,
    ]);
    expect(idsOf(checks, "warning")).to.deep.equal(["token.signature"]);
    expect(idsOf(checks, "failed")).to.deep.equal(["token.aud", "token.verdict"]);
  });

  it("have nothing to do with other refusals, other keys, and tokens that nobody judged", () => {
    const issuer = refused("Could not verify JWT: JWTNotInIssuer");
    expect(explained(issuer, RIGHT)).to.deep.equal([issuer, ...RIGHT]);
    const signature = refused("JWSError JWSInvalidSignature");
    expect(explained(signature, WRONG)).to.deep.equal([signature, ...WRONG]);
    expect(explained(signature, [])).to.deep.equal([signature]);
    const jwtSecret = JSON.stringify({ type: "HS256", key: "k".repeat(32) });
    expect(explained(signature, RIGHT, { jwtSecret })).to.deep.equal([signature, ...RIGHT]);
  });
});
