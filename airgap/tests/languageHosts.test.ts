import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Context } from "../../tools/setup/context";
import { placeLanguageHosts } from "../languageHosts";

describe("language hosts of other languages", () => {
  let root: string;
  let builds: string[][];
  let logged: string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "chtest-language-hosts-"));
    builds = [];
    logged = [];
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Stands in for Go: what it "builds" is a file that names its package. */
  function contextThat(refuses = ""): Context {
    return {
      cacheDir: join(root, "cache"),
      log: (line) => logged.push(line),
      say: () => undefined,
      run: async (_command, args) => {
        if (args[0] === "version") return "go version go1.99.0 linux/amd64";
        builds.push(args);
        const source = args.at(-1) ?? "";
        if (refuses !== "" && source.includes(refuses)) throw new Error("403 Forbidden");
        writeFileSync(args[args.indexOf("-o") + 1] ?? "", source);
        return "";
      },
    };
  }

  const place = (context: Context) => placeLanguageHosts(context, join(root, "bin"));
  const placed = (name: string) => readFileSync(join(root, "bin", name), "utf8");

  it("are built once, with the versions of go.mod, and put where the engine looks", async () => {
    expect(await place(contextThat())).to.deep.equal(["pulumi-language-yaml", "pulumi-nodejs-sdk"]);
    expect(placed("pulumi-nodejs-sdk")).to.equal("./nodejsSdk");
    expect(placed("pulumi-language-yaml")).to.contain("cmd/pulumi-language-yaml");
    for (const args of builds) expect(args.join(" ")).to.match(/Version=v\d+\.\d+\.\d+ /);
    await place(contextThat());
    expect(builds).to.have.length(2);
  });

  it("replace what an older set-up left there", async () => {
    await place(contextThat());
    rmSync(join(root, "bin", "pulumi-nodejs-sdk"));
    writeFileSync(join(root, "bin", "pulumi-nodejs-sdk"), "old");
    await place(contextThat());
    expect(placed("pulumi-nodejs-sdk")).to.equal("./nodejsSdk");
  });

  it("are left out, and that is logged, where a module cannot be had", async () => {
    expect(await place(contextThat("pulumi-yaml"))).to.deep.equal(["pulumi-nodejs-sdk"]);
    expect(logged.join("\n")).to.match(/pulumi-language-yaml cannot be built: .*403 Forbidden/);
  });
});
