import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { decodeJwt } from "jose";
import { hasuraClaims } from "../../infra/components/hasuraClaims";
import { leaksIn } from "./support/canaries";
import { startClerk } from "./support/clerk";
import type { EngineClient } from "./support/engineClient";
import { makeNotes, notesSeen } from "./support/notes";
import type { TestClerk } from "./support/testClerk";
import { changedNothing, countsOf, TestStack } from "./support/testStack";
import { bearer, NAMESPACE } from "./support/tokens";

const TEAM = "x-hasura-team";

/** Settings that add one variable to the template's claims. */
const teamOf = (team: string) => ({
  plain: { "template.claims": JSON.stringify({ variables: { [TEAM]: team } }) },
});

describe("a template as code", function () {
  this.timeout(300_000);
  let clerk: TestClerk;
  let stack: TestStack;
  let client: EngineClient;

  before(async () => {
    const host = `clerk.e2e-${randomBytes(4).toString("hex")}.test`;
    clerk = await startClerk(`chtest-e2e-template-${process.pid}`, host);
    await clerk.addUsers("user_1", "user_2", "user_3");
    stack = await TestStack.create(clerk.templateSettings);
    await stack.up();
    client = await stack.client();
    await makeNotes(client);
  });
  after(async () => {
    await stack?.cleanUp();
    await clerk?.stop();
  });

  const token = (user = "user_1") => clerk.token({ user, template: "hasura" });
  const claims = async () => decodeJwt(await token())[NAMESPACE] as Record<string, unknown>;

  it("is made by up, and named in the outputs", async () => {
    const { id: _id, ...shown } = await clerk.template();
    expect(shown).to.include({ lifetime: 60, allowed_clock_skew: 5, custom_signing_key: false });
    expect(shown.claims).to.deep.equal(hasuraClaims({}));
    expect(await stack.outputs()).to.include({ templateName: "hasura", issuer: clerk.issuer });
  });

  it("makes tokens that show each user the own rows only", async () => {
    for (const user of ["user_1", "user_2"]) {
      const seen = await notesSeen(client, bearer(await token(user)));
      expect(seen).to.have.length(100);
      expect(new Set(seen.map(({ user_id }) => user_id))).to.deep.equal(new Set([user]));
    }
    expect(await notesSeen(client, bearer(await token("user_3")))).to.deep.equal([]);
  });

  it("is left alone by a refresh and by a second up", async () => {
    await clerk.forgetRequests();
    const refreshed = await stack.refresh();
    expect(changedNothing(refreshed), refreshed.text).to.equal(true);
    const again = await stack.up();
    expect(changedNothing(again), again.text).to.equal(true);
    const methods = (await clerk.requests()).map(({ method }) => method);
    expect(new Set(methods)).to.deep.equal(new Set(["GET"]));
  });

  it("shows a change of its claims in a preview, without a request and without the key", async () => {
    await stack.configure(teamOf("red"));
    await clerk.forgetRequests();
    const { text } = await stack.preview("--diff");
    expect(text).to.contain(TEAM).and.to.contain("red");
    const canary = { what: "the secret key", value: clerk.place.secretKey };
    expect(leaksIn(text, [canary])).to.deep.equal([]);
    expect(await clerk.requests()).to.deep.equal([]);
    expect(await claims()).to.not.have.property(TEAM);
  });

  it("carries the change into the next token after up, in place", async () => {
    const { id } = await clerk.template();
    const { text } = await stack.up();
    expect(text).to.contain("1 updated");
    expect(await clerk.template()).to.have.property("id", id);
    expect(await claims()).to.have.property(TEAM, "red");
    expect(await notesSeen(client, bearer(await token()))).to.have.length(100);
  });

  it("is made anew where it was deleted behind our back", async () => {
    const { id } = await clerk.template();
    await clerk.control.call("DELETE", "templates/hasura");
    const refreshed = await stack.refresh();
    expect(countsOf(refreshed)).to.include("- 1 deleted");
    const restored = await stack.up();
    expect(countsOf(restored)).to.include("+ 1 created");
    expect((await clerk.template()).id).to.not.equal(id);
    expect(await claims()).to.have.property(TEAM, "red");
  });

  it("is put right where it was changed behind our back", async () => {
    const changed = { [NAMESPACE]: { "x-hasura-default-role": "editor" } };
    await clerk.control.call("PATCH", "templates/hasura", { claims: changed, lifetime: 3600 });
    const refreshed = await stack.refresh("--diff");
    expect(countsOf(refreshed)).to.include("~ 1 updated");
    expect(refreshed.text).to.contain("editor").and.to.contain("3600");
    const { text } = await stack.preview("--diff");
    expect(text).to.contain("editor");
    await stack.up();
    const wanted = hasuraClaims({ variables: { [TEAM]: "red" } });
    expect(await clerk.template()).to.deep.include({ claims: wanted, lifetime: 60 });
    const again = await stack.up();
    expect(changedNothing(again), again.text).to.equal(true);
  });

  /** The state loses the template, which stays at Clerk. */
  async function forget(): Promise<void> {
    const { stdout } = await stack.demand(["stack", "--show-urns"]);
    const urn = /URN: (\S+:JwtTemplate::\S+)/.exec(stdout)?.[1] ?? "";
    await stack.demand(["state", "delete", urn, "--yes"]);
  }

  it("takes over another template of its name only when told to", async () => {
    await forget();
    const before = await clerk.template();
    await stack.configure(teamOf("blue"));
    const refused = await stack.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(refused.code, refused.text).to.not.equal(0);
    expect(refused.text).to.contain("exists already").and.to.contain("adopt: true");
    expect(await clerk.template()).to.deep.equal(before);
    await stack.configure({ plain: { "template.adopt": "true" } });
    await stack.up();
    expect(await clerk.template()).to.have.property("id", before.id);
    expect(await claims()).to.have.property(TEAM, "blue");
  });

  it("takes over the template whose id it is given", async () => {
    await forget();
    const { id } = await clerk.template();
    await clerk.control.call("PATCH", `templates/${id}`, { name: "before" });
    await stack.configure({ plain: { "template.importId": id }, absent: ["template.adopt"] });
    await stack.up();
    expect((await clerk.templates()).map((one) => [one.id, one.name])).to.deep.equal([
      [id, "hasura"],
    ]);
    const again = await stack.up();
    expect(changedNothing(again), again.text).to.equal(true);
  });

  it("is removed by destroy, and nothing else of Clerk's is", async () => {
    await clerk.api("POST", "/v1/jwt_templates", { name: "other", claims: {} });
    await stack.demand(["state", "unprotect", "--all", "--yes"]);
    await clerk.forgetRequests();
    await stack.demand(["destroy", "--yes", "--skip-preview"], 240_000);
    expect((await clerk.templates()).map(({ name }) => name)).to.deep.equal(["other"]);
    const written = (await clerk.requests()).filter(({ method }) => method !== "GET");
    expect(written.map(({ method }) => method)).to.deep.equal(["DELETE"]);
  });
});
