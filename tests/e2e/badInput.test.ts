import { expect } from "chai";
import { TestStack } from "./support/testStack";

const CANARY = "canary-Zx81-never-print-me";
/** Four wrong settings, two of them with a secret; every other refusal is asserted in tests/unit/badInput.test.ts. */
const SETTINGS = {
  plain: {
    "identity.publishableKey": `sk_test_${CANARY}`,
    "postgres.shmSizeMb": "1",
    "hasura.console": "maybe",
  },
  secret: { "hasura.adminSecret": CANARY },
};
const PATHS = [
  "hasura.adminSecret",
  "hasura.console",
  "identity.publishableKey",
  "postgres.shmSizeMb",
];

describe("bad settings, through the CLI", function () {
  this.timeout(120_000);
  let stack: TestStack;
  before(async () => {
    stack = await TestStack.create();
    await stack.configure(SETTINGS);
  });
  after(() => stack?.cleanUp());

  for (const command of [["up", "--yes", "--skip-preview"], ["preview"]]) {
    it(`are reported together, a line each and no secret, by pulumi ${command[0]}`, async () => {
      const { code, text } = await stack.pulumi(command);
      expect(code, text).to.not.equal(0);
      const paths = [...text.matchAll(/^ *- (\S+): /gm)].map(([, path]) => path);
      expect(paths.sort(), text).to.deep.equal(PATHS);
      expect(text).to.contain("(4 problems)").and.not.contain(CANARY);
      expect(text, "a stack trace").to.not.match(/^\s+at .+[:(]/m);
      expect(text).to.not.match(/node:internal|unhandled/i);
      expect(await stack.objects()).to.deep.equal({ containers: [], networks: [], volumes: [] });
    });
  }

  it("leave no resource in the state", async () => {
    const { stdout } = await stack.demand(["stack", "export"]);
    const { deployment } = JSON.parse(stdout) as {
      deployment: { resources?: { type: string }[] };
    };
    const types = (deployment.resources ?? []).map(({ type }) => type);
    expect(types.filter((type) => type !== "pulumi:pulumi:Stack")).to.deep.equal([]);
  });
});
