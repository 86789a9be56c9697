import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { publishedManifest } from "../../../tools/package/publishedManifest.mjs";
import { ROOT } from "./packedPackage";

const CHECKOUT = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

function withDependencies(dependencies: Record<string, string>) {
  return publishedManifest({ ...CHECKOUT, dependencies });
}

describe("the published package.json", () => {
  it("asks for the consumer's own SDK and for one release of each provider", () => {
    const { dependencies, peerDependencies } = publishedManifest(CHECKOUT);
    expect(Object.keys(peerDependencies)).to.deep.equal(["@pulumi/pulumi"]);
    expect(Object.keys(dependencies)).to.deep.equal([
      "@pulumi/command",
      "@pulumi/docker",
      "@pulumi/postgresql",
      "@pulumi/random",
    ]);
    const ranges = Object.values<string>({ ...dependencies, ...peerDependencies });
    expect(ranges.filter((range) => !/^\^[1-9]\d*\.\d+\.\d+$/.test(range))).to.deep.equal([]);
    // 4.5.0 was published by mistake and is older than 1.x; a caret range of 1.x never takes it.
    expect(dependencies["@pulumi/command"]).to.match(/^\^1\./);
  });

  it("can be published, and keeps the checkout's scripts and tools to itself", () => {
    const published = publishedManifest(CHECKOUT);
    expect(published).to.not.have.any.keys("private", "scripts", "devDependencies");
    expect(published).to.deep.include({
      name: CHECKOUT.name,
      version: CHECKOUT.version,
      license: CHECKOUT.license,
      engines: CHECKOUT.engines,
    });
  });

  for (const range of ["*", ">=1.0.0", "0.4.1", "latest", "github:someone/package", "1.x"]) {
    it(`refuses ${range} as a range`, () => {
      expect(() => withDependencies({ "@pulumi/docker": range })).to.throw(
        `dependencies.@pulumi/docker is ${JSON.stringify(range)}; allowed:`,
      );
    });
  }
});
