import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  changedNothing,
  headerWithToken,
  signerOf,
  summaryText,
} from "../../../tools/commands/summary";
import {
  closingLine,
  failureList,
  skippedList,
  totalOf,
  wasInterrupted,
} from "../../../tools/commands/test";

const STACK = {
  stack: "dev",
  endpoint: "http://127.0.0.1:8080/v1/graphql",
  websocketEndpoint: "ws://127.0.0.1:8080/v1/graphql",
  issuer: "https://clerk.example.com",
  signer: "stack" as const,
  templateName: "",
  tokenHeader: "Authorization: Bearer TOKEN",
  query: "{ todos { id title } }",
  parts: [
    { name: "Pulumi CLI", kind: "built here" as const, detail: "v3.259.0" },
    { name: "Hasura engine", kind: "double" as const, detail: "" },
  ],
  unchanged: false,
};

describe("changedNothing", () => {
  it("sees that everything stayed", () => {
    expect(
      changedNothing("Updating (dev):\n\nResources:\n    21 unchanged\n\nDuration: 2s\n"),
    ).to.equal(true);
  });
  it("sees a change beside what stayed", () => {
    expect(changedNothing("Resources:\n    ~ 1 updated\n    20 unchanged\n\nDuration")).to.equal(
      false,
    );
    expect(changedNothing("Resources:\n    + 21 created\n\nDuration: 8s\n")).to.equal(false);
  });
  it("claims nothing where Pulumi gave no counts", () => {
    expect(changedNothing("")).to.equal(false);
    expect(changedNothing("Resources:\n\nDuration: 1s\n")).to.equal(false);
  });
});

describe("signerOf", () => {
  const jwksUrl = "https://clerk.example.com/.well-known/jwks.json";
  const rsa = '{"type":"RS256","key":"pem"}';
  const cases: [Record<string, unknown>, string][] = [
    [{ jwtSecret: '{"type":"HS256","key":"k"}' }, "stack"],
    [{ jwtSecret: { type: "HS512", key: "k" }, templateName: "hasura" }, "stack"],
    [{ jwtSecret: rsa, jwksUrl: "", templateName: "" }, "keyHolder"],
    [{ jwtSecret: rsa, jwksUrl, templateName: "" }, "clerk"],
    [{ jwtSecret: rsa, jwksUrl: "", templateName: "hasura" }, "clerk"],
    [{ jwtSecret: `{"jwk_url":"${jwksUrl}"}`, jwksUrl }, "clerk"],
    [{}, "clerk"],
    [{ jwtSecret: "no JSON" }, "clerk"],
  ];
  for (const [outputs, signer] of cases) {
    it(`is ${signer} for ${JSON.stringify(outputs)}`, () => {
      expect(signerOf(outputs)).to.equal(signer);
    });
  }
});

describe("the summary after up", () => {
  it("names the addresses, the ways on, and the stand-ins", () => {
    const text = summaryText(STACK);
    expect(text).to.include(STACK.endpoint).and.include(STACK.websocketEndpoint);
    expect(text).to.include("npm run token -- --user user_1\n");
    expect(text).to.include("npx pulumi stack output adminSecret --show-secrets\n");
    expect(text).to.include("npm run down\n");
    expect(text).to.include("on this machine: Hasura engine.");
    expect(text).to.not.include("nothing changed");
  });

  it("gives a curl line that mints its own token and asks for rows of its user", () => {
    expect(summaryText(STACK)).to.include(
      `curl -sS ${STACK.endpoint} -H 'Content-Type: application/json' ` +
        `-H "Authorization: Bearer $(npm run --silent token -- --user user_1)" ` +
        `-d '{"query":"{ todos { id title } }"}'\n`,
    );
  });

  it("says that nothing changed", () => {
    expect(summaryText({ ...STACK, unchanged: true })).to.match(
      /^Stack dev is up; nothing changed\./,
    );
  });

  it("sends people to Clerk where Clerk signs", () => {
    const text = summaryText({ ...STACK, signer: "clerk" });
    expect(text).to.include("https://clerk.example.com signs").and.not.include("npm run token");
    expect(text).to.include('"Authorization: Bearer TOKEN"').and.include("await getToken() of");
  });

  it("names the template that a token has to be asked for by", () => {
    const text = summaryText({ ...STACK, signer: "clerk", templateName: "hasura" });
    expect(text).to.include('await getToken({ template: "hasura" }) of a signed-in user');
  });

  it("asks for the private key where someone else holds it, and names another stack", () => {
    const text = summaryText({ ...STACK, signer: "keyHolder", stack: "prod" });
    expect(text).to.include("token -- --user user_1 --private-key FILE --stack prod");
    expect(text).to.include("npm run down -- --stack prod\n");
  });

  it("sends the token where the engine looks for it", () => {
    expect(headerWithToken({ type: "Cookie", name: "__session" })).to.equal(
      "Cookie: __session=TOKEN",
    );
    expect(headerWithToken({ type: "CustomHeader", name: "X-Token" })).to.equal("X-Token: TOKEN");
    expect(headerWithToken(undefined)).to.equal("Authorization: Bearer TOKEN");
  });
});

