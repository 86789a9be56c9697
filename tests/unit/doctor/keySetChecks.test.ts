import { expect } from "chai";
import { type CheckResult, check } from "../../../infra/doctor/checkResult";
import type { KeySetResponse } from "../../../infra/doctor/fetchKeySet";
import { explainStaleKeys, judgeKeySet } from "../../../infra/doctor/keySetChecks";
import { examinedStackOf, type StackKey } from "../../../infra/doctor/subject";
import { jwkOf } from "../clerk/keyMaterial";
import { idsOf, lineOf } from "./checkup";

const URL = "https://clerk.example.com/.well-known/jwks.json";
const FETCHED: StackKey = { kind: "jwks", url: URL };
const key = { ...jwkOf("rsa"), kid: "ins_1", use: "sig", alg: "RS256" };

type Served = Partial<Extract<KeySetResponse, { status: number }>>;

function served(given: Served = {}): KeySetResponse {
  const headers = { cacheControl: "public, max-age=300" };
  const body = JSON.stringify({ keys: [key] });
  return { status: 200, body, headers, at: Date.now(), inside: true, ...given };
}

const judged = (answer: KeySetResponse | undefined, of: StackKey = FETCHED) =>
  judgeKeySet(of, URL, answer);

describe("judging a key set", () => {
  it("finds a good one good, and gives its keys", () => {
    const { checks, keys } = judged(served());
    expect(idsOf(checks, "ok")).to.deep.equal(["jwks.reachable", "jwks.keys", "jwks.refresh"]);
    expect(keys).to.have.length(1);
    expect(keys?.[0]).to.include({ kind: "public", kid: "ins_1" });
    expect(lineOf(checks, "jwks.refresh").finding).to.include("300 to 360 s");
  });

  const refreshes: [string, Served["headers"], string, RegExp][] = [
    ["without a header", {}, "info", /never again/],
    ["with no-store", { cacheControl: "no-store" }, "ok", /every 60 s.*for up to 60 s/],
    ["with max-age=0", { cacheControl: "max-age=0" }, "ok", /every 60 s/],
    ["with a minute", { cacheControl: "max-age=60" }, "ok", /for up to 120 s/],
  ];
  for (const [what, headers, outcome, finding] of refreshes) {
    it(`says what Hasura does ${what}`, () => {
      const line = lineOf(judged(served({ headers })).checks, "jwks.refresh");
      expect(line).to.include({ outcome });
      expect(line.finding).to.match(finding);
      expect(line.remedy === undefined).to.equal(outcome === "ok");
    });
  }

  it("reckons Expires from the answer, and not from the end of all checks", () => {
    const at = Date.parse("2026-01-02T03:04:05Z");
    const headers = { expires: new Date(at + 30_000).toUTCString() };
    const line = lineOf(judged(served({ headers, at })).checks, "jwks.refresh");
    expect(line).to.include({ outcome: "ok" });
    expect(line.finding).to.include("again 30 to 90 s after");
  });

  it("says that one bad key makes the whole set unreadable", () => {
    const body = JSON.stringify({ keys: [key, { ...key, alg: "XX256" }] });
    const { checks, keys } = judged(served({ body }));
    expect(lineOf(checks, "jwks.keys")).to.include({ outcome: "failed" });
    expect(lineOf(checks, "jwks.keys").finding).to.include("keys[1].alg");
    expect(keys).to.equal(undefined);
  });

  it("passes over keys of another use, as Hasura does, and says so", () => {
    const body = JSON.stringify({ keys: [key, { ...key, kid: "s", use: "saml_response_sig" }] });
    const { checks, keys } = judged(served({ body }));
    expect(lineOf(checks, "jwks.keys")).to.include({ outcome: "ok" });
    expect(lineOf(checks, "jwks.keys").finding).to.include('ignored: "s" is for use');
    expect(keys).to.have.length(1);
  });

  it("fails for an empty set", () => {
    const line = lineOf(judged(served({ body: '{"keys":[]}' })).checks, "jwks.keys");
    expect(line).to.include({ outcome: "failed" });
    expect(line.finding).to.include("NoUsableKeys");
  });

  it("fails for another status, and for a set that Hasura cannot reach", () => {
    expect(lineOf(judged(served({ status: 503 })).checks, "jwks.reachable")).to.include({
      outcome: "failed",
    });
    const untrusted = judged({ failure: "its certificate is not trusted", inside: true }).checks;
    expect(lineOf(untrusted, "jwks.reachable")).to.include({ outcome: "failed" });
    expect(lineOf(untrusted, "jwks.reachable").remedy).to.include("hasura.caCertificates");
    expect(idsOf(untrusted, "skipped")).to.deep.equal(["jwks.keys", "jwks.refresh"]);
  });

  it("only warns where it was not asked from where Hasura runs, and says so", () => {
    const reason = "Docker cannot be reached";
    const { checks } = judged({
      failure: "its host name cannot be resolved",
      inside: false,
      reason,
    });
    expect(lineOf(checks, "jwks.reachable")).to.include({ outcome: "warning" });
    expect(lineOf(checks, "jwks.reachable").finding).to.include(reason);
    const here = lineOf(judged(served({ inside: false, reason })).checks, "jwks.reachable");
    expect(here).to.include({ outcome: "ok" });
    expect(here.finding).to.include("from this machine").and.include(reason);
  });

  it("says whether the engine's proxy settings were used, and only warns where they could not be", () => {
    const failure = "the connection was refused";
    const used = judged({ failure, inside: true, proxy: "used" }).checks;
    expect(lineOf(used, "jwks.reachable")).to.include({ outcome: "failed" });
    expect(lineOf(used, "jwks.reachable").finding).to.include("with its proxy settings: the conn");
    const unused = judged({ failure, inside: true, proxy: "unused" }).checks;
    expect(lineOf(unused, "jwks.reachable")).to.include({ outcome: "warning" });
    expect(lineOf(unused, "jwks.reachable").finding).to.include("but without its proxy settings");
    const through = judged(served({ proxy: "used" })).checks;
    expect(lineOf(through, "jwks.reachable").finding).to.match(/Hasura runs, with its proxy/);
  });

  it("leads out where the proxy is the cause", () => {
    for (const failure of ["the engine's proxy refuses the address"]) {
      const line = lineOf(
        judged({ failure, inside: true, proxy: "used" }).checks,
        "jwks.reachable",
      );
      expect(line.remedy).to.include("hasura.env");
    }
  });

  it("holds a pinned key against the set", () => {
    const pem =
      judged(served()).keys?.map((one) => (one.kind === "public" ? one.pem : ""))[0] ?? "";
    const pinned = (text: string): StackKey => ({ kind: "public", algorithm: "RS256", pem: text });
    const current = judged(served({ headers: {} }), pinned(pem)).checks;
    expect(idsOf(current, "ok")).to.deep.equal(["jwks.reachable", "jwks.keys"]);
    expect(lineOf(current, "jwks.refresh")).to.include({ outcome: "skipped" });
    const old = lineOf(judged(served(), pinned("another")).checks, "jwks.keys");
    expect(old).to.include({ outcome: "warning" });
    expect(old.remedy).to.include("npm run up");
    const away = judged(served({ status: 500 }), pinned(pem)).checks;
    expect(idsOf(away, "failed")).to.deep.equal([]);
  });

  it("skips what a stack without a key set does not have", () => {
    const { checks } = judgeKeySet(
      { kind: "shared", algorithm: "HS256", key: "k" },
      undefined,
      undefined,
    );
    expect(idsOf(checks, "skipped")).to.have.length(3);
  });
});

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
