import { expect } from "chai";
import { checkSettings } from "../../../tools/ci/checkSettings";
import {
  checkDrift,
  driftArguments,
  driftText,
  endDrift,
  reportDrift,
} from "../../../tools/ci/drift";
import { annotation, meaningOf } from "../../../tools/ci/exitCode";
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

const answering = (code: number) => async () => ({ code, text: `text of ${code}` });

describe("exit codes of Pulumi", () => {
  it("tell changes, policies and errors apart", () => {
    const kinds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 32, 255].map((code) => meaningOf(code).kind);
    expect(kinds.map((kind) => kind[0]).join("")).to.equal("ceeeepeceeee");
  });

  it("say what to do, on one line each", () => {
    const texts = [2, 3, 4, 5, 6, 8, 9, 255, 42].map((code) => meaningOf(code).text);
    for (const text of texts) expect(text).to.match(/^[^\n]+; [^\n]+$/);
    expect(new Set(texts).size).to.equal(texts.length);
    expect(meaningOf(42).text).to.include("42");
  });

  it("are a warning where they mean drift, and fail the job otherwise", async () => {
    const finding = async (code: number) => {
      const { kind, exitCode } = await checkDrift("staging", answering(code));
      return [kind, exitCode];
    };
    expect(await finding(0)).to.deep.equal(["clean", 0]);
    expect(await finding(7)).to.deep.equal(["drift", 0]);
    for (const code of [1, 2, 3, 5, 127, 255]) {
      expect(await finding(code)).to.deep.equal(["error", code]);
    }
  });

  it("come with what was printed, without the job's secrets", async () => {
    const pulumi = async () => ({ code: 7, text: "sent horse battery, password=tuna7fish\n" });
    const env = { PULUMI_CONFIG_PASSPHRASE: "horse battery" };
    expect((await checkDrift("staging", pulumi, env)).text).to.equal("sent ***, password=***\n");
  });

  it("come from a preview that writes nothing and shows no output", () => {
    const args = driftArguments("staging");
    expect(args).to.include.members(["preview", "--refresh", "--expect-no-changes"]);
    expect(args).to.include("--suppress-outputs").and.not.include("refresh");
    expect(args.slice(-2)).to.deep.equal(["--stack", "staging"]);
  });
});

describe("annotations", () => {
  it("cannot be ended by what they quote", () => {
    const env = { GITHUB_ACTIONS: "true" };
    expect(annotation("error", "50%\r\n::set-env::", env)).to.equal(
      "::error::50%25%0D%0A::set-env::",
    );
  });

  it("are plain lines elsewhere", () => {
    expect(annotation("warning", "drift", {})).to.equal("warning: drift");
  });
});

const CLOUD = { PULUMI_BACKEND_URL: "https://api.pulumi.com", PULUMI_ACCESS_TOKEN: "pul-canary" };
const HOSTED = { RUNNER_ENVIRONMENT: "github-hosted" };

const ROWS: [string, NodeJS.ProcessEnv, boolean, RegExp[]][] = [
  ["Pulumi Cloud with a token", CLOUD, false, []],
  ["an object store", { PULUMI_BACKEND_URL: "s3://states?region=eu-central-1" }, false, []],
  ["an update on an own runner", { ...CLOUD, RUNNER_ENVIRONMENT: "self-hosted" }, true, []],
  ["an update over a Docker host", { ...CLOUD, ...HOSTED, DOCKER_HOST: "ssh://a@b" }, true, []],
  ["a preview on a hosted runner", { ...CLOUD, ...HOSTED }, false, []],
  ["no backend", {}, false, [/PULUMI_BACKEND_URL is not set/]],
  ["an empty backend", { PULUMI_BACKEND_URL: "" }, false, [/PULUMI_BACKEND_URL is not set/]],
  ["an unknown backend", { PULUMI_BACKEND_URL: "ftp://canary" }, false, [/names no backend/]],
  [
    "a password in the backend",
    { PULUMI_BACKEND_URL: "s3://me:canary@states" },
    false,
    [/holds a user or a password/],
  ],
  [
    "Pulumi Cloud without a token",
    { PULUMI_BACKEND_URL: "https://api.pulumi.com" },
    false,
    [/PULUMI_ACCESS_TOKEN is not set/],
  ],
  ["an update on a hosted runner", { ...CLOUD, ...HOSTED }, true, [/PULUMI_RUNNER/]],
  [
    "files on a hosted runner",
    { PULUMI_BACKEND_URL: "file:///state", ...HOSTED },
    true,
    [/gone with its runner/, /PULUMI_RUNNER/],
  ],
];

describe("settings of a job", () => {
  for (const [what, env, changes, expected] of ROWS) {
    it(`${expected.length === 0 ? "take" : "refuse"} ${what}`, () => {
      const problems = checkSettings(env, { stack: "staging", changes });
      expect(problems).to.have.length(expected.length);
      for (const [index, pattern] of expected.entries()) {
        expect(problems[index])
          .to.match(pattern)
          .and.not.match(/canary|\n/);
      }
    });
  }
});
