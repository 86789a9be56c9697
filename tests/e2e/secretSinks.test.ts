import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  type Canary,
  canariesIn,
  canaryValue,
  everySecret,
  type SecretSubject,
  withoutChange,
} from "./support/canaries";
import { startClerk } from "./support/clerk";
import { DockerEvents, docker } from "./support/docker";
import { runProcess } from "./support/runProcess";
import { SECRET_FAILURES, valueAmong } from "./support/secretFailures";
import { SECRET_PLACES } from "./support/secretPlaces";
import { Sinks, textBelow } from "./support/sinks";
import { TestStack } from "./support/testStack";

const UP = ["up", "--yes", "--skip-preview", "--diff"];

const textOf = ({ value }: Canary) => value;

/** A stack that has every secret of the program: given ones, and generated passwords. */
async function makeSubject(): Promise<SecretSubject> {
  const host = `clerk.e2e-${randomBytes(4).toString("hex")}.test`;
  const clerk = await startClerk(`chtest-e2e-sinks-${process.pid}`, host);
  const [adminSecret, variable, key] = ["Admin", "Variable", "Key"].map(canaryValue);
  const { plain, secret } = clerk.templateSettings;
  const config = {
    plain: { ...plain, "template.signingKey.algorithm": "HS256", probe: "true" },
    secret: {
      ...secret,
      "hasura.adminSecret": `${adminSecret}`,
      "hasura.env": JSON.stringify({ APP_CANARY: `${variable}"` }),
      "template.signingKey.key": `${key}`,
    },
  };
  const stack = await TestStack.create(config).catch(async (error) => {
    await clerk.stop();
    throw error;
  });
  stack.variables.CLERK_HASURA_RETRY_MS = "10";
  const given = [
    { what: "the admin secret", value: `${adminSecret}` },
    { what: "the variable", value: `${variable}"` },
    { what: "Clerk's secret key", value: clerk.place.secretKey },
  ];
  const change = { plain: { "hasura.corsDomains": '["https://app.example.com"]' } };
  const stop = async () => {
    await stack.cleanUp();
    await clerk.stop();
  };
  return { stack, config, given, change, stop };
}

describe("the secrets of a stack, at every place that can be looked at", function () {
  this.timeout(300_000);
  let subject: SecretSubject;
  let stack: TestStack;
  let sinks: Sinks;
  let events: DockerEvents;
  let canaries: Canary[];

  before(async () => {
    subject = await makeSubject();
    ({ stack } = subject);
    sinks = new Sinks(stack);
    events = await DockerEvents.record(stack.prefix);
    await sinks.demand("preview", "--diff");
    await sinks.demand(...UP);
    canaries = await everySecret(subject);
  });
  after(async () => {
    await events?.stop();
    await subject?.stop();
  });

  const nothingSeen = () => expect(sinks.leaks(canaries)).to.deep.equal([]);
  const tool = async (...args: string[]) =>
    sinks.add(args.join(" "), (await stack.tool(...args)).text);

  it("are known to the test", () => {
    expect(canaries.length).to.be.at.least(9);
    for (const { what, value } of canaries) expect(value.length, what).to.be.at.least(32);
  });

  for (const { where, reason, holds, read } of SECRET_PLACES) {
    it(`are in ${where}, because ${reason}`, async () => {
      const text = await read(stack);
      const found = canariesIn(text, canaries);
      if (holds === "any") return expect(found).to.not.deep.equal([]);
      // One value may have two names: a generated password is known by its resource too.
      const values = new Set(canaries.filter(({ what }) => holds.includes(what)).map(textOf));
      expect(found.map(({ what }) => what)).to.include.members([...holds]);
      expect(new Set(found.map(textOf))).to.deep.equal(values);
      return undefined;
    });
  }

  it("are not in texts, event logs and command lines of the first preview and up", nothingSeen);

  it("are not in those of a change and a refresh", async () => {
    await stack.configure(subject.change);
    await sinks.demand("preview", "--diff", "--show-replacement-steps");
    await sinks.demand("preview", "--json", "--diff");
    await sinks.demand(...UP, "--show-reads", "--show-sames");
    await sinks.demand("refresh", "--yes", "--skip-preview", "--diff");
    nothingSeen();
  });

  it("are not in a report of a change of the secrets themselves", async () => {
    const secret = {
      "hasura.adminSecret": canaryValue("Second"),
      "template.signingKey.key": canaryValue("Second"),
    };
    await stack.configure({ secret });
    const report = ["--import", "tsx", "report/main.ts", "--stack", stack.name];
    const page = join(stack.directory, "report.html");
    for (const flags of [[], ["--html", page]]) {
      const options = { cwd: stack.checkout, env: stack.env, timeoutMs: 120_000 };
      const { code, text } = await runProcess(process.execPath, [...report, ...flags], options);
      expect(code, text).to.equal(0);
      if (flags.length === 0) sinks.add("the report", text);
    }
    sinks.add("the page of the report", readFileSync(page, "utf8"));
    canaries.push(
      ...Object.entries(secret).map(([what, value]) => ({ what: `new ${what}`, value })),
    );
    nothingSeen();
    await stack.configure(withoutChange(subject.config, { secret }));
  });

  it("are not in what the doctor, the policies and up by npm say", async () => {
    await tool("doctor");
    await tool("doctor", "--json");
    await tool("policy");
    await tool("up");
    nothingSeen();
  });

  it("are not in what Docker tells: events, differences, images", async () => {
    for (const name of (await stack.objects()).containers) {
      sinks.add(`docker inspect ${name}`, await docker(["inspect", "--size", name]));
      sinks.add(`docker diff ${name}`, await docker(["diff", name]));
    }
    await sinks.containers();
    sinks.add("docker ps", await docker(["ps", "--all", "--no-trunc"]));
    sinks.add("docker events", JSON.stringify(events.all));
    nothingSeen();
  });

  for (const failure of SECRET_FAILURES) {
    const { what, told, args = UP, config, variables = {}, arrange, restore } = failure;
    it(`are not in what is told of ${what}`, async () => {
      const value = valueAmong(canaries);
      const change = config?.(value) ?? {};
      await stack.configure(change);
      await arrange?.(subject, value);
      Object.assign(stack.variables, variables);
      const failed = await sinks.pulumi(...args);
      await sinks.containers();
      for (const name of Object.keys(variables)) delete stack.variables[name];
      await restore?.(subject, value);
      await stack.configure(withoutChange(subject.config, change));
      expect(failed.code, failed.text).to.not.equal(0);
      expect(failed.text).to.match(told);
      nothingSeen();
    });
  }

  it("are not in what the doctor says of an engine that is gone", async () => {
    await docker(["rm", "--force", stack.engineContainer]).catch(() => "");
    const { code, text } = await stack.tool("doctor");
    expect(code, text).to.not.equal(0);
    sinks.add("doctor", text);
    nothingSeen();
  });

  it("are not in a destroy, nor plain in the state's files and their history", async () => {
    await sinks.demand("state", "unprotect", "--all", "--yes");
    await sinks.demand("destroy", "--yes", "--skip-preview");
    sinks.add("the state's files and their history", textBelow(stack.state));
    sinks.add("stack history", (await stack.demand(["stack", "history", "--full-dates"])).text);
    nothingSeen();
  });
});
