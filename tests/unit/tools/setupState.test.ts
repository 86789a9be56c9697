import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { ensureBackend, ensureDevSettings } from "../../../tools/setup/backend";
import { fileProblem, makePrivate } from "../../../tools/setup/files";
import { ensureImages, namedImages } from "../../../tools/setup/images";
import { countFiles } from "../../../tools/setup/npmPackages.mjs";
import { countKinds, describeParts } from "../../../tools/setup/parts";
import { accountHome, pathsOf } from "../../../tools/setup/paths";

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("a checkout's own state", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "chtest-state-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const env = () => ({ PULUMI_CREDENTIALS_PATH: join(root, "nowhere") });
  const makeStack = () => {
    const folder = join(pathsOf(root).state, ".pulumi", "stacks", "p");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "dev.json"), "{}");
  };

  it("is closed to others whatever the umask, also where it was open", async () => {
    const before = process.umask(0);
    try {
      const folder = join(root, "folder");
      await makePrivate(folder);
      expect(modeOf(folder)).to.equal("700");
      chmodSync(folder, 0o755);
      await makePrivate(folder);
      expect(modeOf(folder)).to.equal("700");
    } finally {
      process.umask(before);
    }
  });

  it("gets its own settings of dev once, and git ignores what Pulumi writes into them", async () => {
    const example = join(root, "examples", "environments", "Pulumi.dev.yaml");
    const own = join(root, "Pulumi.dev.yaml");
    mkdirSync(dirname(example), { recursive: true });
    writeFileSync(example, "config: {}\n");
    await ensureDevSettings(root);
    expect(readFileSync(own, "utf8")).to.equal("config: {}\n");
    writeFileSync(own, "encryptionsalt: v1:a\n");
    await ensureDevSettings(root);
    expect(readFileSync(own, "utf8")).to.equal("encryptionsalt: v1:a\n");
    const git = spawnSync("git", ["check-ignore", "Pulumi.dev.yaml"], { cwd: pathsOf().root });
    expect(git.status).to.equal(0);
  });

  it("gets a passphrase once, for its owner alone", async () => {
    const paths = pathsOf(root);
    await ensureBackend(paths, env());
    const first = readFileSync(paths.passphrase, "utf8");
    chmodSync(paths.passphrase, 0o644);
    await ensureBackend(paths, env());
    expect(readFileSync(paths.passphrase, "utf8")).to.equal(first).and.have.length.above(40);
    expect(modeOf(paths.passphrase)).to.equal("600");
  });

  const outcomeOf = (variables: NodeJS.ProcessEnv) =>
    ensureBackend(pathsOf(root), { ...env(), ...variables }).catch((error: Error) => error);

  it("gets no new passphrase where stacks need the one that is missing", async () => {
    makeStack();
    const outcome = await outcomeOf({});
    expect(outcome).to.be.instanceOf(Error);
    expect(String(outcome)).to.match(/passphrase is missing.*PULUMI_CONFIG_PASSPHRASE_FILE/);
    expect(() => statSync(pathsOf(root).passphrase)).to.throw(/ENOENT/);
  });

  for (const variables of [
    { PULUMI_CONFIG_PASSPHRASE_FILE: "/copy" },
    { PULUMI_CONFIG_PASSPHRASE: "text" },
    { PULUMI_BACKEND_URL: "s3://bucket" },
  ]) {
    it(`is left alone where ${Object.keys(variables)} is given`, async () => {
      makeStack();
      expect(await outcomeOf(variables)).to.not.be.instanceOf(Error);
      expect(() => statSync(pathsOf(root).passphrase)).to.throw(/ENOENT/);
    });
  }
});

describe("a file that cannot be written", () => {
  const failure = (code: string, path?: string) =>
    Object.assign(new Error(`${code}: x`), { code, ...(path && { path }) });
  const cases: [unknown, RegExp | undefined][] = [
    [failure("EROFS", "/c/.local"), /^\/c\/\.local is on a read-only file system; use/],
    [failure("EACCES", "/c/.local"), /^this user may not write \/c\/\.local; .*chown/],
    [failure("ENOSPC"), /^the disk of \/root is full; .*df -h/],
    [failure("EDQUOT"), /quota/],
    [Object.assign(new Error("`npm ci` failed"), { stderr: "npm error ENOSPC: no space" }), /full/],
    [new Error("docker: no space left on device"), /full/],
    [failure("ENOENT"), undefined],
    ["text", undefined],
  ];
  for (const [error, text] of cases) {
    it(`is told in one line: ${error}`, () => {
      const problem = fileProblem(error, "/root");
      if (text === undefined) expect(problem).to.equal(undefined);
      else expect(problem).to.match(text).and.not.include("\n");
    });
  }
});

