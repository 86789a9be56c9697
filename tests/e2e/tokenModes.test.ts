import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { startClerk } from "./support/clerk";
import { refusalOf } from "./support/engineClient";
import { makeNotes } from "./support/notes";
import type { TestClerk } from "./support/testClerk";
import { type StackConfig, TestStack } from "./support/testStack";
import { acceptsAndRefusesTokens, type TokenMode } from "./support/tokenSuite";
import { bearer, hmacSigner, rsaSigner, signToken } from "./support/tokens";

/** Brings a stack up with a table of notes; what it becomes is handed on even where that fails. */
async function bringUp(config: StackConfig, made: (stack: TestStack) => void): Promise<TestStack> {
  const stack = await TestStack.create(config);
  made(stack);
  await stack.up();
  await makeNotes(await stack.client());
  return stack;
}

describe("tokens signed with a generated key", function () {
  this.timeout(300_000);
  let stack: TestStack | undefined;
  let mode: TokenMode;

  before(async () => {
    const up = await bringUp({}, (made) => {
      stack = made;
    });
    const { jwtSecret, issuer } = await up.outputs();
    const { type, key } = JSON.parse(jwtSecret) as { type: string; key: string };
    expect(type).to.equal("HS256");
    const stranger = hmacSigner(randomBytes(32).toString("hex"));
    mode = { client: await up.client(), signer: hmacSigner(key), issuer, stranger };
  });
  after(() => stack?.cleanUp());

  acceptsAndRefusesTokens(() => mode);
});

describe("tokens signed with a supplied RS256 key", function () {
  this.timeout(300_000);
  const signer = rsaSigner("own");
  const issuer = "https://issuer.example.test";
  let stack: TestStack | undefined;
  let mode: TokenMode;

  before(async () => {
    const production = { preset: "production", "hasura.corsDomains": "[]" };
    const plain = {
      ...production,
      "identity.signingKey.algorithm": "RS256",
      "identity.issuer": issuer,
    };
    const config = { plain, secret: { "identity.signingKey.key": signer.publicPem } };
    const up = await bringUp(config, (made) => {
      stack = made;
    });
    mode = { client: await up.client(), signer, issuer, stranger: rsaSigner("own") };
  });
  after(() => stack?.cleanUp());

  acceptsAndRefusesTokens(() => mode);
});

describe("tokens of the issuer that a publishable key names", function () {
  this.timeout(300_000);
  const signer = rsaSigner("ins_1");
  const host = `clerk.e2e-${randomBytes(4).toString("hex")}.test`;
  let stack: TestStack | undefined;
  let clerk: TestClerk | undefined;
  let mode: TokenMode;

  before(async () => {
    clerk = await startClerk(`chtest-e2e-tokens-${process.pid}`, host);
    // Beside Clerk's own key, so that the test can sign what Clerk would not.
    await clerk.control.call("PUT", "jwks", { extraKeys: [signer.jwk] });
    // The image of the tests may have no tag that tells its version.
    const plain = {
      ...clerk.settings.plain,
      "identity.claims": "template",
      "hasura.requireClaims": "true",
    };
    const up = await bringUp({ plain }, (made) => {
      stack = made;
    });
    const issuer = `https://${host}`;
    mode = { client: await up.client(), signer, issuer, stranger: rsaSigner("ins_1") };
  });
  after(async () => {
    await stack?.cleanUp();
    await clerk?.stop();
  });

  it("refuses a token without an issuer, as an engine does that is told to require it", async () => {
    const token = await signToken(signer, { issuer: "", user: "user_1" });
    const answer = await mode.client.graphql("{ __typename }", bearer(token));
    expect(refusalOf(answer).message).to.contain("JWTNotInIssuer");
  });

  it("names the issuer and its key set", async () => {
    const outputs = await stack?.outputs();
    expect(outputs?.issuer).to.equal(`https://${host}`);
    expect(outputs?.jwksUrl).to.equal(`https://${host}/.well-known/jwks.json`);
  });

  acceptsAndRefusesTokens(() => mode);
});
