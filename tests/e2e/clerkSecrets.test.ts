import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Canary, leaksIn } from "./support/canaries";
import { startClerk } from "./support/clerk";
import { containerLogs, docker } from "./support/docker";
import { commandLinesDuring } from "./support/runProcess";
import { textBelow } from "./support/sinks";
import type { TestClerk } from "./support/testClerk";
import { type StackConfig, TestStack } from "./support/testStack";

const ALGORITHM = "template.signingKey.algorithm";
const UP = ["up", "--yes", "--skip-preview"];

/** A secret as a whole, and a line out of its middle where it has several. */
function canariesOf(what: string, value: string): Canary[] {
  const [, second] = value.split("\n");
  return [{ what, value }, ...(second ? [{ what: `a line of ${what}`, value: second }] : [])];
}

interface Exported {
  deployment: { resources: { type: string; outputs?: Record<string, unknown> }[] };
}

describe("the secrets of a template as code", function () {
  this.timeout(300_000);
  let clerk: TestClerk;
  let stack: TestStack;
  const canaries: Canary[] = [];

  before(async () => {
    const host = `clerk.e2e-${randomBytes(4).toString("hex")}.test`;
    clerk = await startClerk(`chtest-e2e-secrets-${process.pid}`, host);
    await clerk.addUsers("user_1");
    canaries.push(...canariesOf("the secret key", clerk.place.secretKey));
    stack = await TestStack.create(clerk.templateSettings);
    stack.variables.CLERK_HASURA_RETRY_MS = "10";
  });
  after(async () => {
    await stack?.cleanUp();
    await clerk?.stop();
  });

  const expectNone = (text: string, where: string) => {
    expect(text.length, `${where} is not empty`).to.be.greaterThan(0);
    expect(leaksIn(text, canaries), where).to.deep.equal([]);
  };

  /** The key of the template's own out of the state, in plain. */
  async function signingKey(): Promise<string> {
    const { stdout } = await stack.demand(["stack", "export", "--show-secrets"]);
    const { resources } = (JSON.parse(stdout) as Exported).deployment;
    const template = resources.find(({ type }) => type.endsWith("clerkHasura:JwtTemplate"));
    const { plaintext } = (template?.outputs?.signingKey ?? {}) as { plaintext?: string };
    return plaintext === undefined ? "" : String(JSON.parse(plaintext));
  }

  /** Previews, brings up and looks at what each said; then the key that now signs is known, and all is looked at again. */
  async function becomes(what: string, config: StackConfig): Promise<void> {
    await stack.configure(config);
    const texts: Record<string, string> = {};
    const say = async (flags: string[]) => {
      texts[`pulumi ${flags.join(" ")}`] = (await stack.demand(flags, 240_000)).text;
    };
    await say(["preview", "--diff"]);
    await say(["preview", "--json", "--diff", "--show-replacement-steps"]);
    texts["the command lines"] = await commandLinesDuring(say([...UP, "--diff"]));
    const key = await signingKey();
    expect(key.length, `${what} is known to the test`).to.be.at.least(64);
    canaries.push(...canariesOf(what, key));
    await say(["preview", "--diff"]);
    await say(["refresh", "--yes", "--skip-preview", "--diff"]);
    for (const [where, text] of Object.entries(texts)) expectNone(text, where);
  }

  it("are nowhere in what is said of a generated shared key", () =>
    becomes("the shared key", { plain: { [ALGORITHM]: "HS256" } }));

  it("are nowhere in what is said of a generated pair", () =>
    becomes("the generated private key", { plain: { [ALGORITHM]: "RS256" } }));

  it("are nowhere in what is said of a rotation", () =>
    becomes("the rotated private key", { plain: { "template.signingKey.rotation": "second" } }));

  it("are nowhere in what is said of a supplied key, which is the one that signs", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    canaries.push(...canariesOf("the supplied key", pem));
    await becomes("the key in use", {
      plain: { [ALGORITHM]: "ES256" },
      secret: { "template.signingKey.key": pem },
      absent: ["template.signingKey.rotation"],
    });
    expect((await signingKey()).trim()).to.equal(pem.trim());
    const { stdout } = await stack.demand(["stack", "export", "--show-secrets"]);
    expect(leaksIn(stdout, canaries), "found where they have to be").to.include.members([
      "the secret key plain",
      "a line of the supplied key plain",
    ]);
  });

  it("are not in the outputs that anyone may see, nor plain in the state and the settings", async () => {
    for (const flags of [[], ["--json"], ["--shell"]]) {
      const { text } = await stack.demand(["stack", "output", ...flags]);
      expectNone(text, `stack output ${flags.join(" ")}`);
    }
    expectNone((await stack.demand(["stack", "export"])).stdout, "stack export");
    expectNone(textBelow(stack.state), "the backend's files");
    const settings = readFileSync(join(stack.checkout, `Pulumi.${stack.name}.yaml`), "utf8");
    expectNone(settings, "the stack's settings");
    expectNone(JSON.stringify(await stack.outputs()), "the outputs, secret ones in plain");
  });

  it("are not in what the doctor says, not even with the secret key in its hands", async () => {
    const { secretKey, apiUrl } = clerk.place;
    Object.assign(stack.variables, { CLERK_SECRET_KEY: secretKey, CLERK_API_URL: apiUrl });
    const fetched = ["--user", "user_1", "--template", "hasura"];
    for (const flags of [[], fetched, ["--json", ...fetched]]) {
      const { code, text } = await stack.tool("doctor", ...flags);
      expect(code, text).to.equal(0);
      expectNone(text, `doctor ${flags.join(" ")}`);
    }
  });

  it("are not in what Docker tells of the stack", async () => {
    for (const name of (await stack.objects()).containers) {
      expectNone(await docker(["inspect", name]), `docker inspect ${name}`);
      expectNone(await containerLogs(name), `docker logs ${name}`);
      expectNone(await docker(["top", name, "-eo", "pid,args"]), `the processes of ${name}`);
    }
  });

  const faults = [
    { kind: "status", status: 401, message: "refused" },
    { kind: "status", status: 503, message: "refused" },
    { kind: "truncate" },
    { kind: "brokenJson" },
  ] as const;
  for (const fault of faults) {
    it(`are not in what is said of an up that meets ${Object.values(fault).join(" ")}`, async () => {
      await stack.configure({ plain: { "template.lifetimeSeconds": "3600" } });
      await clerk.fault({ ...fault, path: "/v1/jwt_templates*", count: 0 });
      const failed = await stack.pulumi([...UP, "--diff"], 240_000);
      await clerk.clearFaults();
      expect(failed.code, failed.text).to.not.equal(0);
      expectNone(failed.text, "the text of a failed up");
    });
  }

  it("are not in what is said where Clerk repeats them in its own words", async () => {
    const { secretKey } = clerk.place;
    const message = `the key ${secretKey} with ${await signingKey()} may not`;
    await clerk.fault({
      kind: "status",
      status: 422,
      message,
      path: "/v1/jwt_templates*",
      count: 0,
    });
    const failed = await stack.pulumi(UP, 240_000);
    await clerk.clearFaults();
    expect(failed.text).to.contain("may not");
    expectNone(failed.text, "the text of a failed up");
  });
});
