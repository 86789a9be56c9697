import { expect } from "chai";
import { helpText, parseArguments } from "../../../tools/commandLine";
import { COMMANDS } from "../../../tools/commandTable";
import { UserError } from "../../../tools/setup/userError.mjs";

function refusal(command: string, args: string[]): UserError {
  try {
    parseArguments(command, args);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${command} ${args.join(" ")} was accepted`);
}

describe("arguments of the commands", () => {
  it("fills in the dev stack and a lifetime of 60 seconds", () => {
    const parsed = parseArguments("token", ["--user", "user_123"]);
    expect(parsed.values).to.deep.equal({ user: "user_123", stack: "dev", ttl: "60" });
  });

  it("reads values after a blank and after an equals sign alike", () => {
    const parsed = parseArguments("token", ["--user=user_1", "--role", "editor", "--org=a=b"]);
    expect(parsed.values).to.include({ user: "user_1", role: "editor", org: "a=b" });
  });

  it("reads switches and the one word that test takes", () => {
    expect(parseArguments("down", ["--delete-data"]).switches.has("delete-data")).to.equal(true);
    expect(parseArguments("down", []).switches.size).to.equal(0);
    expect(parseArguments("test", ["e2e"]).word).to.equal("e2e");
  });

  it("leaves what follows -- to the command that is run", () => {
    const args = ["--what", "policy", "--", "pulumi", "up", "--", "--stack"];
    const explain = { about: "", flags: { what: { kind: "text" } }, rest: true } as const;
    const { values, rest } = parseArguments("explain", args, { explain });
    expect(values).to.deep.equal({ what: "policy" });
    expect(rest).to.deep.equal(["pulumi", "up", "--", "--stack"]);
  });

  it("reads a single dash as a value, which stands for standard input", () => {
    const parsed = parseArguments("doctor", ["--token", "-", "--json", "--strict"]);
    expect(parsed.values).to.deep.equal({ token: "-", stack: "dev" });
    expect([...parsed.switches]).to.deep.equal(["json", "strict"]);
    expect(parseArguments("up", ["--no-doctor"]).switches.has("no-doctor")).to.equal(true);
  });

  const mistakes: [string, string[], RegExp][] = [
    ["frob", [], /unknown command "frob"; allowed: .*up/],
    ["up", ["--frob"], /up does not take "--frob"; allowed: --stack, --no-doctor$/],
    ["up", ["--constructor=1"], /up does not take "--constructor"/],
    ["up", ["dev"], /up does not take "dev"; allowed: --stack/],
    ["test", ["unti"], /does not take "unti"; allowed: unit, e2e/],
    ["test", ["unit", "e2e"], /does not take "e2e"/],
    ["token", [], /token needs --user/],
    ["token", ["--user"], /--user needs a value/],
    ["token", ["--user", "--role"], /--user needs a value/],
    ["token", ["--user="], /--user needs a value/],
    [
      "token",
      ["--user", "u", "--ttl", "0"],
      /--ttl is "0"; allowed: a whole number of seconds from 1 to 315360000$/,
    ],
    ["token", ["--user", "u", "--ttl", "1.5"], /--ttl is "1.5"/],
    ["doctor", ["--token"], /--token needs a value/],
    ["doctor", ["--token", "e.y.J"], /--token takes only -: .*--token-file FILE/],
    ["doctor", ["--token=e.y.J"], /--token takes only -/],
    ["doctor", ["--json=yes"], /--json takes no value/],
    ["doctor", ["eyJ"], /doctor does not take .*; allowed: --stack/],
    ["setup", ["now"], /setup does not take "now"; allowed: nothing/],
    ["up", ["-s"], /up does not take "-s"/],
    ["up", ["--", "--stack"], /up does not take "--stack"/],
    ["up", ["--stack", "a", "--stack", "b"], /--stack is given twice; give it once/],
    ["bench", ["--only", "warm"], /--only is "warm"; allowed: no-op, cold, instances/],
    ["new-stack", ["a", "b"], /new-stack does not take "b"; allowed: NAME, --preset/],
    ["down", ["--delete-data=yes"], /--delete-data takes no value/],
    ["up", ["--stack", "-x"], /--stack is "-x"/],
    ["up", ["--stack", "a b"], /--stack is "a b"/],
  ];
  for (const [command, args, text] of mistakes) {
    it(`refuses \`${[command, ...args].join(" ")}\` in one line with exit code 2`, () => {
      const { message, exitCode } = refusal(command, args);
      expect(message).to.match(text).and.not.include("\n");
      expect(exitCode).to.equal(2);
    });
  }

  it("does not repeat a token or a key that was pasted into the wrong place", () => {
    for (const secret of ["eyJhbGciOiJIUzI1NiJ9.e30.canary", "sk_test_canary", "k".repeat(60)]) {
      expect(refusal("doctor", [secret]).message).to.not.include(secret);
      expect(refusal("token", ["--user", "u", "--ttl", secret]).message).to.not.include(secret);
      expect(refusal("up", ["--stack", `${secret} `]).message).to.not.include(secret);
      expect(refusal(secret, []).message).to.not.include(secret);
    }
  });

  it("lists every command in the help, and the flags of one", () => {
    for (const name of Object.keys(COMMANDS)) expect(helpText()).to.include(`  ${name} `);
    expect(helpText("down"))
      .to.include("--stack VALUE")
      .and.match(/--delete-data$/);
    expect(helpText("new-stack")).to.include("npm run new-stack -- NAME");
  });
});
