import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClaimsNamespace, type HasuraClaimsArgs, hasuraClaims } from "../../../infra";
import { dockerName } from "../../../infra/docker/names";
import { SETTING_PATHS, SettingKind } from "../../../infra/program/settingKinds";
import { stackConfig } from "../../../infra/program/stackConfig";
import { rsaPair } from "../clerk/keyMaterial";
import { PK } from "../clerk/soundIdentity";
import { blocks, type ConfigCommand, commands, configCommand, pagesIn, readPage } from "./pages";
import { runExample } from "./runExample";

const PROJECT = "clerk-hasura";
const RECIPES = pagesIn("docs/recipes");
const PAGES = ["README.md", ...pagesIn("docs"), ...RECIPES];
/** Recipes for programs of the reader's own, which read their own keys. */
const ELSEWHERE = [
  "docs/recipes/hasura-cloud.md",
  "docs/recipes/hasura-cloud-schema.md",
  "docs/recipes/ddn.md",
];
/** What a page builds upon without saying it again. */
const BEFORE: Readonly<Record<string, string[]>> = {
  "docs/recipes/rotation.md": [
    `npx pulumi config set --path identity.publishableKey ${PK}`,
    "npx pulumi config set --path --secret template.secretKey",
    "npx pulumi config set --path template.signingKey.algorithm HS256",
  ],
  "docs/operations.md": [`npx pulumi config set --path identity.publishableKey ${PK}`],
};
const PROMPTED: Readonly<Record<string, string>> = {
  "template.secretKey": "sk_test_abc",
  "template.signingKey.key": rsaPair().privateKey,
  "postgres.external.password": "abc",
  "hasura.adminSecret": "x".repeat(32),
};

type Tree = Record<string, unknown>;

/** Steps of a path as Pulumi reads it: names, and indexes of lists. */
const stepsOf = (path: string) => path.match(/[^.[\]]+/g) ?? [];

/** What `--path` makes of a word of a command line. */
function typed(value: string): unknown {
  if (/^(true|false|-?\d+)$/.test(value)) return JSON.parse(value);
  return value;
}

/** Does to a configuration what Pulumi would. */
function apply(command: ConfigCommand, config: Tree): void {
  const { isPath, name, removed } = command;
  const steps = isPath ? stepsOf(name) : [name];
  const last = steps.pop() ?? name;
  let at = config;
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1] ?? last;
    at[step] ??= /^\d+$/.test(next) ? [] : {};
    at = at[step] as Tree;
  }
  const given = command.value ?? PROMPTED[name] ?? "";
  const value = given === "pk_test_..." ? PK : given;
  if (removed) delete at[last];
  else at[last] = isPath ? typed(value) : value;
}

