import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { leaksIn } from "./support/canaries";
import { CHECKOUT } from "./support/checkout";
import { docker } from "./support/docker";
import { EngineClient } from "./support/engineClient";
import { freePorts, testImages } from "./support/exampleStack";
import {
  generatedProgram,
  ISSUER,
  nodeProgram,
  yamlKeys,
  yamlProgram,
} from "./support/languagePrograms";
import { LanguageProject, type ProgramFiles, skipWithout } from "./support/languageProject";
import { makeNotes, notesSeen } from "./support/notes";
import { changedNothing } from "./support/testStack";
import { bearer, hmacSigner, signToken } from "./support/tokens";

const PROJECT = "shop";
const YAML_HOST = "pulumi-language-yaml";
const GENERATOR = "pulumi-nodejs-sdk";
const SECRETS = ["adminSecret", "jwtSecret", "databaseUrl"];

/** A stack that a program in some language has brought up. */
interface Shop {
  project: LanguageProject;
  port: number;
  /** The signing key, which nothing may show. */
  key: string;
  /** What Pulumi wrote on the way. */
  texts: Record<string, string>;
  /** Outputs in the clear. */
  plain: Record<string, string>;
}

async function openShop(project: LanguageProject): Promise<Shop> {
  const key = `canary${randomBytes(20).toString("hex")}`;
  const [port = 0, postgresPort = 0] = await freePorts(2);
  const ports = { port: `${port}`, postgresPort: `${postgresPort}` };
  await project.configure({ ...ports, ...testImages() }, { key });
  const preview = (await project.demand(["preview", "--diff"])).text;
  const up = (await project.up()).text;
  const plain = (await project.outputs("--show-secrets")) as Record<string, string>;
  return { project, port, key, texts: { preview, up }, plain };
}

async function expectRows({ port, key, plain }: Shop): Promise<void> {
  expect(plain.endpoint).to.equal(`http://127.0.0.1:${port}/v1/graphql`);
  const client = new EngineClient(port, plain.adminSecret ?? "");
  await makeNotes(client);
  const token = await signToken(hmacSigner(key), { issuer: ISSUER, user: "user_1" });
  expect(await notesSeen(client, bearer(token))).to.have.length(100);
}

async function expectMarks({ project, key, plain }: Shop): Promise<void> {
  const shown = await project.outputs();
  const hidden = Object.keys(shown).filter((name) => shown[name] === "[secret]");
  expect(hidden.sort()).to.deep.equal([...SECRETS].sort());
  expect(plain.issuer).to.equal(ISSUER);
  expect(JSON.parse(plain.jwtSecret ?? "")).to.deep.include({ type: "HS256", key });
}

async function expectNoLeaks({ project, key, texts, plain }: Shop): Promise<void> {
  const state = (await project.demand(["stack", "export"])).text;
  const outputs = (await project.demand(["stack", "output", "--json"])).text;
  const canaries = [
    { what: "the key", value: key },
    ...SECRETS.map((what) => ({ what, value: plain[what] ?? "" })),
  ];
  for (const [where, text] of Object.entries({ ...texts, state, outputs })) {
    expect(text, where).to.contain(where === "outputs" ? "endpoint" : "backend");
    expect(leaksIn(text, canaries), where).to.deep.equal([]);
  }
}

async function expectNothingLeft({ project }: Shop): Promise<void> {
  const label = `label=dev.clerk-hasura.stack=${PROJECT}/${project.stack}`;
  for (const list of [
    ["ps", "-a"],
    ["volume", "ls"],
    ["network", "ls"],
  ]) {
    expect(await docker([...list, "--quiet", "--filter", label])).to.equal("");
  }
}

