import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { startClerk } from "./support/clerk";
import { type ClerkProxy, startClerkProxy } from "./support/clerkProxy";
import { type EngineClient, refusalOf } from "./support/engineClient";
import { createExample } from "./support/exampleStack";
import { makeNotes, notesSeen } from "./support/notes";
import type { TestClerk } from "./support/testClerk";
import { changedNothing, type StackOutputs, type TestStack } from "./support/testStack";
import { bearer, hmacSigner, type Signer, signToken } from "./support/tokens";

describe("the minimal example", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let client: EngineClient;
  let outputs: StackOutputs;

  before(async () => {
    stack = await createExample("minimal");
    await stack.up();
    outputs = await stack.outputs();
    client = await stack.client();
    await makeNotes(client);
  });
  after(() => stack?.cleanUp());

  const token = (signer?: Signer) => {
    const { key } = JSON.parse(outputs.jwtSecret) as { key: string };
    const { issuer } = outputs;
    return signToken(signer ?? hmacSigner(key), { issuer, user: "user_1" });
  };

  it("answers a query where it says", async () => {
    expect(outputs.endpoint).to.equal(`http://127.0.0.1:${stack.port}/v1/graphql`);
    const seen = await notesSeen(client, bearer(await token()));
    expect(seen).to.have.length(100);
    expect(new Set(seen.map(({ user_id }) => user_id))).to.deep.equal(new Set(["user_1"]));
  });

  it("refuses a token of another key, and a request without one", async () => {
    const stranger = hmacSigner(randomBytes(32).toString("hex"));
    const wrong = await client.graphql("{ __typename }", bearer(await token(stranger)));
    expect(refusalOf(wrong).message).to.contain("JWSInvalidSignature");
    const none = await client.graphql("{ __typename }", {});
    expect(refusalOf(none)).to.have.property("code", "invalid-headers");
  });

  it("changes nothing the second time", async () => {
    const again = await stack.up("--expect-no-changes");
    expect(changedNothing(again), again.text).to.equal(true);
  });

  it("becomes Clerk's by a publishable key, without a change to the data", async () => {
    const publishableKey = `pk_live_${Buffer.from("clerk.example.com$").toString("base64")}`;
    await stack.configure({ plain: { publishableKey } });
    const { text } = await stack.preview("--diff");
    expect(text).to.contain(
      '"https://development.clerk-hasura.invalid" => "https://clerk.example.com"',
    );
    expect(text).to.match(/docker:index\/container:Container: \(replace\)/);
    expect(text).to.not.match(/volume:Volume|postgresql:index/);
  });

  it("leaves nothing once it is destroyed on purpose", async () => {
    await stack.destroyAll();
    expect(await stack.objects()).to.deep.equal({ containers: [], networks: [], volumes: [] });
  });
});

const PATH = "/auth/clerk";

describe("the example behind a proxied Clerk", function () {
  this.timeout(300_000);
  const domain = `e2e-${randomBytes(4).toString("hex")}.test`;
  let clerk: TestClerk;
  let proxy: ClerkProxy;
  let stack: TestStack;
  let client: EngineClient;

  before(async () => {
    const name = `chtest-e2e-proxied-${process.pid}`;
    clerk = await startClerk(name, `clerk.${domain}`);
    await clerk.addUsers("user_1");
    const place = { name: `${name}-proxy`, host: `app.${domain}`, path: PATH };
    proxy = await startClerkProxy(clerk, place);
    const plain = {
      proxyUrl: proxy.url,
      networks: JSON.stringify([proxy.network]),
      caCertificates: JSON.stringify([proxy.authority]),
    };
    stack = await createExample("proxyIssuer", { plain });
    await stack.up();
    client = await stack.client();
    await makeNotes(client);
  });
  after(async () => {
    await stack?.cleanUp();
    await proxy?.stop();
    await clerk?.stop();
  });

  /** As an instance writes it that knows its proxy: the double knows its own host alone. */
  const token = (iss: string, foreign = false) =>
    clerk.oddToken({ user: "user_1", claims: { iss }, foreign });

  it("names the proxy as issuer, and the key set below it", async () => {
    const { issuer, jwksUrl } = await stack.outputs();
    expect(issuer).to.equal(`https://app.${domain}${PATH}`);
    expect(jwksUrl).to.equal(`https://app.${domain}${PATH}/.well-known/jwks.json`);
    expect(await clerk.jwksHits()).to.be.greaterThan(0);
  });

  it("answers a query with a session token of the proxy's issuer", async () => {
    const seen = await notesSeen(client, bearer(await token(proxy.url)));
    expect(seen).to.have.length(100);
    expect(new Set(seen.map(({ user_id }) => user_id))).to.deep.equal(new Set(["user_1"]));
  });

  for (const [what, issuer] of [
    ["Clerk's own host", `https://clerk.${domain}`],
    ["the proxy's host without its path", `https://app.${domain}`],
    ["the proxy with a slash at its end", `https://app.${domain}${PATH}/`],
    ["Clerk's usual path on the same host", `https://app.${domain}/__clerk`],
  ]) {
    it(`refuses a token whose issuer is ${what}`, async () => {
      const refused = await client.graphql("{ __typename }", bearer(await token(`${issuer}`)));
      expect(refusalOf(refused)).to.deep.equal({
        code: "invalid-jwt",
        message: "Could not verify JWT: JWTNotInIssuer",
      });
    });
  }

  it("refuses a token of the proxy's issuer that another key signed", async () => {
    const refused = await client.graphql("{ __typename }", bearer(await token(proxy.url, true)));
    expect(refusalOf(refused).message).to.contain("JWSInvalidSignature");
  });

  it("changes nothing the second time", async () => {
    const again = await stack.up("--expect-no-changes");
    expect(changedNothing(again), again.text).to.equal(true);
  });

  it("leaves nothing once it is destroyed on purpose", async () => {
    await stack.destroyAll();
    expect(await stack.objects()).to.deep.equal({ containers: [], networks: [], volumes: [] });
  });
});
