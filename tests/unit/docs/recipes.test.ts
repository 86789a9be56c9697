import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClaimsNamespace, hasuraClaims } from "../../../infra";
import { dockerName } from "../../../infra/docker/names";
import { stackConfig } from "../../../infra/program/config";
import { CONFIG_KEYS } from "../../../infra/program/configKeys";
import { rsaPair } from "../clerk/keyMaterial";
import { PK } from "../clerk/soundIdentity";
import { blocks, commands, configCommand, pagesIn, readPage } from "./pages";
import { runExample } from "./runExample";

const PROJECT = "clerk-hasura";
const RECIPES = pagesIn("docs/recipes");
/** Recipes for programs of the reader's own, which read their own keys. */
const ELSEWHERE = ["docs/recipes/hasura-cloud.md", "docs/recipes/ddn.md"];
/** What a page builds upon without saying it again. */
const BEFORE: Readonly<Record<string, Record<string, string>>> = {
  "docs/recipes/rotation.md": {
    publishableKey: PK,
    clerkSecretKey: "sk_test_abc",
    templateSigningAlgorithm: "HS256",
  },
};
const ASKED_FOR: Readonly<Record<string, string>> = {
  clerkSecretKey: "sk_test_abc",
  externalPassword: "abc",
  templateSigningKey: rsaPair().privateKey,
};

/** The message with which the program refuses a configuration; empty where it takes it. */
async function refusalOf(config: ReadonlyMap<string, string>): Promise<string> {
  const mocks = { call: () => ({}), newResource: () => ({ id: "", state: {} }) };
  await pulumi.runtime.setMocks(mocks, PROJECT, "test");
  const named = [...config].map(([key, value]) => [`${PROJECT}:${key}`, value]);
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

function apply(command: string, config: Map<string, string>): void {
  const change = configCommand(command);
  if (change === undefined) return;
  const { key, value = ASKED_FOR[key] ?? "", removed } = change;
  if (removed) config.delete(key);
  else config.set(key, value === "pk_test_..." ? PK : value);
}

for (const page of ["README.md", ...RECIPES]) {
  describe(`configuration in ${page}`, () => {
    const text = readPage(page);
    const settings = commands(text).filter((command) =>
      /\bpulumi config (?:set|rm)\b/.test(command),
    );
    const shown = settings.filter((command) => !/ KEY VALUE$/.test(command));

    it("is written so that a test can read it", () => {
      expect(shown.filter((command) => configCommand(command) === undefined)).to.deep.equal([]);
    });

    it("names keys of the program, or of the page's own code", () => {
      const code = blocks(text, "ts").join("\n");
      const own = [...code.matchAll(/config\.require(?:Secret)?\("(\w+)"\)/g)];
      const known = [...CONFIG_KEYS.map(({ key }) => key), ...own.map(([, key]) => key)];
      const used = shown.map((command) => configCommand(command)?.key);
      expect(used.filter((key) => !known.includes(key ?? ""))).to.deep.equal([]);
    });

    it("keeps secrets out of command lines", () => {
      const code = blocks(text, "ts").join("\n");
      const isSecret = (key: string) =>
        CONFIG_KEYS.some((one) => one.key === key && one.secret) ||
        code.includes(`requireSecret("${key}")`);
      const careless = shown.filter((command) => {
        const { key = "", secret, removed, value } = configCommand(command) ?? {};
        return !removed && (isSecret(key) !== secret || (secret && value !== undefined));
      });
      expect(careless).to.deep.equal([]);
    });

    if (ELSEWHERE.includes(page)) return;
    it("is taken by the program, block by block", async () => {
      const config = new Map(Object.entries({ preset: "development", ...BEFORE[page] }));
      for (const block of blocks(text, "bash")) {
        for (const line of block.split("\n")) apply(line, config);
        expect(await refusalOf(config), block).to.equal("");
      }
    });
  });
}

describe("the recipes", () => {
  for (const page of ["roles-from-metadata", "organizations"]) {
    it(`show the claims as they are made: ${page}`, () => {
      const text = readPage(`docs/recipes/${page}.md`);
      const changes = commands(text).map(configCommand);
      const { value = "" } = changes.find((it) => it?.key === "templateClaims") ?? {};
      const made = hasuraClaims(JSON.parse(value))[ClaimsNamespace.Hasura];
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
    expect(engine?.dependsOn.join(" ")).to.contain("dynamic/clerkHasura:JwtTemplate::template-");
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
