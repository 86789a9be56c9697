import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { TestStack } from "./support/testStack";

const CANARY = "canary-Zx81-never-print-me";

/** Settings, the secret ones among them, and the start of the one line that they must give. */
interface Row {
  plain?: Record<string, string>;
  secret?: Record<string, string>;
  line: string;
}

const fapi = { "identity.frontendApi": "clerk.example.com" };
const ROWS: Row[] = [
  { plain: { "identity.publishableKey": `sk_test_${CANARY}` }, line: "identity.publishableKey:" },
  { plain: { "identity.frontendApi": "http://clerk.example.com" }, line: "identity.frontendApi:" },
  {
    plain: { "identity.jwksUrl": "http://issuer.example.com/jwks.json" },
    line: "identity.jwksUrl:",
  },
  {
    plain: { ...fapi, "identity.jwksUrl": "https://issuer.example.com/jwks.json" },
    line: "identity:",
  },
  {
    plain: { "identity.signingKey.algorithm": "HS256" },
    secret: { "identity.signingKey.key": CANARY },
    line: "identity.signingKey",
  },
  {
    plain: { "identity.signingKey.algorithm": "RS256" },
    secret: { "identity.signingKey.key": `${CANARY}${CANARY}` },
    line: "identity.signingKey",
  },
  {
    plain: { ...fapi, "identity.allowedRoles": '["user","admin"]' },
    line: "identity.allowedRoles",
  },
  {
    plain: { ...fapi, "identity.allowedSkewSeconds": "soon" },
    line: "identity.allowedSkewSeconds:",
  },
  { secret: { "hasura.adminSecret": CANARY }, line: "hasura.adminSecret:" },
  { secret: { "hasura.env": CANARY }, line: "hasura.env:" },
  {
    secret: { "hasura.env": JSON.stringify({ HASURA_GRAPHQL_ADMIN_SECRET: CANARY }) },
    line: "hasura.env.HASURA_GRAPHQL_ADMIN_SECRET:",
  },
  { plain: { "hasura.image": "hasura/graphql-engine:latest" }, line: "hasura.image:" },
  {
    plain: { "postgres.image": "postgres:16", "postgres.majorVersion": "17" },
    line: "postgres.majorVersion:",
  },
  { plain: { "postgres.parameters": '{"data_directory":"/x"}' }, line: "postgres.parameters." },
  { plain: { publishablekey: "x" }, line: "publishablekey: is not a setting" },
];

const problemLines = (text: string) =>
  text
    .split("\n")
    .filter((line) => /^ *- \S+: /.test(line))
    .map((line) => line.trim().slice(2));

describe("bad settings, through the CLI", function () {
  this.timeout(120_000);
  let stack: TestStack;
  let settings: string;
  let good: string;

  before(async () => {
    stack = await TestStack.create();
    settings = join(stack.checkout, `Pulumi.${stack.name}.yaml`);
    good = readFileSync(settings, "utf8");
  });
  afterEach(() => writeFileSync(settings, good));
  after(() => stack?.cleanUp());

  async function expectRefused(text: string, count: number): Promise<string[]> {
    const problems = problemLines(text);
    expect(problems, text).to.have.length(count);
    expect(text).to.contain(count === 1 ? "(1 problem)" : `(${count} problems)`);
    expect(text, "a stack trace").to.not.match(/^\s+at .+[:(]/m);
    expect(text).to.not.match(/node:internal|unhandled/i);
    expect(text).to.not.contain(CANARY);
    expect(await stack.objects()).to.deep.equal({ containers: [], networks: [], volumes: [] });
    return problems;
  }

  for (const { line, ...config } of ROWS) {
    it(`are told in one line: ${line} (${Object.keys({ ...config.plain, ...config.secret })})`, async () => {
      await stack.configure(config);
      const { code, text } = await stack.pulumi(["up", "--yes", "--skip-preview"]);
      expect(code, text).to.not.equal(0);
      const [problem] = await expectRefused(text, 1);
      expect(problem).to.satisfy((told: string) => told.startsWith(line));
    });
  }

  it("are told all together, in a preview as well", async () => {
    await stack.configure({
      plain: {
        "identity.frontendApi": "http://clerk.example.com",
        "postgres.shmSizeMb": "1",
        "hasura.console": "maybe",
      },
      secret: { "hasura.adminSecret": CANARY },
    });
    const { code, text } = await stack.pulumi(["preview"]);
    expect(code, text).to.not.equal(0);
    await expectRefused(text, 4);
  });

  it("leave no resource in the state", async () => {
    const { stdout } = await stack.demand(["stack", "export"]);
    const { deployment } = JSON.parse(stdout) as {
      deployment: { resources?: { type: string }[] };
    };
    const types = (deployment.resources ?? []).map(({ type }) => type);
    expect(types.filter((type) => type !== "pulumi:pulumi:Stack")).to.deep.equal([]);
  });
});
