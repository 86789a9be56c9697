import { expect } from "chai";
import { driftText, endDrift, reportDrift } from "../../../tools/ci/driftIssue.mjs";
import { COMMENT_LIMIT } from "../../../tools/ci/fitText.mjs";
import { answers, ScriptedServer, type Step } from "../remote/scriptedServer";

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
    baseWaitMs: 1,
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

  it("fits into GitHub's limit and holds what it quotes inside a fence", () => {
    const long = driftText({ ...DRIFT, text: "```\n@everyone <img src=x>\n".repeat(10_000) });
    expect(long.length).to.be.at.most(COMMENT_LIMIT);
    expect(long)
      .to.match(/\n````text\n> \*\*Cut off/)
      .and.match(/\n````\n$/);
  });
});
