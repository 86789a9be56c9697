import { expect } from "chai";
import type { CheckResult } from "../../../infra/doctor/checkResult";
import { runDoctor } from "../../../tools/commands/doctor";
import { type DoctorFlags, optionsOf, subjectOf } from "../../../tools/doctor/doctorRequest";
import { jsonText, reportOf, shortText, tableText } from "../../../tools/doctor/report";
import { UserError } from "../../../tools/setup/userError.mjs";

const FLAGS: DoctorFlags = { stack: "dev", json: false, strict: false };
const OUTPUTS = {
  endpoint: "http://127.0.0.1:8080/v1/graphql",
  adminSecret: "secret",
  jwtSecret: '{"type":"HS256","key":"k"}',
  tokenShape: '{"defaultRole":"user"}',
  jwksUrl: "",
  issuer: "https://clerk.example.com",
  containers: { hasura: "dev-hasura", postgres: "dev-postgres" },
};
const TEST_KEY = { CLERK_SECRET_KEY: "sk_test_abc" };

function check(outcome: CheckResult["outcome"], words = 3): CheckResult {
  const finding = Array.from({ length: words }, (_, index) => `word${index}`).join(" ");
  const remedy = outcome === "ok" ? {} : { remedy: `mend it ${finding}` };
  return { id: `a.${outcome}`, title: `title of ${outcome}`, outcome, finding, ...remedy };
}

describe("what the doctor is asked for", () => {
  it("reads the subject out of a stack's outputs, parsed or not", () => {
    const subject = subjectOf(OUTPUTS);
    expect(subject).to.include({ container: "dev-hasura", jwtSecret: OUTPUTS.jwtSecret });
    const parsed = {
      ...OUTPUTS,
      jwtSecret: JSON.parse(OUTPUTS.jwtSecret),
      tokenShape: JSON.parse(OUTPUTS.tokenShape),
    };
    expect(subjectOf(parsed)).to.deep.equal(subject);
  });

  it("takes over the database's container and the stack's Docker engine", () => {
    const dockerEnvironment = { DOCKER_HOST: "ssh://me@far" };
    const far = subjectOf({ ...OUTPUTS, dockerEnvironment });
    expect(far).to.deep.include({ database: "dev-postgres", dockerEnvironment });
    const external = subjectOf({ ...OUTPUTS, containers: { hasura: "dev-hasura" } });
    expect(external).not.to.have.any.keys("database");
  });

  it("finds no subject where the stack is suspended or was never up", () => {
    expect(subjectOf({ ...OUTPUTS, containers: {} })).to.equal(undefined);
    expect(subjectOf({})).to.equal(undefined);
  });

  it("hands a token on, and lets one be fetched for a user", () => {
    expect(optionsOf(FLAGS, TEST_KEY)).to.deep.equal({});
    expect(optionsOf({ ...FLAGS, token: "t" }, {})).to.deep.equal({ token: "t" });
    const fetched = optionsOf(
      { ...FLAGS, user: "user_1", template: "hasura" },
      { ...TEST_KEY, CLERK_API_URL: "http://127.0.0.1:1" },
    );
    expect(fetched.clerk).to.deep.equal({
      secretKey: "sk_test_abc",
      user: "user_1",
      template: "hasura",
      apiUrl: "http://127.0.0.1:1",
    });
  });

  const mistakes: [string, Partial<DoctorFlags>, NodeJS.ProcessEnv, RegExp][] = [
    [
      "--token and --user",
      { token: "t", user: "user_1" },
      TEST_KEY,
      /cannot be combined with --user/,
    ],
    ["--template alone", { template: "hasura" }, TEST_KEY, /--template needs --user/],
    ["--user without a key", { user: "user_1" }, {}, /CLERK_SECRET_KEY/],
    [
      "a live key",
      { user: "user_1" },
      { CLERK_SECRET_KEY: "sk_live_canary" },
      /production instance/,
    ],
    ["another key", { user: "user_1" }, { CLERK_SECRET_KEY: "canary" }, /not one of Clerk.s/],
    ["a user with a blank", { user: "user 1" }, TEST_KEY, /user id is not valid/],
  ];
  for (const [what, flags, env, text] of mistakes) {
    it(`refuses ${what} with exit code 2, before it asks for anything`, async () => {
      expect(() => optionsOf({ ...FLAGS, ...flags }, env)).to.throw(UserError, text);
      const never = () => Promise.reject(new Error("outputs were asked for"));
      const { exitCode, message } = await problemOf({ ...FLAGS, ...flags }, never, env);
      expect(exitCode).to.equal(2);
      expect(message)
        .to.match(text)
        .and.not.match(/canary|\n/);
    });
  }

  it("says that the stack is not up", async () => {
    const problem = await problemOf({ ...FLAGS, stack: "prod" }, async () => ({ outputs: {} }), {});
    expect(problem).to.include({
      message: "stack prod is not up; run npm run up -- --stack prod first",
      exitCode: 1,
    });
  });
});

async function problemOf(...request: Parameters<typeof runDoctor>): Promise<UserError> {
  const error = await runDoctor(...request).catch((reason: unknown) => reason);
  expect(error).to.be.instanceOf(UserError);
  return error as UserError;
}

describe("what the doctor says", () => {
  const all = (["ok", "info", "warning", "failed", "skipped"] as const).map((outcome) =>
    check(outcome, 40),
  );

  it("fails for a failed check, and with --strict for a warning", () => {
    expect(reportOf("dev", all, false).ok).to.equal(false);
    const told = [check("ok"), check("info"), check("skipped")];
    expect(reportOf("dev", told, true).ok).to.equal(true);
    const warned = [check("ok"), check("warning"), check("skipped")];
    expect(reportOf("dev", warned, false).ok).to.equal(true);
    expect(reportOf("dev", warned, true).ok).to.equal(false);
    expect(reportOf("dev", [check("ok"), check("skipped")], true).ok).to.equal(true);
  });

  it("fits a table into 100 columns, says outcomes in words, and loses none", () => {
    const lines = tableText(reportOf("dev", all, false)).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(100);
    const text = lines.map((line) => line.trim()).join(" ");
    for (const word of ["ok ", "info ", "WARNING", "FAILED", "skipped", "-> mend it", "word39"]) {
      expect(text).to.include(word);
    }
    expect(text).to.include("stack dev, 1 ok, 1 for information, 1 warning, 1 failed, 1 skipped");
  });

  it("keeps a long word whole, so that it can be copied", () => {
    const url = `https://clerk.example.com/${"a".repeat(120)}`;
    const text = tableText(
      reportOf("dev", [{ ...check("ok"), finding: `see ${url} there` }], false),
    );
    expect(text).to.include(url);
  });

  it("gives machines one document of a fixed shape", () => {
    const document = JSON.parse(jsonText(reportOf("dev", all, false)));
    expect(Object.keys(document)).to.deep.equal(["stack", "ok", "checks"]);
    expect(Object.keys(document.checks[0])).to.deep.equal(["id", "title", "outcome", "finding"]);
    expect(Object.keys(document.checks[1])).to.deep.equal([
      "id",
      "title",
      "outcome",
      "finding",
      "remedy",
    ]);
  });

  it("says after an update only what failed or warned", () => {
    const text = shortText(reportOf("prod", all, false));
    expect(text).to.include("title of warning").and.include("title of failed");
    expect(text).to.not.include("title of ok").and.not.include("title of skipped");
    expect(text).to.not.include("title of info");
    expect(text).to.match(/^Doctor: 1 ok, .* npm run doctor -- --stack prod\)\n/);
  });
});
