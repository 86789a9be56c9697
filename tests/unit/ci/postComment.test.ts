import { expect } from "chai";
import fc from "fast-check";
import { COMMENT_LIMIT, fenced, fitText } from "../../../tools/ci/fitText";
import { githubThread, gitlabThread, markerOf, postComment } from "../../../tools/ci/postComment";
import { answers, resets, ScriptedServer, type Step } from "../providers/scriptedServer";

const TOKEN = "token-canary";
const comment = (id: number, body: string, login = "github-actions[bot]") => ({
  id,
  body,
  user: { login },
});
const MARKED = `${markerOf("staging")}\nbefore`;

describe("the one comment of a stack", () => {
  const server = new ScriptedServer();
  before(() => server.start());
  after(() => server.stop());

  const github = () =>
    githubThread({
      GITHUB_TOKEN: TOKEN,
      GITHUB_REPOSITORY: "me/shop",
      GITHUB_API_URL: server.url,
      PULL_REQUEST: "7",
    });
  const post = (text: string, ...steps: Step[]) => {
    server.plays(...steps);
    return postComment(github(), "staging", text);
  };
  const calls = () => server.seen.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
  const failure = async (...steps: Step[]) => {
    const outcome = await post("now", ...steps).catch((error: unknown) => error);
    if (!(outcome instanceof Error)) throw new Error(`it was ${String(outcome)}`);
    expect(outcome.message).to.not.include(TOKEN).and.not.include("\n");
    return outcome.message;
  };

  it("is written where there is none, with the job's token", async () => {
    expect(await post("now", answers(200, []), answers(201, {}))).to.equal("created");
    const comments = "/repos/me/shop/issues/7/comments";
    expect(calls()).to.deep.equal([`GET ${comments}`, `POST ${comments}`]);
    expect(server.seen[1]?.headers.authorization).to.equal(`Bearer ${TOKEN}`);
    expect(JSON.parse(server.seen[1]?.body ?? "")).to.deep.equal({
      body: `${markerOf("staging")}\nnow`,
    });
  });

  it("is edited where it is there, also on a later page", async () => {
    const page = Array.from({ length: 100 }, (_, id) => comment(id, "talk", "somebody"));
    const last = [comment(500, MARKED)];
    expect(await post("now", answers(200, page), answers(200, last), answers(200))).to.equal(
      "edited",
    );
    expect(calls().at(-1)).to.equal("PATCH /repos/me/shop/issues/comments/500");
  });

  it("is left alone where nothing changed", async () => {
    expect(await post("before", answers(200, [comment(1, MARKED)]))).to.equal("unchanged");
    expect(server.seen).to.have.length(1);
  });

  it("is never somebody else's, nor another stack's, nor one that only quotes the marker", async () => {
    const others = [
      comment(1, MARKED, "mallory"),
      comment(2, `${markerOf("staging-2")}\nx`),
      comment(3, `> ${MARKED}`),
    ];
    expect(await post("now", answers(200, others), answers(201))).to.equal("created");
  });

  it("fits into GitHub's limit", async () => {
    await post("a line\n".repeat(20_000), answers(200, []), answers(201));
    const { body } = JSON.parse(server.seen[1]?.body ?? "");
    expect(body.length).to.be.within(COMMENT_LIMIT - 20, COMMENT_LIMIT);
    expect(body).to.match(/^<!-- .* -->\n> \*\*Cut off/);
  });

  it("waits where GitHub asks for it, and reads again after a failure", async () => {
    const limited = answers(429, {}, { "retry-after": "0" });
    const steps = [answers(502), resets, answers(200, []), limited, answers(201)];
    expect(await post("now", ...steps)).to.equal("created");
    expect(server.seen).to.have.length(5);
  });

  it("is not written twice where the answer is lost", async () => {
    expect(await failure(answers(200, []), resets)).to.match(/POST \S+ failed at the first try/);
    expect(server.seen).to.have.length(2);
  });

  it("says what to do about a refusal", async () => {
    expect(await failure(answers(401))).to.match(/refused GET .* status 401: the token/);
    expect(await failure(answers(403))).to.match(/permission/);
    expect(await failure(answers(404))).to.match(/job's permissions/);
    expect(await failure(answers(200, []), answers(422))).to.match(/length/);
    expect(await failure(answers(503))).to.match(
      /failed after 4 tries: status 503; .*run it again/,
    );
    expect(await failure(answers(200, "<html>"))).to.match(/not JSON/);
  });

  it("goes to nobody without TLS, and needs the job's variables", async () => {
    const env = { GITHUB_TOKEN: TOKEN, GITHUB_REPOSITORY: "me/shop", PULL_REQUEST: "7" };
    const plain = githubThread({ ...env, GITHUB_API_URL: "http://github.example.com" });
    const outcome = await postComment(plain, "staging", "now").catch(String);
    expect(outcome).to.match(/over http would send the secret key in plain text; use https/);
    expect(() => githubThread({ ...env, PULL_REQUEST: "7/../8" })).to.throw(
      /PULL_REQUEST is malformed/,
    );
    expect(() => githubThread({ ...env, GITHUB_TOKEN: "" })).to.throw(/GITHUB_TOKEN is not set/);
  });

  it("is a note where GitLab runs", async () => {
    const env = {
      GITLAB_NOTE_TOKEN: TOKEN,
      CI_PROJECT_ID: "12",
      CI_MERGE_REQUEST_IID: "7",
      CI_API_V4_URL: `${server.url}/api/v4`,
    };
    const notes = [
      { id: 1, body: MARKED, author: { id: 99 } },
      { id: 2, body: MARKED, author: { id: 5 } },
    ];
    server.plays(answers(200, { id: 5 }), answers(200, notes), answers(200));
    expect(await postComment(gitlabThread(env), "staging", "now")).to.equal("edited");
    expect(calls()).to.deep.equal([
      "GET /api/v4/user",
      "GET /api/v4/projects/12/merge_requests/7/notes",
      "PUT /api/v4/projects/12/merge_requests/7/notes/2",
    ]);
    expect(server.seen[2]?.headers["private-token"]).to.equal(TOKEN);
  });
});

describe("fitText", () => {
  it("leaves alone what fits", () => {
    expect(fitText("a".repeat(100), 100)).to.equal("a".repeat(100));
  });

  it("cuts at the end of a line and says so first", () => {
    const text = Array.from({ length: 200 }, (_, line) => `line ${line}`).join("\n");
    const fitted = fitText(text, 400);
    expect(fitted).to.match(/^> \*\*Cut off:\*\* the whole text has \d+ characters, and 400 fit/);
    expect(fitted).to.match(/line \d+$/);
    expect(text.split("\n")).to.include(fitted.split("\n").at(-1));
  });

  it("never gives more than fits, and never half a character", () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 2000 });
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 1000 }), (long, limit) => {
        const fitted = fitText(long, limit);
        if (long.length > limit) expect(fitted.length).to.be.at.most(limit);
        else expect(fitted).to.equal(long);
        expect(fitted).to.not.match(/\p{Cs}/u);
      }),
    );
  });

  it("takes ten million characters", () => {
    const fitted = fitText("long line\n".repeat(1_000_000), COMMENT_LIMIT);
    expect(fitted.length).to.be.within(COMMENT_LIMIT - 20, COMMENT_LIMIT);
  });
});

describe("fenced", () => {
  it("holds any text inside its fence", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "\n", "a", "~") }), (text) => {
        const lines = fenced(text).trimEnd().split("\n");
        const fence = lines.at(-1) ?? "";
        expect(lines[0]).to.equal(`${fence}text`);
        const ends = lines.slice(1, -1).filter((line) => line.trim().startsWith(fence));
        expect(ends).to.deep.equal([]);
      }),
    );
  });

  it("holds backquotes that a dropped character kept apart", () => {
    expect(fenced("```\u0000```")).to.equal("```````text\n``````\n```````\n");
  });

  it("shortens what would take a fence as long as the text", () => {
    const text = fenced("`".repeat(30_000));
    expect(text.length).to.be.lessThan(500);
    expect(text).to.match(/`…\n/);
  });

  it("drops what moves a terminal's cursor", () => {
    expect(fenced("a\u001b[31mb\u0000c\td")).to.include("a[31mbc\td");
  });
});
