import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { PLUGINS } from "../../tools/setup/plugins";
import { isUsablePulumi } from "../../tools/setup/pulumiCli";
import { ensureGo, goModule, isNewEnough, parseGoVersion } from "../goToolchain";
import { BUILT_PLUGINS } from "../plugins";
import { pulumiCliVersion } from "../pulumiCli";

function answering(version: string) {
  const asked: string[] = [];
  return {
    asked,
    context: {
      cacheDir: "/nonexistent",
      log: () => undefined,
      say: () => undefined,
      run: async (command: string, args: string[]) => {
        asked.push([command, ...args].join(" "));
        if (args[0] !== "version") throw new Error("nothing else answers");
        return version;
      },
    },
  };
}

describe("the Go that builds", () => {
  it("reads the version of a command and of go.mod", () => {
    expect(parseGoVersion("go version go1.26.8 linux/amd64")).to.deep.equal([1, 26, 8]);
    expect(parseGoVersion("go version go1.19 linux/amd64")).to.deep.equal([1, 19, 0]);
    expect(parseGoVersion("module m\n\ngo 1.25.11\n\nrequire x v1.2.3\n")).to.deep.equal([
      1, 25, 11,
    ]);
  });
  it("takes a release candidate for no version", () => {
    expect(parseGoVersion("go version go1.27rc1 linux/amd64")).to.equal(undefined);
  });
  it("compares number by number", () => {
    const wanted: [number, number, number] = [1, 25, 11];
    expect(isNewEnough([1, 25, 11], wanted)).to.equal(true);
    expect(isNewEnough([1, 26, 0], wanted)).to.equal(true);
    expect(isNewEnough([2, 0, 0], wanted)).to.equal(true);
    expect(isNewEnough([1, 25, 9], wanted)).to.equal(false);
    expect(isNewEnough([1, 9, 99], wanted)).to.equal(false);
    expect(isNewEnough(undefined, wanted)).to.equal(false);
  });
  it("uses the one on PATH when it is new enough", async () => {
    const { context, asked } = answering("go version go1.99.0 linux/amd64");
    expect(await ensureGo(context)).to.equal("go");
    expect(asked).to.deep.equal(["go version"]);
  });
});

describe("versions of what is built from Go", () => {
  it("are those of the npm packages", () => {
    const lock = JSON.parse(readFileSync(join(goModule, "../../package-lock.json"), "utf8"));
    for (const [name, version] of Object.entries(BUILT_PLUGINS)) {
      expect(lock.packages[`node_modules/@pulumi/${name}`].version, name).to.equal(version);
    }
  });
  it("are those that the set-up installs", () => {
    const own = PLUGINS.filter((plugin) => !plugin.double);
    expect(Object.fromEntries(own.map(({ name, version }) => [name, version]))).to.deep.equal(
      BUILT_PLUGINS,
    );
  });
  it("include a CLI that the set-up accepts", async () => {
    expect(isUsablePulumi(await pulumiCliVersion())).to.equal(true);
  });
});
