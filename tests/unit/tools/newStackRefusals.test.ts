import { expect } from "chai";
import { keyOf, NewStackTests, type Situation } from "./newStackTests";

const TEST = keyOf("test");
const LIVE = keyOf("live");
const CORS = ["--cors-domains", "https://app.example.com"];
const SOUND = ["--publishable-key", LIVE, ...CORS];
const KEY = ["--clerk-secret-key-file"];

/** What is said, in which situation, and the one line that has to come of it. */
const MISUSES: [string[], Situation, RegExp][] = [
  [[], {}, /the stack has no name/],
  [["a", "b"], {}, /new-stack does not take "b"; allowed: NAME/],
  [["try", "--frob", "x"], {}, /does not take "--frob"; allowed: NAME/],
  [["try", "--port"], {}, /--port/],
  [["try", "--port="], {}, /--port needs a value/],
  [["try", "--yes=no"], {}, /--yes/],
  [["try", "--preset", "staging", "--preset", "production"], {}, /--preset is given twice/],
  [["try", "--port", "-1"], {}, /--port/],
  [["a b"], {}, /is not a stack name/],
  [["-x"], {}, /does not take "-x"/],
  [["../try"], {}, /is not a stack name/],
  [["a".repeat(101)], {}, /up to 100 letters/],
  [["try/"], {}, /is not a stack name/],
  [["acme/try"], {}, /an organization, which only Pulumi Cloud supports/],
  [["try"], { files: { "Pulumi.try.yaml": "" } }, /Pulumi\.try\.yaml exists already/],
  [["try", "--preset", "prod"], {}, /--preset is "prod"; allowed: development, staging, prod/],
  [["production", "--preset", "development"], {}, /would be misleading/],
  [["live", "--preset", "production", ...CORS], { login: true }, /^--publishable-key: is not set/],
  [
    ["production", "--publishable-key", TEST, ...CORS],
    { login: true },
    /^--publishable-key: is of a development instance/,
  ],
  [
    ["staging", "--publishable-key", TEST, ...CORS],
    { login: true },
    /^--publishable-key: is of a development instance/,
  ],
  [["try", "--publishable-key", LIVE], {}, /shows internal errors and the console/],
  [["try", "--publishable-key", "pk_live_!"], {}, /^--publishable-key: /],
  [["try", "--publishable-key", "sk_live_canary"], {}, /^--publishable-key: .*secret key/],
  [["production", "--publishable-key", LIVE], { login: true }, /^--cors-domains: is not set/],
  [["try", "--cors-domains", "app.example.com/x"], {}, /^--cors-domains: "app\.example\.com\/x"/],
  [
    ["production", "--publishable-key", LIVE, "--cors-domains", "*"],
    { login: true },
    /lets every website call/,
  ],
  [["production", ...SOUND], {}, /needs a backend that outlives this checkout/],
  [["try", "--backend", "ftp://canary"], {}, /--backend names no backend/],
  [["try"], { env: { PULUMI_BACKEND_URL: "canary" } }, /PULUMI_BACKEND_URL names no backend/],
  [
    ["try", "--backend", "s3://me:canary@states", "--secrets-provider", "awskms://k"],
    {},
    /--backend holds a user or a password/,
  ],
  [["try", "--secrets-provider", "vault"], {}, /--secrets-provider is not known/],
  [["try", "--backend", "s3://states"], {}, /no passphrase to encrypt the stack's secrets/],
  [["try", "--port", "0"], {}, /^--port: 0 is out of bounds/],
  [["try", "--port", "65536"], {}, /^--port: 65536 is out of bounds/],
  [["try", "--postgres-port", "1e3"], {}, /^--postgres-port: cannot be read/],
  [["try", "--port", "5432"], {}, /^--postgres-port: is 5432 like hasura\.port/],
  [["try", "--schema", "/srv/schema"], {}, /^--schema: "\/srv\/schema" is outside the program's/],
  [["try", "--schema", "no-such-folder"], {}, /^--schema: "no-such-folder" is missing/],
  [["try", ...KEY, "no-such-file"], {}, /--clerk-secret-key-file cannot be read/],
];

/** Names that a person gives to a stack of the one kind and would not expect to be of the other. */
const TELLING = ["prod", "prod-eu", "live", "Production", "production-eu", "stage", "acme/PROD"];

/** What Pulumi says, and what a person has to be told. */
const FAILURES: [string, string, RegExp][] = [
  ["stack init", "error: stack 'organization/p/try' already exists\n", /choose another name/],
  [
    "whoami",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n",
    /login of the backend is missing or expired/,
  ],
  ["whoami", "error: getting user: [401] Unauthorized\n", /missing or expired/],
  [
    "whoami",
    'error: unable to open state directory "file:///nope": stat /nope: no such file or directory\n',
    /the backend cannot be reached/,
  ],
  [
    "whoami",
    'error: performing HTTP request: Get "https://u:canary@b.example.com/api?t=canary": connection refused\n',
    /the backend cannot be reached/,
  ],
  [
    "stack init",
    "SDK WARN falling back\nerror: could not create secrets manager for new stack: KMS: Encrypt\n",
    /check --secrets-provider/,
  ],
  ["stack init", "error: something unforeseen\nstack trace\n", /something unforeseen; correct/],
];

describe("new-stack refuses", () => {
  let tests: NewStackTests;
  beforeEach(() => {
    tests = new NewStackTests();
  });
  afterEach(() => tests.remove());

  for (const [args, situation, reason] of MISUSES) {
    const where = JSON.stringify(situation) === "{}" ? "" : ` with ${JSON.stringify(situation)}`;
    it(`\`${args.join(" ").slice(0, 70)}\`${where}, before anything is made`, async () => {
      const { error, calls } = await tests.run(args, situation);
      expect(error?.message)
        .to.match(reason)
        .and.not.match(/canary|\n/);
      expect(error?.exitCode).to.equal(2);
      expect(calls).to.deep.equal([]);
    });
  }

  for (const name of TELLING) {
    for (const more of [["--yes"], ["--yes", ...SOUND]]) {
      it(`to guess the preset of ${name}${more.length > 1 ? " beside a live key" : ""}`, async () => {
        const { error, calls } = await tests.run([name, ...more], { login: true });
        expect(error?.message).to.match(
          /^the name does not say which preset to use; give --preset production, staging or development$/,
        );
        expect(error?.exitCode).to.equal(2);
        expect(calls).to.deep.equal([]);
      });
    }
  }

  for (const [command, text, reason] of FAILURES) {
    it(`in one line where Pulumi says: ${text.split("\n")[0]?.slice(0, 60)}`, async () => {
      const { error } = await tests.run(["try"], { fails: [command, text] });
      expect(error?.message)
        .to.match(/^stack try was not created: /)
        .and.match(reason);
      expect(error?.message).to.not.match(/canary|\n/);
      expect(error?.exitCode).to.equal(1);
    });
  }

  for (const [preset, content, reason] of [
    ["development", "pk_test_canary", /^--clerk-secret-key-file: .*publishable key/],
    ["development", "", /^--clerk-secret-key-file: is empty/],
    ["development", "sk_live_canary", /^--clerk-secret-key-file: .*sk_test_/],
    ["production", "sk_test_canary", /^--clerk-secret-key-file: .*sk_live_/],
  ] as const) {
    it(`a file with ${content.slice(0, 7) || "nothing"} for ${preset}`, async () => {
      const args =
        preset === "production" ? ["production", ...SOUND] : ["try", "--publishable-key", TEST];
      const situation = { login: true, files: { key: content } };
      const { error, calls } = await tests.run([...args, ...KEY, tests.path("key")], situation);
      expect(error?.message).to.match(reason).and.not.include("canary");
      expect(calls).to.deep.equal([]);
    });
  }

  it("everything at once, one line for each mistake", async () => {
    const { error } = await tests.run(["a b", "--port", "x", "--backend", "x"]);
    expect(error?.message.split("\nerror: ")).to.have.length(3);
  });
});
