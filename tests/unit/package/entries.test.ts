import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as surface from "../../../infra";
import { loaderOf, RemoteKind } from "../../../infra/providers/remoteResource";
import { recordGraph } from "../../support/recordGraph";
import { type PackedPackage, packedPackage, readInstalled, runInConsumer } from "./packedPackage";

interface Entry {
  types: string;
  default: string;
}

const ARGS = { identity: { frontendApi: "clerk.example.com" }, hasura: { corsDomains: [] } };

/** A consumer's program under mocks: two stacks, and what they registered. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { ClerkHasura } = require("clerk-hasura");
const seen = [];
pulumi.runtime.setMocks({
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    seen.push(type + " " + name);
    const result = "x".repeat(64);
    return { id: name + "-id", state: { ...inputs, result, hex: "00", stdout: "", repoDigest: "", imageId: "" } };
  },
}, "shop", "test", false, "organization").then(async () => {
  for (const name of ["first", "second"]) new ClerkHasura(name, ${JSON.stringify(ARGS)});
  for (let last = -1; last !== seen.length; ) {
    last = seen.length;
    await pulumi.runtime.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  console.log(JSON.stringify(seen.sort()));
});`;

describe("the npm package, its entries", () => {
  let packed: PackedPackage;
  before(async function () {
    this.timeout(120_000);
    packed = await packedPackage();
  });

  it("all exist", () => {
    const manifest = JSON.parse(readInstalled(packed, "package.json"));
    const entries = Object.values<Entry | string>(manifest.exports).flatMap((it) =>
      typeof it === "string" ? [it] : [it.types, it.default],
    );
    expect(entries).to.have.length(5);
    const named = [...entries, manifest.main, manifest.types];
    expect(named.filter((path) => !existsSync(join(packed.installed, path)))).to.deep.equal([]);
  });

  it("are plain JavaScript: requiring them loads no TypeScript and no loader of it", () => {
    const script = `
      const names = Object.keys(require("clerk-hasura")).sort();
      require("clerk-hasura/remoteProviders").probe;
      const loaded = Object.keys(require.cache);
      console.log(JSON.stringify({ names, loaded }));`;
    const { names, loaded } = runInConsumer(packed, script) as Record<string, string[]>;
    expect(names).to.deep.equal(Object.keys(surface).sort());
    const own = (loaded ?? []).filter((path) => path.includes("/clerk-hasura/"));
    expect(own.length).to.be.greaterThan(50);
    expect(own.filter((path) => !/\/clerk-hasura\/dist\/.*\.js$/.test(path))).to.deep.equal([]);
    expect((loaded ?? []).filter((path) => path.includes("/tsx/"))).to.deep.equal([]);
  }).timeout(60_000);

  it("can be imported by name from an ES module", () => {
    const script = `
      import { ClerkHasura, Preset } from "clerk-hasura";
      console.log(JSON.stringify([ClerkHasura.name, Preset.Production]));`;
    expect(runInConsumer(packed, script, true)).to.deep.equal(["ClerkHasura", "production"]);
  }).timeout(60_000);

  it("are all there is to reach", () => {
    const script = `
      const codeOf = (path) => { try { require(path); } catch ({ code }) { return code; } };
      console.log(JSON.stringify(codeOf("clerk-hasura/dist/infra/docker/names")));`;
    expect(runInConsumer(packed, script)).to.equal("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  for (const kind of Object.values(RemoteKind)) {
    it(`find the provider that the state's loader asks for: ${kind}`, () => {
      const script = `
        const exports_ = {};
        new Function("exports", "require", ${JSON.stringify(loaderOf(kind))})(exports_, require);
        console.log(JSON.stringify(typeof exports_.handler().create));`;
      expect(runInConsumer(packed, script)).to.equal("function");
    }).timeout(60_000);
  }

  it("register what the checkout's sources register", async () => {
    const graph = await recordGraph(() => {
      for (const name of ["first", "second"]) new surface.ClerkHasura(name, ARGS);
    });
    const expected = graph.map(({ type, name }) => `${type} ${name}`).sort();
    expect(runInConsumer(packed, PROGRAM)).to.deep.equal(expected);
  }).timeout(60_000);
});
