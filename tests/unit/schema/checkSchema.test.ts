import { symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Preset, type SchemaArgs } from "../../../infra";
import { jobImage } from "../../../infra/schema/checkSchema";
import { settle } from "../../../infra/settings/settle";
import { ProblemList } from "../../../infra/validation/problems";
import { production } from "../../support/recordGraph";
import { DATABASES, type Files, madeFolder, source } from "./madeFolder";

const DIGEST = `sha256:${"0".repeat(64)}`;

/** What is said of a schema whose folder is sound, a line each. */
function told(schema: object, hasura: object = {}): string[] {
  const { problems = [] } = settle({
    preset: Preset.Development,
    hasura,
    schema: schema as SchemaArgs,
  });
  return problems.map(({ path, reason }) => `${path}: ${reason}`);
}

describe("the schema of a stack", () => {
  const before = process.cwd();
  const sound = madeFolder();
  const path = basename(sound);
  /** A folder beside the sound one, by its name. */
  const folder = (changes: Files) => basename(madeFolder(changes));

  beforeEach(() => process.chdir(dirname(sound)));
  afterEach(() => process.chdir(before));

  it("has a default for all but its path", () => {
    const { settings } = settle({ preset: Preset.Development, schema: { path } });
    const { folder: read, ...rest } = settings?.schema ?? {};
    expect(rest).to.deep.equal({ path, accept: [], timeoutSeconds: 900 });
    expect(read?.sources[0]?.migrations).to.have.length(1);
  });

  const ROWS: [schema: object, line: string][] = [
    [{}, "schema.path: is missing; name the folder"],
    [{ path: 5 }, "schema.path: is a number; text is required"],
    [{ path: "nowhere" }, 'schema.path: "nowhere" is missing; allowed: a folder as "hasura init"'],
    [{ path: "../hasura" }, 'schema.path: "../hasura" is outside the program\'s folder, so'],
    [{ path: "a/../../hasura" }, 'schema.path: "a/../../hasura" is outside the program\'s folder'],
    [{ path: sound }, `schema.path: "${sound}" is outside the program's folder`],
    [{ path: "." }, 'schema.path: "." is the program\'s folder itself; allowed: a folder within'],
    [{ path: "" }, 'schema.path: "" is the program\'s folder itself'],
    [{ path, image: "hasura/cli:latest" }, "schema.image:"],
    [{ path, accept: ["1_init"] }, 'schema.accept[0]: "1_init" is not a version; allowed: the'],
    [{ path, timeoutSeconds: 5 }, "schema.timeoutSeconds: 5 is out of bounds;"],
    [{ path, seeds: true }, 'schema: has the unknown field "seeds"; allowed: path, image, accept,'],
    [{ path: pulumi.output(path) }, "schema.path: is an Output, but must be known before"],
  ];
  for (const [schema, line] of ROWS) {
    it(`is refused for ${line.slice(0, 50)}`, () => {
      const lines = told(schema);
      expect(lines, lines.join("\n")).to.have.length(1);
      expect(lines[0]).to.satisfy((text: string) => text.startsWith(line), `${lines[0]}`);
    });
  }

  it("is refused for a link that leads out of the program's folder", () => {
    symlinkSync("/", join(dirname(sound), "linked"));
    expect(told({ path: "linked" })[0]).to.match(
      /^schema\.path: "linked" is outside the program's/,
    );
  });

  it("is told with what is wrong in its folder, under the path as it is written", () => {
    const broken = folder({ "config.yaml": "version: 2" });
    const lines = told({ path: `./${broken}/`, timeoutSeconds: 5 });
    expect(lines.map((line) => line.split(":")[0])).to.have.members([
      "schema.timeoutSeconds",
      `${broken}/config.yaml`,
    ]);
  });

  it("may read the variables that the engine is given, and any where these are not known", () => {
    const logs = folder({ [DATABASES]: source("default", "tables: []", "from_env: LOGS_URL") });
    expect(told({ path: logs })).to.have.length(1);
    for (const env of [
      { LOGS_URL: "postgres://db/logs" },
      { LOGS_URL: pulumi.secret("postgres://db/logs") },
      pulumi.secret({ OTHER: "x" }),
    ]) {
      expect(told({ path: logs }, { env })).to.deep.equal([]);
    }
  });

  it("has its seeds in development alone", () => {
    const schema = { path: folder({ "seeds/default/a.sql": "SELECT 1;" }) };
    const seedsOf = (args: Parameters<typeof settle>[0]) =>
      settle(args).settings?.schema?.folder.sources[0]?.seeds;
    expect(seedsOf({ preset: Preset.Development, schema })).to.have.length(1);
    const identity = { frontendApi: "clerk.example.com" };
    expect(seedsOf(production({ identity, schema }))).to.deep.equal([]);
  });
});

describe("the image of the job", () => {
  const imageOf = (engine: string, own?: string) => {
    const problems = new ProblemList();
    return jobImage(own, engine, problems) ?? problems.list()[0]?.reason;
  };

  it("is the variant of the engine's own release", () => {
    const variant = "hasura/graphql-engine:v2.50.10.cli-migrations-v3";
    expect(imageOf("hasura/graphql-engine:v2.50.10")).to.equal(variant);
    expect(imageOf(variant)).to.equal(variant);
    expect(imageOf(`hasura/graphql-engine:v2.50.10@${DIGEST}`)).to.equal(variant);
    expect(imageOf("example.com:5000/acme/engine:1.4.0")).to.equal(
      "example.com:5000/acme/engine:1.4.0.cli-migrations-v3",
    );
  });

  it("is the one that is set", () => {
    expect(imageOf(`hasura/graphql-engine@${DIGEST}`, "acme/cli:1")).to.equal("acme/cli:1");
  });

  it("must be set where the engine's has no tag", () => {
    for (const engine of [`hasura/graphql-engine@${DIGEST}`, `example.com:5000/e@${DIGEST}`]) {
      expect(imageOf(engine)).to.match(/^is missing, and hasura\.image has no tag .*; set it to/);
    }
  });
});
