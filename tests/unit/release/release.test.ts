import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { buildRelease } from "../../../tools/release/buildRelease.mjs";
import { checksumLines } from "../../../tools/release/checksums.mjs";

const ROOT = join(__dirname, "../../..");

function release(...args: string[]) {
  const program = join(ROOT, "tools/release/release.mjs");
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return spawnSync(process.execPath, [program, ...args], { encoding: "utf8", env });
}

describe("a release", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "clerk-hasura-release-test-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("has a sum for each of its files, as sha256sum reads them", async () => {
    writeFileSync(join(folder, "b.txt"), "");
    writeFileSync(join(folder, "a.txt"), "abc");
    expect(await checksumLines(folder, ["b.txt", "a.txt"])).to.equal(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.txt\n" +
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b.txt\n",
    );
  });

  it("holds tarball, schema, bill, notes and sums, and no address of a registry", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const place = join(folder, "release");
    const names = await buildRelease(ROOT, place);
    const tarball = `clerk-hasura-${version}.tgz`;
    const papers = ["SHA256SUMS", "notes.md", "sbom.cdx.json", "schema.json"];
    expect(names).to.deep.equal([...papers, tarball].sort());
    expect(readdirSync(place).sort()).to.deep.equal(names);
    const text = readFileSync(join(place, "sbom.cdx.json"), "utf8");
    const addresses = [...text.matchAll(/https?:\/\/[^"/]+/g)].map(([address]) => address);
    expect([...new Set(addresses)]).to.deep.equal(["http://cyclonedx.org"]);
    const parts = JSON.parse(text).components.map(({ name }: { name: string }) => name);
    expect(parts).to.include.members(["@pulumi/pulumi", "@pulumi/docker", "@grpc/grpc-js"]);
    expect(parts).to.not.include.members(["tsx"]).and.not.include.members(["mocha"]);
  }).timeout(240_000);

  it("is only rehearsed with --dry-run: nothing is written below dist", () => {
    const before = existsSync(join(ROOT, "dist/release"));
    const { status, stdout, stderr } = release("--dry-run");
    expect(stderr).to.equal("");
    expect(status).to.equal(0);
    expect(stdout).to.match(/^[0-9a-f]{64} {2}clerk-hasura-[\d.]+\.tgz$/m);
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const state = `tests/compat/state/${version}.json`;
    const { doubles } = JSON.parse(readFileSync(join(ROOT, state), "utf8"));
    const warning = `would be refused: ${state}: was recorded with stand-ins (`;
    expect(stdout.includes(warning)).to.equal(doubles.length > 0);
    expect(stdout, "the schema of this code").to.not.include("docs/schema.json");
    expect(existsSync(join(ROOT, "dist/release"))).to.equal(before);
  }).timeout(240_000);

  it("refuses what it does not take, in one line", () => {
    const { status, stderr } = release("--now");
    expect(stderr).to.equal('error: release does not take "--now"; allowed: --dry-run\n');
    expect(status).to.equal(2);
  });
});