/** The message with which the program refuses a configuration; empty where it takes it. */
async function refusalOf(config: Tree): Promise<string> {
  const mocks = { call: () => ({}), newResource: () => ({ id: "", state: {} }) };
  await pulumi.runtime.setMocks(mocks, PROJECT, "test");
  const named = Object.entries(config).map(([key, value]) => [
    `${PROJECT}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(named));
  try {
    stackConfig();
    return "";
  } catch (error) {
    if (!pulumi.RunError.isInstance(error)) throw error;
    return error.message;
  } finally {
    pulumi.runtime.setAllConfig({});
  }
}

/** The setting that a name belongs to: `hasura.corsDomains` for its first item. */
const settingOf = (name: string) =>
  [...SETTING_PATHS.keys()].find(
    (path) => name === path || (/^[.[]/.test(name.slice(path.length)) && name.startsWith(path)),
  );

/** Whether a name is a setting, or a group of them. */
const isSetting = (name: string) =>
  settingOf(name) !== undefined ||
  [...SETTING_PATHS.keys()].some((path) => path.startsWith(`${name}.`));

for (const page of PAGES) {
  const text = readPage(page);
  const shown = commands(text).filter(
    (command) =>
      /\bpulumi config (?:set|rm)\b/.test(command) && !/ (?:KEY|NAME) VALUE$/.test(command),
  );
  if (shown.length === 0) continue;
  describe(`configuration in ${page}`, () => {
    const changes = shown.map(configCommand);
    const code = blocks(text, "ts").join("\n");

    it("is written so that a test can read it", () => {
      expect(shown.filter((_, index) => changes[index] === undefined)).to.deep.equal([]);
    });

    it("names settings of the program, or keys of the page's own code", () => {
      const own = [...code.matchAll(/config\.require(?:Secret)?\("(\w+)"\)/g)].map(
        ([, key]) => key,
      );
      const unknown = changes.filter((it) => {
        if (it === undefined) return false;
        return it.isPath || !ELSEWHERE.includes(page)
          ? !isSetting(it.name)
          : !own.includes(it.name);
      });
      expect(unknown).to.deep.equal([]);
    });

    it("writes a path with --path", () => {
      expect(changes.filter((it) => it && !it.isPath && /[.[]/.test(it.name))).to.deep.equal([]);
    });

    it("keeps secrets out of command lines", () => {
      const isSecret = (name: string) => {
        const kind = SETTING_PATHS.get(settingOf(name) ?? "");
        const own = ELSEWHERE.includes(page) && code.includes(`requireSecret("${name}")`);
        return own || kind === SettingKind.Secret || kind === SettingKind.SecretRecord;
      };
      const careless = changes.filter((it) => {
        const { name = "", secret, removed, value } = it ?? {};
        return !removed && (isSecret(name) !== secret || (secret && value !== undefined));
      });
      expect(careless).to.deep.equal([]);
    });

    if (ELSEWHERE.includes(page)) return;
    it("is taken by the program, block by block", async () => {
      const config: Tree = { preset: "development" };
      const run = (line: string) => {
        const change = configCommand(line);
        if (change !== undefined) apply(change, config);
      };
      for (const line of BEFORE[page] ?? []) run(line);
      for (const block of blocks(text, "bash")) {
        for (const line of block.split("\n")) run(line);
        expect(await refusalOf(config), block).to.equal("");
      }
    });
  });
}

describe("the recipes", () => {
  for (const [page, nth] of [
    ["roles-from-metadata", 0],
    ["organizations", 1],
  ] as const) {
    it(`show the claims as they are made: ${page}`, () => {
      const text = readPage(`docs/recipes/${page}.md`);
      const config: { template?: { claims?: HasuraClaimsArgs } } = {};
      for (const line of blocks(text, "bash")[nth]?.split("\n") ?? []) {
        const change = configCommand(line);
        if (change !== undefined) apply(change, config as Tree);
      }
      const made = hasuraClaims(config.template?.claims ?? {})[ClaimsNamespace.Hasura];
      const [block = ""] = blocks(text, "json").filter((json) => json.includes("x-hasura-"));
      const shown = JSON.parse(block);
      expect(made).to.deep.include(shown[ClaimsNamespace.Hasura] ?? shown);
    });
  }

  it("restart the engine of the stack dev, whose container knows how long it may take", () => {
    const scope = { project: PROJECT, stack: "dev", name: "backend" };
    expect(commands(readPage("docs/recipes/rotation.md"))).to.include(
      `docker restart ${dockerName(scope, "hasura")}`,
    );
  });

  it("make the engine wait until Clerk has taken its half of a key", async () => {
    const [code = ""] = blocks(readPage("docs/recipes/custom-signing-key.md"), "ts");
    const graph = await runExample(code);
    const engine = graph.find(
      ({ name, type }) => type.endsWith("Container") && /hasura/.test(name),
    );
    expect(engine?.dependsOn.join(" ")).to.contain("dynamic/clerkHasura:JwtTemplate::");
  });

  it("are all listed on their first page", () => {
    const index = readPage("docs/recipes/README.md");
    const pages = RECIPES.map((page) => page.slice("docs/recipes/".length));
    const missing = pages.filter((page) => page !== "README.md" && !index.includes(`(${page})`));
    expect(missing).to.deep.equal([]);
  });

  it("stay within 90 lines each", () => {
    const long = RECIPES.filter((page) => readPage(page).trimEnd().split("\n").length > 90);
    expect(long).to.deep.equal([]);
  });

  it("each say how the doctor tells", () => {
    expect(RECIPES.filter((page) => !readPage(page).includes("npm run doctor"))).to.deep.equal([]);
  });
});