describe("the closing line", () => {
  const failure = (title: string, message = "expected 1 to equal 2") => ({ title, message });
  const counts = (passed: number, ...failures: { title: string; message: string }[]) =>
    `${JSON.stringify({ passed, failed: failures.length, failures })}\n`;

  it("adds up the runs", () => {
    const total = totalOf(counts(10) + counts(3, failure("a"), failure("b")), [0, 2]);
    expect(closingLine(total)).to.equal("13 passed, 2 failed");
  });
  it("counts a run that ended without counts as a failure", () => {
    expect(closingLine(totalOf(counts(10), [0, 1]))).to.equal("10 passed, 1 failed");
    expect(closingLine(totalOf("", [0]))).to.equal("0 passed, 1 failed");
  });
  it("counts a bad end without a failed test as a failure", () => {
    expect(closingLine(totalOf(counts(10), [1]))).to.equal("10 passed, 1 failed");
  });
  it("stands below what failed in any run, and below nothing where nothing did", () => {
    const total = totalOf(
      counts(1, failure("unit", "one\ntwo")) + counts(1, failure("e2e")),
      [1, 1],
    );
    expect(failureList(total)).to.equal(
      "Failed:\n1) unit\n   one\n   two\n2) e2e\n   expected 1 to equal 2\n",
    );
    expect(failureList(totalOf(counts(2), [0]))).to.equal("");
  });
  it("stands below what was skipped, by name and in number", () => {
    const run = JSON.stringify({ passed: 1, failed: 0, failures: [], skipped: ["in YAML up"] });
    const total = totalOf(`${run}\n${counts(2)}${run}\n`, [0, 0, 0]);
    expect(skippedList(total)).to.equal(
      "Skipped (2; see docs/testing.md):\n- in YAML up\n- in YAML up\n",
    );
    expect(skippedList(totalOf(counts(2), [0]))).to.equal("");
    expect(closingLine(total)).to.equal("4 passed, 0 failed");
  });
  it("keeps a long message short", () => {
    const list = failureList(totalOf(counts(0, failure("long", "x".repeat(5000))), [1]));
    expect(list).to.have.lengthOf(1000 + "Failed:\n1) long\n   \n".length);
  });
});

const ROOT = join(__dirname, "../../..");

/** A suite whose first test says that it runs and takes a while, and whose clean-up leaves a file. */
const SUITE = `
const { writeFileSync } = require("node:fs");
describe("suite", () => {
  after(() => writeFileSync("cleaned", ""));
  it("first", (done) => {
    process.stdout.write("first runs\\n");
    setTimeout(done, 300);
  });
  it("second", () => writeFileSync("second", ""));
});
`;

describe("an interrupted run of tests", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "chtest-interrupted-"));
    writeFileSync(join(folder, "suite.cjs"), SUITE);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`by ${signal} cleans up, runs no further test, and has not passed`, async () => {
      const counts = join(folder, "counts.jsonl");
      const mocha = join(ROOT, "node_modules/mocha/bin/mocha.js");
      const reporter = join(ROOT, "tools/commands/closingLineReporter.cjs");
      const args = [mocha, "--no-config", "--reporter", reporter, "suite.cjs"];
      const env = { PATH: process.env.PATH, CLERK_HASURA_TEST_COUNTS: counts };
      const child = spawn(process.execPath, args, { cwd: folder, env, stdio: "pipe" });
      let text = "";
      const runs = new Promise<void>((resolve) => {
        child.stdout.on("data", (chunk) => {
          text += String(chunk);
          if (text.includes("first runs")) resolve();
        });
      });
      const ended = once(child, "close");
      await Promise.race([runs, ended]);
      child.kill(signal);
      const [code] = await ended;
      expect(code, text).to.equal(1);
      expect(text).to.include("Interrupted").and.include("1 passing");
      expect(["cleaned", "second"].map((name) => existsSync(join(folder, name)))).to.deep.equal([
        true,
        false,
      ]);
      const written = readFileSync(counts, "utf8");
      expect(wasInterrupted(written)).to.equal(true);
      expect(closingLine(totalOf(written, [code]))).to.equal("1 passed, 1 failed");
    });
  }
});
