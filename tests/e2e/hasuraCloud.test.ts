import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { HasuraCloud as CloudDouble } from "../../airgap/doubles/hasuraCloud/hasuraCloud";
import { leaksIn } from "./support/canaries";
import type { Finished } from "./support/runProcess";
import { changedNothing, TestStack } from "./support/testStack";

const HOST = "clerk.example.com";
const canary = (name: string) => `canary${name}${randomBytes(20).toString("hex")}`;

/** The example, on a double of Hasura Cloud. */
describe("a project of Hasura Cloud", function () {
  this.timeout(300_000);
  const token = canary("Token");
  const adminSecret = canary("Admin");
  const payment = canary("Payment");
  const texts: Record<string, string> = {};
  let cloud: CloudDouble;
  let projectId: string;
  let stack: TestStack;

  const settingsOf = () => cloud.tenants.environmentOf(projectId);
  const note = (where: string, { text }: Finished) => {
    texts[where] = `${texts[where] ?? ""}${text}`;
    return text;
  };

  before(async () => {
    cloud = await CloudDouble.start(token);
    projectId = cloud.tenants.add({ PG_DATABASE_URL: "postgres://theirs", OTHER: "untouched" });
    const plain = {
      publishableKey: `pk_live_${Buffer.from(`${HOST}$`).toString("base64")}`,
      projectId,
      apiUrl: cloud.url,
      unauthorizedRole: "guest",
    };
    const env = JSON.stringify({ PAYMENT_KEY: payment });
    const config = { plain, secret: { token, adminSecret, env } };
    stack = await TestStack.create(config, { folder: "examples/hasuraCloud" });
  });
  after(async () => {
    await stack?.cleanUp();
    await cloud?.stop();
  });

  it("is not asked for anything in a preview", async () => {
    note("the first preview", await stack.preview("--diff"));
    expect(cloud.takeOperations()).to.deep.equal([]);
  });

  it("gets the JWT secret, admin secret, role and variables, and keeps all others", async () => {
    note("up", await stack.up());
    const { jwtSecret } = await stack.outputs();
    expect(settingsOf()).to.deep.equal({
      PG_DATABASE_URL: "postgres://theirs",
      OTHER: "untouched",
      HASURA_GRAPHQL_JWT_SECRET: jwtSecret,
      HASURA_GRAPHQL_ADMIN_SECRET: adminSecret,
      HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "guest",
      PAYMENT_KEY: payment,
    });
    expect(JSON.parse(jwtSecret)).to.include({
      jwk_url: `https://${HOST}/.well-known/jwks.json`,
      issuer: `https://${HOST}`,
    });
  });

  it("changes nothing the second time", async () => {
    cloud.takeOperations();
    const again = await stack.up();
    note("up", again);
    expect(changedNothing(again), again.text).to.equal(true);
    expect(cloud.takeOperations()).to.deep.equal([]);
  });

  it("shows a colleague's change in a refresh, and sets it back with the next update", async () => {
    cloud.tenants.edit(projectId, { HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "everyone" });
    const refreshed = await stack.refresh("--diff");
    expect(changedNothing(refreshed), note("refresh", refreshed)).to.equal(false);
    note("up", await stack.up());
    expect(settingsOf()).to.include({ HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "guest" });
  });

  it("tells of a change of its own variable that happens meanwhile, and loses neither", async () => {
    await stack.configure({ plain: { unauthorizedRole: "visitor" } });
    cloud.beforeUpdate(() =>
      cloud.tenants.edit(projectId, { HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "colleague" }),
    );
    const failed = await stack.pulumi(["up", "--yes", "--skip-preview"]);
    expect(failed.code, failed.text).to.not.equal(0);
    expect(note("the failed up", failed)).to.contain("HASURA_GRAPHQL_UNAUTHORIZED_ROLE");
    expect(failed.text, "a stack trace").to.not.match(/^\s+at .+[:(]/m);
    expect(settingsOf()).to.include({ HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "colleague" });
    await stack.refresh();
    note("up", await stack.up());
    expect(settingsOf()).to.include({ HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "visitor" });
  });

  it("goes on when another variable changes meanwhile", async () => {
    await stack.configure({ plain: { unauthorizedRole: "guest" } });
    cloud.beforeUpdate(() => cloud.tenants.edit(projectId, { OTHER: "edited" }));
    note("up", await stack.up());
    expect(settingsOf()).to.include({ HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "guest", OTHER: "edited" });
  });

  it("tells one line of a wrong token, and none of it", async () => {
    const wrong = canary("Wrong");
    await stack.configure({ secret: { token: wrong, adminSecret: `${adminSecret}2` } });
    const failed = await stack.pulumi(["up", "--yes", "--skip-preview"]);
    expect(failed.code, failed.text).to.not.equal(0);
    expect(failed.text).to.contain("Hasura Cloud").and.not.contain(wrong);
    expect(failed.text, "a stack trace").to.not.match(/^\s+at .+[:(]/m);
    await stack.configure({ secret: { token, adminSecret } });
    note("up", await stack.up());
  });

  it("shows no secret: not in texts, outputs or the state", async () => {
    const { jwtSecret } = await stack.outputs();
    const canaries = [
      { what: "the token", value: token },
      { what: "the admin secret", value: adminSecret },
      { what: "the variable", value: payment },
      { what: "the JWT secret", value: jwtSecret },
    ];
    texts["the state"] = (await stack.demand(["stack", "export"])).text;
    texts["the outputs"] = (await stack.demand(["stack", "output", "--json"])).text;
    texts["a preview's JSON"] = (await stack.preview("--json", "--diff")).text;
    for (const [where, text] of Object.entries(texts)) {
      expect(text.length, `${where} is not empty`).to.be.greaterThan(0);
      expect(leaksIn(text, canaries), where).to.deep.equal([]);
    }
  });

  it("loses on destroy what was set here and no more, and keeps an admin secret", async () => {
    cloud.tenants.edit(projectId, { PAYMENT_KEY: "taken over by a colleague" });
    const destroyed = await stack.demand(["destroy", "--yes", "--skip-preview"]);
    expect(settingsOf()).to.deep.equal({
      PG_DATABASE_URL: "postgres://theirs",
      OTHER: "edited",
      PAYMENT_KEY: "taken over by a colleague",
      HASURA_GRAPHQL_ADMIN_SECRET: adminSecret,
    });
    expect(destroyed.text).to.contain("PAYMENT_KEY").and.not.contain(payment);
    expect(destroyed.text)
      .to.contain("HASURA_GRAPHQL_ADMIN_SECRET in project")
      .and.not.contain(adminSecret);
  });
});
