import { expect } from "chai";
import { checkDrift, driftArguments } from "../../../tools/ci/drift";
import { annotation, meaningOf } from "../../../tools/ci/exitCode";

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