/** What holds in every language: up, a query with a token, secrets, nothing the second time, and destroy. */
function constructsTheComponent(files: (plugin: string) => ProgramFiles, modules: string[]): void {
  let project: LanguageProject;
  let shop: Shop;

  before(async () => {
    project = await LanguageProject.create(PROJECT, files);
    project.install(...modules);
    shop = await openShop(project);
  });
  after(() => project?.cleanUp());

  it("answers a query with a token where its output says", () => expectRows(shop));
  it("marks what is secret, and nothing else", () => expectMarks(shop));
  it("shows no secret: not in texts, outputs or the state", () => expectNoLeaks(shop));

  it("changes nothing the second time", async () => {
    const again = await project.up("--expect-no-changes");
    expect(changedNothing(again), again.text).to.equal(true);
  });

  it("leaves nothing once it is destroyed", async () => {
    await project.demand(["destroy", "--yes", "--skip-preview"]);
    await expectNothingLeft(shop);
  });
}

describe("a program that knows the type token alone", function () {
  this.timeout(300_000);
  constructsTheComponent(nodeProgram, ["@pulumi"]);
});

describe("a program in YAML, in a folder without packages", function () {
  this.timeout(300_000);
  before(function () {
    skipWithout(this, YAML_HOST);
  });
  constructsTheComponent(yamlProgram, []);
});

describe("a resource that the package looks after itself, in YAML", function () {
  this.timeout(300_000);
  let project: LanguageProject;
  before(async function () {
    skipWithout(this, YAML_HOST);
    project = await LanguageProject.create(PROJECT, yamlKeys);
  });
  after(() => project?.cleanUp());

  it("is refused in one line where the folder of the program has no packages", async () => {
    const { code, text } = await project.pulumi(["preview"]);
    expect(code, text).to.not.equal(0);
    expect(text).to.contain("npm install @pulumi/pulumi clerk-hasura").and.contain(project.folder);
    expect(text, "a stack trace").to.not.match(/^\s+at .+[:(]/m);
  });

  it("works once the two packages are there", async () => {
    project.install("@pulumi", "clerk-hasura");
    await project.up();
    expect(await project.outputs()).to.include({ privateKey: "[secret]" });
    const { verificationKey } = await project.outputs();
    expect(verificationKey).to.match(/^-----BEGIN PUBLIC KEY-----/);
  });
});

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** A schema as the CLI prints it: without what is empty, and without what `required` says already. */
function asPrinted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asPrinted);
  if (typeof value !== "object" || value === null) return value;
  const told = Object.entries(value).filter(([name, it]) => name !== "optional" && !isEmpty(it));
  return Object.fromEntries(told.map(([name, it]) => [name, asPrinted(it)]));
}

describe("the checkout as a package of Pulumi", function () {
  this.timeout(600_000);
  const key = `canary${randomBytes(20).toString("hex")}`;
  let project: LanguageProject;
  before(async () => {
    project = await LanguageProject.create(PROJECT, generatedProgram);
  });
  after(() => project?.cleanUp());

  it("tells the schema that docs show", async () => {
    const { stdout } = await project.demand(["package", "get-schema", project.plugin]);
    const published = readFileSync(join(CHECKOUT, "docs", "schema.json"), "utf8");
    expect(asPrinted(JSON.parse(stdout))).to.deep.equal(asPrinted(JSON.parse(published)));
  });

  it("is added to a project as an SDK, which constructs a component", async function () {
    const { code, text } = await project.pulumi(["package", "add", project.plugin]);
    if (text.includes(`generating an SDK needs ${GENERATOR}`)) skipWithout(this, GENERATOR);
    expect(code, text).to.equal(0);
    expect(text).to.contain('from "@pulumi/clerk-hasura"');
    const description = readFileSync(join(project.folder, "Pulumi.yaml"), "utf8");
    expect(description).to.contain(`clerk-hasura: ${project.plugin}`);
    await project.configure({}, { key });
    await project.up();
    expect(await project.outputs()).to.deep.equal({ issuer: ISSUER, jwtSecret: "[secret]" });
    const { jwtSecret } = await project.outputs("--show-secrets");
    expect(JSON.parse(String(jwtSecret))).to.deep.include({ key, issuer: ISSUER });
    expect((await project.demand(["stack", "export"])).text).to.not.contain(key);
    expect(changedNothing(await project.up("--expect-no-changes"))).to.equal(true);
  });
});
