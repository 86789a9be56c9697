import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Context, RunOptions } from "../../tools/setup/context";
import { workflowCheckers } from "../workflowCheckers";

describe("the checkers of workflows", () => {
  let root: string;
  let builds: { args: string[]; options: RunOptions | undefined }[];
  let logged: string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "chtest-actionlint-"));
    builds = [];
    logged = [];
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Stands in for Go and pip: what they make is an empty file. */
  function contextThat(refuses: boolean): Context {
    return {
      cacheDir: join(root, "cache"),
      log: (line) => logged.push(line),
      say: () => undefined,
      run: async (_command, args, options) => {
        if (args[0] === "version") return "go version go1.99.0 linux/amd64";
        builds.push({ args, options });
        if (refuses) throw new Error("403 Forbidden");
        const flag = args.includes("-o") ? "-o" : "--target";
        writeFileSync(args[args.indexOf(flag) + 1] ?? "", "");
        return "";
      },
    };
  }

  it("are made once, each of its pinned version, into folders for PATH", async () => {
    const [actionlint = "", zizmor = ""] = await workflowCheckers(contextThat(false));
    expect(actionlint).to.match(/actionlint\/v1\.7\.7-[0-9a-f]{12}$/);
    expect(existsSync(join(actionlint, "actionlint"))).to.equal(true);
    expect(builds[0]?.args.at(-1)).to.equal("github.com/rhysd/actionlint/cmd/actionlint");
    expect(builds[0]?.options?.cwd).to.match(/airgap\/actionlint$/);
    expect(zizmor).to.match(/zizmor\/[0-9a-f]{12}\/bin$/);
    expect(builds[1]?.args.at(-1)).to.match(/airgap\/zizmor\/requirements\.txt$/);
    expect(await workflowCheckers(contextThat(false))).to.deep.equal([actionlint, zizmor]);
    expect(builds).to.have.length(2);
  });

  it("are left out, and that is logged, where they cannot be had", async () => {
    expect(await workflowCheckers(contextThat(true))).to.deep.equal([]);
    expect(logged.filter((line) => /cannot be had: .*403 Forbidden/.test(line))).to.have.length(2);
  });
});
