import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { HasuraCloud as CloudDouble } from "../../airgap/doubles/hasuraCloud/hasuraCloud";
import { type Canary, canaryValue, everySecret, type SecretSubject } from "./support/canaries";
import { startOwnServer } from "./support/ownServer";
import { runProcess } from "./support/runProcess";
import { Sinks, textBelow } from "./support/sinks";
import { TestStack } from "./support/testStack";

const UP = ["up", "--yes", "--skip-preview", "--diff"];

/** A stack, its secrets, and a way to make its next update fail. */
interface Elsewhere extends SecretSubject {
  secrets(): Promise<Canary[]>;
  /** Makes the next `up` fail; answers what has to be told, and how to mend it. */
  breaks(): Promise<{ told: RegExp; mend(): Promise<void> }>;
}

async function onExternalServer(): Promise<Elsewhere> {
  const server = await startOwnServer(`chtest-e2e-sinks-${process.pid}`);
  const plain = {
    "postgres.external.host": "127.0.0.1",
    "postgres.external.port": `${server.port}`,
    "postgres.external.engineHost": server.name,
    "postgres.external.enginePort": "5432",
    "postgres.external.user": server.user,
    // The port is on loopback and the network is the test's own.
    "postgres.external.sslMode": "disable",
    "hasura.networks": JSON.stringify([server.name]),
  };
  const config = { plain, secret: { "postgres.external.password": server.password } };
  const stack = await TestStack.create(config);
  const subject: SecretSubject = {
    stack,
    config,
    given: [{ what: "the external password", value: server.password }],
    change: { plain: { "hasura.corsDomains": '["https://app.example.com"]' } },
    stop: async () => {
      await stack.cleanUp();
      await server.stop();
    },
  };
  const setPassword = (to: string) =>
    server.asOwner(`alter role ${server.user} password '${to}'`).then(() => undefined);
  return {
    ...subject,
    secrets: () => everySecret(subject),
    breaks: async () => {
      await setPassword("another");
      await stack.configure({ plain: { "postgres.extensions": '["dblink"]' } });
      return { told: /password authentication/, mend: () => setPassword(server.password) };
    },
  };
}

async function onCloud(): Promise<Elsewhere> {
  const [token = "", adminSecret = "", payment = ""] = ["Token", "Admin", "Pay"].map(canaryValue);
  const cloud = await CloudDouble.start(token);
  const plain = {
    publishableKey: `pk_live_${Buffer.from("clerk.example.com$").toString("base64")}`,
    projectId: cloud.tenants.add({}),
    apiUrl: cloud.url,
  };
  const env = JSON.stringify({ PAYMENT_KEY: payment });
  const config = { plain, secret: { token, adminSecret, env } };
  const stack = await TestStack.create(config, { folder: "examples/hasuraCloud" });
  stack.variables.CLERK_HASURA_RETRY_MS = "10";
  const given = [
    { what: "the token", value: token },
    { what: "the admin secret", value: adminSecret },
    { what: "the variable", value: payment },
  ];
  return {
    stack,
    config,
    given,
    change: { plain: { unauthorizedRole: "guest" } },
    stop: async () => {
      await stack.cleanUp();
      await cloud.stop();
    },
    secrets: async () => {
      const { jwtSecret } = await stack.outputs();
      return [...given, { what: "the JWT secret", value: jwtSecret }];
    },
    breaks: async () => {
      await stack.configure({ plain: { unauthorizedRole: "other" } });
      const body = `no ${token}, no ${encodeURIComponent(adminSecret)}, no ${payment}`;
      cloud.fail({ kind: "status", status: 400, body });
      return { told: /Hasura Cloud/, mend: async () => undefined };
    },
  };
}

const SUBJECTS: [string, () => Promise<Elsewhere>][] = [
  ["a stack on an external server", onExternalServer],
  ["a project of Hasura Cloud", onCloud],
];

for (const [title, make] of SUBJECTS) {
  describe(`the secrets of ${title}, at every place that can be looked at`, function () {
    this.timeout(300_000);
    let subject: Elsewhere;
    let sinks: Sinks;
    let canaries: Canary[];

    before(async () => {
      subject = await make();
      sinks = new Sinks(subject.stack);
      await sinks.demand("preview", "--diff");
      await sinks.demand(...UP);
      canaries = await subject.secrets();
    });
    after(() => subject?.stop());

    const nothingSeen = () => expect(sinks.leaks(canaries)).to.deep.equal([]);

    it("are known to the test", () => {
      expect(canaries.length).to.be.at.least(4);
      for (const { what, value } of canaries) expect(value.length, what).to.be.at.least(32);
    });

    it("are not in texts, event logs and command lines of a preview and an up", nothingSeen);

    it("are not in those of a change, nor in its report", async () => {
      const { stack, change } = subject;
      await stack.configure(change);
      const { stdout } = await sinks.demand("preview", "--json", "--diff");
      const file = join(stack.directory, "preview.json");
      writeFileSync(file, stdout);
      const report = ["--import", "tsx", "report/main.ts", "--file", file];
      const options = { cwd: stack.checkout, env: stack.env, timeoutMs: 120_000 };
      const { code, text } = await runProcess(process.execPath, report, options);
      expect(code, text).to.equal(0);
      sinks.add("the report", text);
      await sinks.demand(...UP);
      await sinks.demand("refresh", "--yes", "--skip-preview", "--diff");
      nothingSeen();
    });

    it("are not in what is told of an update that fails", async () => {
      const { told, mend } = await subject.breaks();
      const failed = await sinks.pulumi(...UP);
      await mend();
      expect(failed.code, failed.text).to.not.equal(0);
      expect(failed.text).to.match(told);
      nothingSeen();
    });

    it("are not in a destroy, nor plain in the state's files and their history", async () => {
      const { stack } = subject;
      sinks.add("stack export", (await stack.demand(["stack", "export"])).stdout);
      await sinks.demand("state", "unprotect", "--all", "--yes");
      await sinks.demand("destroy", "--yes", "--skip-preview");
      sinks.add("the state's files and their history", textBelow(stack.state));
      nothingSeen();
    });
  });
}
