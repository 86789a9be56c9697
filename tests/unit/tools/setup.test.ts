import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { HASURA_DEFAULTS } from "../../../infra/hasura/hasuraArgs";
import { POSTGRES_DEFAULTS } from "../../../infra/postgres/postgresArgs";
import { chooseBackend, withoutSecrets } from "../../../tools/setup/backend";
import { checkoutRoot } from "../../../tools/setup/checkoutRoot.cjs";
import { dockerInstruction, isDebianLike, missingPart } from "../../../tools/setup/dockerEngine";
import { RELEASED_IMAGES } from "../../../tools/setup/images";
import { isInstalled } from "../../../tools/setup/npmPackages.mjs";
import { composeParts, partsChoice } from "../../../tools/setup/parts";
import { pathsOf } from "../../../tools/setup/paths";
import { PLUGINS } from "../../../tools/setup/plugins";
import { numberedSteps } from "../../../tools/setup/progress";
import { isUsablePulumi, parseVersion } from "../../../tools/setup/pulumiCli";

describe("version of the Pulumi CLI", () => {
  for (const text of ["v3.229.0", "v3.259.0\n", "3.230.1", "v3.300.0-alpha.1+dirty"]) {
    it(`accepts ${JSON.stringify(text)}`, () => expect(isUsablePulumi(text)).to.equal(true));
  }
  for (const text of ["", "v3.228.9", "v2.300.0", "v4.0.0", "v3.229", "pulumi v3.259.0"]) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(isUsablePulumi(text)).to.equal(false));
  }
  it("reads the three numbers", () => {
    expect(parseVersion("v3.259.1-rc.1")).to.deep.equal([3, 259, 1]);
  });
});

describe("CLERK_HASURA_PARTS", () => {
  it("is auto unless set", () => {
    expect(partsChoice(undefined)).to.equal("auto");
    expect(partsChoice("")).to.equal("auto");
    expect(partsChoice("local")).to.equal("local");
  });
  it("refuses anything else in one line", () => {
    expect(() => partsChoice("Local")).to.throw(/^CLERK_HASURA_PARTS is "Local"; allowed: [^\n]+$/);
  });
});

describe("npm packages", () => {
  const wanted = {
    packages: {
      "": { version: "0.1.0" },
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b": { version: "1.0.0", optional: true },
    },
  };
  it("are installed where each has its version; optional ones may be missing", () => {
    const packages = { "node_modules/a": { version: "1.0.0" } };
    expect(isInstalled(wanted, { packages })).to.equal(true);
  });
  it("are not where one has other content", () => {
    const lock = (integrity: string) => ({
      packages: { "node_modules/a": { version: "1.0.0", integrity } },
    });
    expect(isInstalled(lock("sha512-x"), lock("sha512-x"))).to.equal(true);
    expect(isInstalled(lock("sha512-x"), lock("sha512-y"))).to.equal(false);
  });
  it("are not where one is missing, differs, or npm was interrupted", () => {
    expect(isInstalled(wanted, { packages: {} })).to.equal(false);
    const packages = { "node_modules/a": { version: "1.0.1" } };
    expect(isInstalled(wanted, { packages })).to.equal(false);
    expect(isInstalled(wanted, undefined)).to.equal(false);
  });
});

describe("a Docker engine that does not answer", () => {
  const machine = { root: true, debianLike: true, chosenElsewhere: "" };
  const engine = { missing: "engine" as const, text: "" };
  it("is installed or started as root on Debian", () => {
    expect(dockerInstruction(engine, machine)).to.equal(undefined);
    expect(dockerInstruction({ ...engine, missing: "client" }, machine)).to.equal(undefined);
  });
  it("is left alone where the person chose another one", () => {
    const text = dockerInstruction(engine, { ...machine, chosenElsewhere: "DOCKER_HOST" });
    expect(text).to.include("DOCKER_HOST");
  });
  it("gives others one clear instruction", () => {
    expect(dockerInstruction(engine, { ...machine, root: false })).to.include(
      "sudo apt-get install",
    );
    expect(dockerInstruction(engine, { ...machine, debianLike: false })).to.include(
      "install and start",
    );
    const denied = { ...engine, missing: "permission" as const };
    expect(dockerInstruction(denied, { ...machine, root: false })).to.include("usermod -aG docker");
  });
  it("is told apart from a missing client and a missing permission", () => {
    expect(missingPart("`docker version` did not start: spawn docker ENOENT")).to.equal("client");
    expect(missingPart("permission denied while trying to connect")).to.equal("permission");
    expect(missingPart("Cannot connect to the Docker daemon")).to.equal("engine");
  });
  it("is looked for in Debian's families only", () => {
    expect(isDebianLike('NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n')).to.equal(true);
    expect(isDebianLike("ID=debian\n")).to.equal(true);
    expect(isDebianLike('ID=fedora\nHOME_URL="x debian"\n')).to.equal(false);
    expect(isDebianLike(undefined)).to.equal(false);
  });
});

