import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { type EngineClient, refusalOf } from "./support/engineClient";
import { createExample } from "./support/exampleStack";
import { makeNotes, notesSeen } from "./support/notes";
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
