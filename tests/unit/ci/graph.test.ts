import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { graphDiff, parseGraph } from "../../../report/read/graphDiff";

const ROOT = join(__dirname, "../../..");
const KEY = `pk_live_${Buffer.from("clerk.example.com$").toString("base64")}`;
const HEAD = `secretsprovider: awskms://alias/x
config:
  clerk-hasura:preset: production
  clerk-hasura:identity:
    publishableKey: ${KEY}
`;
const HASURA = `  clerk-hasura:hasura:
    corsDomains:
      - https://app.example.com
`;
const TEMPLATE = `  clerk-hasura:template:
    secretKey:
      secure: v1:ciphertext
`;
const SETTINGS = HEAD + HASURA + TEMPLATE;

describe("the graph of a checkout", function () {
  this.timeout(120_000);
  let checkout: string;
  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), "graph-"));
    for (const name of ["infra", "node_modules"])
      symlinkSync(join(ROOT, name), join(checkout, name));
    for (const name of ["package.json", "Pulumi.yaml"]) {
      copyFileSync(join(ROOT, name), join(checkout, name));
    }
  });
  afterEach(() => rmSync(checkout, { recursive: true, force: true }));

  function run(...args: string[]) {
    const main = ["--import", "tsx", "tools/ci/graph.ts", ...args];
    // Neither Pulumi nor Docker can be asked: nothing of this machine's is named.
    const env = { PATH: process.env.PATH ?? "", HOME: checkout };
    return spawnSync(process.execPath, main, { cwd: ROOT, encoding: "utf8", env });
  }

  function record(settings: string | undefined): string {
    if (settings !== undefined) writeFileSync(join(checkout, "Pulumi.live.yaml"), settings);
    const out = join(checkout, "graph.json");
    const { status, stderr } = run("--root", checkout, "--stack", "live", "--out", out);
    expect(stderr).to.equal("");
    expect(status).to.equal(0);
    return readFileSync(out, "utf8");
  }

  const graphOf = (text: string) => parseGraph(text).value ?? [];

  it("is the same each time, holds no secret, and shows what a setting changes", () => {
    const head = record(SETTINGS);
    expect(record(SETTINGS)).to.equal(head);
    expect(head).to.not.match(/standin|generated-|x{32}|-----BEGIN [A-Z]|ciphertext/);
    expect(head).to.include("clerkHasura:JwtTemplate").and.not.include(checkout);
    const base = record(SETTINGS.replace("https://app", "https://old"));
    const { changes } = graphDiff(graphOf(base), graphOf(head));
    const named = changes.map(({ name, action }) => `${action} ${name}`);
    expect(named).to.deep.equal(["replace backend-hasura-container"]);
  });

  it("shows that another image replaces the container that runs it", () => {
    const image = (tag: string) =>
      `${HEAD}${HASURA}    image: hasura/graphql-engine:${tag}\n${TEMPLATE}`;
    const [base, head] = ["v2.48.0", "v2.48.1"].map((tag) => graphOf(record(image(tag))));
    const { changes } = graphDiff(base ?? [], head ?? []);
    const replaced = changes.filter(({ action }) => action === "replace").map(({ name }) => name);
    expect(replaced).to.include.members(["backend-hasura-image", "backend-hasura-container"]);
  });

  it("is recorded of a stack with every secret, of which it only knows that they are there", () => {
    const secret = "{ secure: v1:ciphertext }";
    const postgres = `  clerk-hasura:postgres:
    external: { host: db.example.com, user: admin, password: ${secret} }\n`;
    for (const algorithm of ["RS256", "ES512", "Ed25519", "HS256"]) {
      const env = algorithm === "RS256" ? secret : `{ PAYMENT: ${secret} }`;
      const hasura = `${HASURA}    adminSecret: ${secret}\n    env: ${env}\n`;
      const signing = `${TEMPLATE}    signingKey: { algorithm: ${algorithm}, key: ${secret} }\n`;
      const text = record([HEAD, hasura, postgres, signing].join(""));
      expect(text).to.include("db.example.com");
      expect(text).to.not.match(/standin|x{32}|-----BEGIN [A-Z]|ciphertext/);
    }
  });

  it("is empty where the checkout has no such stack", () => {
    expect(graphOf(record(undefined))).to.deep.equal([]);
  });

  it("is refused in one line where the settings are wrong", () => {
    const file = join(checkout, "Pulumi.live.yaml");
    for (const [text, reason] of [
      ["config: [", /^error: Pulumi\.live\.yaml is not YAML/],
      ["config:\n  clerk-hasura:prt: 1\n", /^error: [^\n]*Stack "live"/],
    ] as const) {
      writeFileSync(file, text);
      const args = ["--root", checkout, "--stack", "live", "--out", join(checkout, "graph.json")];
      const { status, stderr } = run(...args);
      expect(stderr)
        .to.match(reason)
        .and.not.match(/\n\s+at /);
      expect(status).to.equal(1);
    }
    for (const args of [[], ["--out"], ["--frob"], ["--out", "f", "--stack", "a b"]]) {
      const { status, stderr } = run(...args);
      expect(stderr).to.match(/^error: [^\n]+\n$/);
      expect(status).to.equal(2);
    }
  });
});