describe("npm packages that were damaged", () => {
  it("are those without their manifest, or with files missing", async () => {
    const root = mkdtempSync(join(tmpdir(), "chtest-packages-"));
    try {
      for (const name of ["a", "b"]) {
        mkdirSync(join(root, "node_modules", name, "lib"), { recursive: true });
        writeFileSync(join(root, "node_modules", name, "package.json"), '{"version":"v1.0.0"}');
        writeFileSync(join(root, "node_modules", name, "lib", "index.js"), "");
      }
      const packages = {
        "node_modules/a": { version: "1.0.0" },
        "node_modules/b": { version: "1.0.0" },
      };
      expect(await countFiles(root, { packages })).to.deep.equal({ files: 6, broken: [] });
      rmSync(join(root, "node_modules/a/lib/index.js"));
      expect(await countFiles(root, { packages })).to.deep.equal({ files: 5, broken: [] });
      rmSync(join(root, "node_modules/b/package.json"));
      const { broken } = await countFiles(root, { packages });
      expect(broken).to.deep.equal(["node_modules/b"]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe("images that the environment names", () => {
  const BOTH = { CLERK_HASURA_POSTGRES_IMAGE: "pg:17", CLERK_HASURA_ENGINE_IMAGE: "engine:v2" };
  const DOUBLE = { CLERK_HASURA_ENGINE_IMAGE: "clerk-hasura.local/graphql-engine-double:1" };

  it("are told as named, and no longer as stand-ins", () => {
    const found = {
      cli: { binary: "/p", version: "v3", kind: "released" as const, languageHost: true },
      releasedPlugins: true,
      images: { postgres: "local-pg", postgresMajor: 15, engine: "local-engine" },
      backend: { source: "local" as const, detail: "", env: {} },
      docker: "28",
      tools: [],
    };
    const engineOf = (env: NodeJS.ProcessEnv) =>
      describeParts(found, env).find(({ name }) => name === "Hasura engine");
    expect(engineOf(BOTH)).to.include({ kind: "named", detail: "engine:v2" });
    expect(countKinds(describeParts(found, BOTH))).to.match(/0 doubles, 3 named$/);
    expect(engineOf(DOUBLE)).to.include({ kind: "double", detail: "local-engine" });
    expect(namedImages({ ...BOTH, ...DOUBLE })).to.deep.equal({ postgres: "pg:17" });
  });

  it("are asked for in place of the default ones, which are then not needed", async () => {
    const root = mkdtempSync(join(tmpdir(), "chtest-images-"));
    const asked: string[] = [];
    const refuse = () => Promise.reject(new Error("nothing is built"));
    const context = {
      cacheDir: root,
      log: () => undefined,
      say: () => undefined,
      run: async (_command: string, args: string[]) => {
        asked.push(...args.filter((arg) => arg.includes(":")));
        return args[0] === "manifest" ? "" : Promise.reject(new Error("not here"));
      },
    };
    const builds = { postgresImage: refuse, engineImage: refuse, doubles: refuse };
    try {
      const paths = pathsOf(root);
      const input = { paths, context, builds, other: false, env: BOTH };
      expect(await ensureImages({ ...input, choice: "auto" })).to.equal(undefined);
      expect(asked).to.deep.equal([]);
      expect(await ensureImages({ ...input, choice: "released" })).to.equal(undefined);
      expect(new Set(asked)).to.deep.equal(
        new Set(["pg:17", "engine:v2", "engine:v2.cli-migrations-v3"]),
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe("the home directory that Pulumi uses", () => {
  it("is the account's, and HOME only where the system does not know the account", () => {
    expect(accountHome(() => ({ homedir: "/account" }))).to.equal("/account");
    const unknown = () => {
      throw new Error("no such user");
    };
    expect(accountHome(unknown)).to.equal(process.env.HOME);
  });
});
