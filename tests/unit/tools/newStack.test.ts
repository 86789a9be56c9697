import { existsSync } from "node:fs";
import { PassThrough } from "node:stream";
import { expect } from "chai";
import { askOnTerminal } from "../../../tools/commands/newStackQuestions";
import { UserError } from "../../../tools/setup/userError.mjs";
import { keyOf, NewStackTests } from "./newStackTests";

const LIVE = keyOf("live");
const SECRET = "sk_live_canary123";
const PRODUCTION = ["--publishable-key", LIVE, "--cors-domains", "https://app.example.com"];
const STORE = ["--backend", "s3://states", "--secrets-provider", "awskms://alias/states"];

describe("new-stack", () => {
  let tests: NewStackTests;
  beforeEach(() => {
    tests = new NewStackTests();
  });
  afterEach(() => tests.remove());

  it("makes a development stack of a name alone", async () => {
    const { calls, error, said } = await tests.run(["try", "--yes"]);
    expect(error).to.equal(undefined);
    expect(calls.map(({ args }) => args.join(" "))).to.deep.equal([
      "whoami",
      "stack init try --no-select",
      "config set --path preset development --stack try",
    ]);
    expect(said).to.include("npm run up -- --stack try").and.not.include("PULUMI_BACKEND_URL");
  });

  it("makes a production stack in an object store, and never shows its secret key", async () => {
    const { calls, error, said } = await tests.run(
      ["production", ...PRODUCTION, ...STORE, "--clerk-secret-key-file", tests.path("key")],
      { files: { key: `${SECRET}\n` } },
    );
    expect(error).to.equal(undefined);
    expect(calls.map(({ args }) => args.join(" "))).to.deep.equal([
      "whoami",
      "stack init production --no-select --secrets-provider awskms://alias/states",
      "config set --path preset production --stack production",
      `config set --path identity.publishableKey ${LIVE} --stack production`,
      "config set --path hasura.corsDomains[0] https://app.example.com --stack production",
      "config set --path postgres.protectData true --stack production",
      "config set --path --secret template.secretKey --stack production",
    ]);
    expect(calls.at(-1)?.input).to.equal(SECRET);
    expect(calls.every(({ env }) => env.PULUMI_BACKEND_URL === "s3://states")).to.equal(true);
    expect(JSON.stringify([calls.map(({ args, env }) => [args, env]), said])).to.not.include(
      SECRET,
    );
    expect(said).to.include("export PULUMI_BACKEND_URL='s3://states'");
  });

  it("gives staging the engine's production preset", async () => {
    const { calls } = await tests.run(["staging", ...PRODUCTION, ...STORE]);
    const presets = calls.filter(({ args }) => args[3] === "preset").map(({ args }) => args[4]);
    expect(presets).to.deep.equal(["production"]);
  });

  it("takes a telling name with the preset that goes with it", async () => {
    const presetOf = async (...args: string[]) => {
      const { calls, error } = await tests.run(args, { login: true });
      expect(error).to.equal(undefined);
      return calls.find(({ args: given }) => given[3] === "preset")?.args[4];
    };
    expect(await presetOf("prod", "--preset", "production", ...PRODUCTION)).to.equal("production");
    expect(await presetOf("live-copy", "--preset", "development")).to.equal("development");
    expect(await presetOf("try")).to.equal("development");
  });

  it("suggests no preset where the name could mean another one", async () => {
    const { asked, error } = await tests.run(["prod-eu"], { answers: {} });
    expect(asked[0]).to.equal("Preset (development, staging, production): ");
    expect(error?.message).to.match(/give --preset/);
    const answers = { Preset: "development" };
    expect((await tests.run(["prod-eu"], { answers })).error).to.equal(undefined);
  });

  it("takes [] for no website at all", async () => {
    const args = ["production", "--publishable-key", LIVE, "--cors-domains", "[]", ...STORE];
    const { calls, error } = await tests.run(args);
    expect(error).to.equal(undefined);
    const set = calls.find(({ args: given }) => given[3] === "hasura.corsDomains");
    expect(set?.args[4]).to.equal("[]");
  });

  it("asks only for what the flags leave open", async () => {
    const answers = {
      Name: "staging",
      publishable: LIVE,
      Websites: "https://a.example.com",
      Backend: "gs://states",
    };
    const { calls, asked, error } = await tests.run(
      ["--port", "9090", "--secrets-provider", "gcpkms://projects/p", "--schema", "hasura"],
      { answers },
    );
    expect(error).to.equal(undefined);
    const words = asked.map((question) => question.split(" ").slice(0, 3).join(" "));
    expect(words).to.deep.equal([
      "Name of the",
      "Preset (development, staging,",
      "Clerk's publishable key",
      "Websites that may",
      "Backend for its",
      "Port of Postgres",
    ]);
    expect(asked[1]).to.match(/\[staging\]: $/);
    const set = calls.filter(({ args }) => /port|schema/i.test(args[3] ?? ""));
    expect(set.map(({ args }) => args.slice(3, 5))).to.deep.equal([
      ["hasura.port", "9090"],
      ["postgres.port", "5432"],
      ["schema.path", "hasura"],
    ]);
  });

  it("takes the answer of a line, and an end of the input for a refusal", async () => {
    const asked = (text: string) => {
      const input = new PassThrough();
      // A line is answered before a terminal is closed.
      if (text === "") input.end();
      else input.write(text);
      return askOnTerminal("Name? ", { input, output: new PassThrough() });
    };
    expect(await asked("try\n")).to.equal("try");
    const error = await asked("").catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UserError);
    expect(String(error)).to.include("nothing was created");
  });

  it("asks nothing where nobody can answer, or nobody wants to be asked", async () => {
    const { asked } = await tests.run(["try", "--yes"], { answers: { Port: "9090" } });
    expect(asked).to.deep.equal([]);
  });

  it("uses a login, or the backend of the environment, where no backend is given", async () => {
    const cloud = await tests.run(["production", ...PRODUCTION], { login: true });
    expect(cloud.error).to.equal(undefined);
    expect(cloud.calls[0]?.env).to.not.have.property("PULUMI_BACKEND_URL");
    const named = await tests.run(["acme/staging", ...PRODUCTION], {
      env: { PULUMI_BACKEND_URL: "https://api.pulumi.com" },
    });
    expect(named.error).to.equal(undefined);
  });

  it("leaves nothing behind where a setting cannot be written", async () => {
    const { calls, error } = await tests.run(["try"], {
      fails: ["config set", "error: incorrect passphrase\n"],
    });
    expect(error?.message).to.equal(
      "stack try was not created: incorrect passphrase; set PULUMI_CONFIG_PASSPHRASE_FILE to the right file",
    );
    expect(calls.at(-1)?.args).to.deep.equal(["stack", "rm", "try", "--yes"]);
    expect(existsSync(tests.path("Pulumi.try.yaml"))).to.equal(false);
  });

  it("never removes a stack that was there before", async () => {
    const { calls } = await tests.run(["try"], {
      fails: ["stack init", "error: stack 'organization/clerk-hasura/try' already exists\n"],
    });
    expect(calls.map(({ args }) => args[1])).to.not.include("rm");
  });
});