describe("choice of the Pulumi backend", () => {
  const none = {
    paths: pathsOf("/checkout"),
    backendUrl: undefined,
    login: undefined,
    hasLocalStacks: false,
  };
  it("is a directory of the checkout with a passphrase of its own by default", () => {
    const { source, env } = chooseBackend(none);
    expect(source).to.equal("local");
    expect(env).to.deep.equal({
      PULUMI_BACKEND_URL: "file:///checkout/.local/state",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/checkout/.local/passphrase",
    });
  });
  it("leaves a login and PULUMI_BACKEND_URL as they are", () => {
    const login = chooseBackend({ ...none, login: "https://service.example.com" });
    expect(login).to.include({ source: "login" });
    expect(login.env).to.deep.equal({});
    const url = chooseBackend({
      ...none,
      login: "x",
      backendUrl: "s3://bucket",
    });
    expect(url).to.include({ source: "environment" });
    expect(url.env).to.deep.equal({});
  });
  it("keeps the directory of the checkout for shells without PULUMI_BACKEND_URL", () => {
    const { source, env } = chooseBackend({ ...none, backendUrl: "s3://bucket" });
    expect(source).to.equal("environment");
    expect(env).to.deep.equal(chooseBackend(none).env);
  });
  it("keeps stacks that were made here where they are, whoever logs in later", () => {
    const kept = chooseBackend({
      ...none,
      login: "https://service.example.com",
      hasLocalStacks: true,
    });
    expect(kept.source).to.equal("local");
    expect(kept.detail).to.include("service.example.com");
  });
  it("shows no password of an address", () => {
    expect(withoutSecrets("postgres://u:pw@host/db?sslkey=k")).to.equal("postgres://host/db");
  });
});

describe("progress", () => {
  const shown = async (live: boolean) => {
    const written: string[] = [];
    const step = numberedSteps(2, { live, write: (text) => written.push(text) });
    const value = await step("First", async (say) => {
      say("at work");
      return { value: 7, detail: "done" };
    });
    return { value, step, written };
  };
  it("gives one line for each step where lines cannot be rewritten", async () => {
    const { value, written } = await shown(false);
    expect(value).to.equal(7);
    expect(written).to.have.length(1);
    expect(written[0]).to.match(/^\[1\/2\] First … \d+\.\d s {2}done\n$/);
  });
  it("ends the live line with the same text", async () => {
    const { written } = await shown(true);
    expect(written.at(-1)).to.match(/^\r.\[K\[1\/2\] First … \d+\.\d s {2}done\n$/);
  });
  it("shows which step failed and passes the reason on", async () => {
    const { step, written } = await shown(false);
    const outcome = await step("Second", () => Promise.reject(new Error("why"))).catch(
      (error: unknown) => error,
    );
    expect(outcome).to.be.instanceOf(Error).with.property("message", "why");
    expect(written[1]).to.match(/^\[2\/2\] Second … .* failed\n$/);
  });
});

describe("what Pulumi runs with", () => {
  it("has the folders of what tests run after its own on PATH", () => {
    const cli = { binary: "/cli/pulumi", version: "v3", kind: "released" as const };
    const backend = { source: "local" as const, detail: "", env: {} };
    const parts = composeParts(pathsOf("/checkout"), {
      cli: { ...cli, languageHost: true },
      releasedPlugins: true,
      images: undefined,
      backend,
      docker: "28",
      tools: ["/cache/actionlint/v1"],
    });
    expect(parts.path).to.deep.equal(["/cli", "/cache/actionlint/v1"]);
  });
});

describe("released images", () => {
  it("are the ones that a stack runs by default", () => {
    const { engine, postgres } = RELEASED_IMAGES;
    expect({ engine, postgres }).to.deep.equal({
      engine: HASURA_DEFAULTS.image,
      postgres: POSTGRES_DEFAULTS.image,
    });
  });
});

describe("plugins", () => {
  const lock: { packages: Record<string, { version: string }> } = JSON.parse(
    readFileSync(join(checkoutRoot, "package-lock.json"), "utf8"),
  );
  for (const { name, version } of PLUGINS) {
    it(`has ${name} in the version of its npm package`, () => {
      expect(lock.packages[`node_modules/@pulumi/${name}`]?.version).to.equal(version);
    });
  }
});
