import { expect } from "chai";
import { programResult, runnerArguments } from "./runProgram";
import { runtimeOptions, splitArguments } from "./runtimeOptions";

describe("language host double, starting a program", () => {
  it("names a signal that ended the program", () => {
    expect(programResult(null, "SIGKILL").error).to.contain("SIGKILL");
  });

  it("refuses unknown runtime options, wrong types and other package managers", () => {
    expect(() => runtimeOptions({ typscript: true })).to.throw('"typscript"');
    expect(() => runtimeOptions({ typescript: "yes" })).to.throw('"typescript"');
    expect(() => runtimeOptions({ packagemanager: "bun" })).to.throw('"packagemanager"');
    expect(runtimeOptions({ packagemanager: "npm" })).to.deep.equal({
      typescript: true,
      nodeArgs: [],
    });
  });

  it("splits node's arguments at blanks outside quotes", () => {
    expect(splitArguments(` --import tsx  -r "./a b" --x='1 2' `)).to.deep.equal([
      ...["--import", "tsx", "-r", "./a b", "--x=1 2"],
    ]);
    expect(splitArguments("")).to.deep.equal([]);
  });

  it("leaves out empty arguments and runs `.` without an entry point", () => {
    const none = { monitor: "", engine: "", organization: "", project: "", stack: "", pwd: "" };
    const rest = { root: "", programDirectory: "", entryPoint: "", tracing: "", config: {} };
    const lists = { secretKeys: [], options: {}, args: ["x"], parallel: 1, dryRun: false };
    expect(runnerArguments({ ...none, ...rest, ...lists })).to.deep.equal([
      "--parallel",
      "1",
      ".",
      "x",
    ]);
  });
});
