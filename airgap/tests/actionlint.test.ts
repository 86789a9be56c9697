import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Context, RunOptions } from "../../tools/setup/context";
import { actionlintFolders } from "../actionlint";

describe("the checker of workflows", () => {
  let root: string;
  let builds: { args: string[]; options: RunOptions | undefined }[];
  let logged: string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "chtest-actionlint-"));
    builds = [];
    logged = [];
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Stands in for Go: what it "builds" is an empty file. */
  function contextThat(refuses: boolean): Context {
    return {
      cacheDir: join(root, "cache"),
      log: (line) => logged.push(line),
      say: () => undefined,
      run: async (_command, args, options) => {
        if (args[0] === "version") return "go version go1.99.0 linux/amd64";
        builds.push({ args, options });
        if (refuses) throw new Error("403 Forbidden");
        writeFileSync(args[args.indexOf("-o") + 1] ?? "", "");
        return "";
      },
    };
  }

  it("is built once, of its own module, into a folder for PATH", async () => {
    const [folder = "", ...more] = await actionlintFolders(contextThat(false));
    expect(more).to.deep.equal([]);
    expect(folder).to.match(/actionlint\/v1\.7\.7-[0-9a-f]{12}$/);
    expect(existsSync(join(folder, "actionlint"))).to.equal(true);
    expect(builds[0]?.args.at(-1)).to.equal("github.com/rhysd/actionlint/cmd/actionlint");
    expect(builds[0]?.options?.cwd).to.match(/airgap\/actionlint$/);
    expect(await actionlintFolders(contextThat(false))).to.deep.equal([folder]);
    expect(builds).to.have.length(1);
  });

  it("is left out, and that is logged, where it cannot be had", async () => {
    expect(await actionlintFolders(contextThat(true))).to.deep.equal([]);
    expect(logged.join("\n")).to.match(/actionlint cannot be built: .*403 Forbidden/);
  });
});
