import { expect } from "chai";
import { driftText, endDrift, reportDrift } from "../../../tools/ci/drift";
import { COMMENT_LIMIT } from "../../../tools/ci/fitText";
import { answers, ScriptedServer, type Step } from "../providers/scriptedServer";

const DRIFT = { stack: "staging", text: "~ engine", run: "run 1", time: "2026-11-23T05:23:00Z" };

describe("the one issue of a drifted stack", () => {
  const server = new ScriptedServer();
  before(() => server.start());
  after(() => server.stop());

  const api = () => ({
    what: "GitHub",
    url: server.url,
    headers: {},
    repository: "me/shop",
  });
  const calls = () => server.seen.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
  const issue = (number: number, stack: string, rest = {}) => ({
    number,
    body: driftText({ ...DRIFT, stack }),
    ...rest,
  });
  const report = (...steps: Step[]) => {
    server.plays(...steps);
    return reportDrift(api(), DRIFT);
  };

  it("is opened once, with its label", async () => {
    expect(await report(answers(200, []), answers(201))).to.equal("opened");
    const sent = JSON.parse(server.seen[1]?.body ?? "");
    expect(sent).to.include({ title: "Drift: stack staging is not what its program says" });
    expect(sent.labels).to.deep.equal(["drift"]);
    expect(sent.body).to.include("~ engine").and.to.include("2026-11-23T05:23:00Z");
  });

  it("is brought up to date where it is open", async () => {
    const open = [issue(3, "production"), issue(4, "staging", { pull_request: {} })];
    expect(await report(answers(200, [...open, issue(5, "staging")]), answers(200))).to.equal(
      "updated",
    );
    expect(calls().at(-1)).to.equal("PATCH /repos/me/shop/issues/5");
    expect(server.seen[0]?.path).to.include("state=open");
  });

  it("is closed by a check without a finding, and only then", async () => {
    server.plays(answers(200, [issue(5, "staging")]), answers(200));
    expect(await endDrift(api(), "staging")).to.equal("closed");
    expect(JSON.parse(server.seen[1]?.body ?? "")).to.include({ state: "closed" });
    server.plays(answers(200, [issue(5, "staging")]));
    expect(await endDrift(api(), "production")).to.equal("none open");
    expect(server.seen).to.have.length(1);
  });

  it("shows no secret, whatever the preview printed", () => {
    const secret = "horse battery";
    const text = [
      "error: dial postgres://app:tuna7fish@db:5432/app failed, password=tuna7fish",
      " ~   docker:index:Container backend-hasura-container update [diff: ~envs]",
      "pass\u0000word=tuna7fish",
      `sent ${secret} and ${Buffer.from(secret).toString("base64")}`,
      "-----BEGIN PRIVATE KEY-----",
      "dHVuYTdmaXNo",
      "-----END PRIVATE KEY-----",
      "error: wants -----BEGIN PUBLIC KEY----- first",
      "Resources: ~ 1 to update",
    ].join("\n");
    const shown = driftText({ ...DRIFT, text }, { PULUMI_CONFIG_PASSPHRASE: secret });
    expect(shown).to.not.match(/tuna7fish|horse|aG9yc2|dHVuYT/);
    expect(shown)
      .to.include("error: dial postgres://***@db:5432/app failed, password=***\n")
      .and.include("\n ~   docker:index:Container backend-hasura-container update [diff: ~envs]\n")
      .and.include("\nResources: ~ 1 to update\n");
  });

  it("says how much of a long preview is missing, after masking all of it in time", function () {
    this.timeout(10_000);
    const line = "~ docker:index:Container backend password=tuna7fish\n";
    const shown = driftText({ ...DRIFT, text: line.repeat(100_000) });
    expect(shown).to.match(/> \*\*Cut off:\*\* the whole text has \d{7} characters/);
    expect(shown).to.not.include("tuna7fish");
  });

  for (const text of ["`".repeat(30_000), `${"`".repeat(200)}\n`.repeat(300), "`".repeat(65_000)]) {
    it(`fits with ${text.length} characters of backquotes`, () => {
      const body = driftText({ ...DRIFT, text });
      expect(body.length).to.be.at.most(COMMENT_LIMIT);
      const fence = /\n(`+)text\n/.exec(body)?.[1] ?? "";
      expect(body.endsWith(`\n${fence}\n`)).to.equal(true);
    });
  }

  it("fits into GitHub's limit and holds what it quotes inside a fence", () => {
    const long = driftText({ ...DRIFT, text: "```\n@everyone <img src=x>\n".repeat(10_000) });
    expect(long.length).to.be.at.most(COMMENT_LIMIT);
    expect(long)
      .to.match(/\n````text\n> \*\*Cut off/)
      .and.match(/\n````\n$/);
  });
});
