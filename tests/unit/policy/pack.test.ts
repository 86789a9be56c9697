import { join } from "node:path";
import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { POLICY_RULES } from "../../../policy/rules/policyRules";
import { type SentResource, type StartedPack, startPack } from "./startPack";

const ROOT = join(__dirname, "..", "..", "..");
/** What stands for a text that a preview does not know. */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

const urn = (type: string, stack = "shop", name = "it") =>
  `urn:pulumi:${stack}::clerk-hasura::clerk-hasura:index:ClerkHasura$${type}::${name}`;
const CONTAINER = "docker:index/container:Container";

const SOUND = {
  image: "hasura/graphql-engine:v2.50.10@sha256:".concat("a".repeat(64)),
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges"],
  memory: 1024,
  memorySwap: 1024,
  restart: "unless-stopped",
  logDriver: "json-file",
  logOpts: { "max-size": "10m" },
  healthcheck: { tests: ["CMD", "true"] },
  destroyGraceSeconds: 65,
  uploads: [
    {
      file: "/run/clerk-hasura/secrets.env",
      content: { ...SECRET, value: "HASURA_GRAPHQL_ADMIN_SECRET='x'" },
    },
  ],
  envs: [
    "HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS=false",
    "HASURA_GRAPHQL_CORS_DOMAIN=https://app.example.com",
    "HASURA_GRAPHQL_ENABLED_APIS=graphql,metadata",
    "HASURA_GRAPHQL_ENABLE_TELEMETRY=false",
  ],
  ports: [{ internal: 8080, external: 8080, ip: "127.0.0.1" }],
};

const engine = (over: SentResource["props"], stack?: string): SentResource => ({
  urn: urn(CONTAINER, stack),
  props: { ...SOUND, ...over },
});

for (const [where, cwd] of [
  ["its own folder", join(ROOT, "policy")],
  ["the checkout", ROOT],
] as const) {
  describe(`the policy pack, started in ${where}`, function () {
    // The SDK's runner loads a compiler first.
    this.timeout(120_000);
    let pack: StartedPack;

    before(async () => {
      pack = await startPack(cwd, join(ROOT, "policy"));
    });
    after(() => pack?.stop());

    it("has every rule, with its level, its remedy and what can be configured", async () => {
      const info = await pack.info();
      expect(info.getName()).to.equal("clerk-hasura");
      const found = info.getPoliciesList().map((it) => ({
        name: it.getName(),
        level: it.getEnforcementlevel(),
        remedy: it.getRemediationSteps(),
        settings: Object.keys(it.getConfigschema()?.getProperties()?.toJavaScript() ?? {}).sort(),
      }));
      const { ADVISORY, MANDATORY } = EnforcementLevel;
      expect(found).to.deep.equal(
        POLICY_RULES.map(({ name, level, remedy }) => ({
          name,
          level: level === "advisory" ? ADVISORY : MANDATORY,
          remedy,
          settings: ["engineAddresses", "environment"],
        })),
      );
    });

    it("says nothing of a sound engine", async () => {
      expect(await pack.analyze(engine({}))).to.deep.equal([]);
    });

    it("says what holds, what to do and what is wrong", async () => {
      const said = await pack.analyze(engine({ privileged: true }));
      expect(said).to.deep.equal([
        "no-privileged-container: no container is privileged; remove privileged, and add the one capability that is needed\nprivileged is true, which makes it root of the host",
      ]);
    });

    it("judges what is known beside what is not", async () => {
      const said = await pack.analyze(engine({ privileged: true, envs: UNKNOWN_TEXT }));
      expect(said.map((it) => it.split(":")[0]).sort()).to.deep.equal([
        "judged-at-the-update",
        "no-privileged-container",
      ]);
    });

    it("tells what a preview hides within a list or an object", async () => {
      const content = { ...SECRET, value: UNKNOWN_TEXT };
      const said = await pack.analyze(
        engine({
          uploads: [{ file: "/run/clerk-hasura/secrets.env", content }],
          envs: [...SOUND.envs, UNKNOWN_TEXT],
          ports: [{ internal: 8080, external: 8080, ip: UNKNOWN_TEXT }],
          healthcheck: { tests: ["CMD", UNKNOWN_TEXT] },
          privileged: UNKNOWN_TEXT,
        }),
      );
      expect(said).to.have.length(1);
      expect(said[0])
        .to.match(/^judged-at-the-update: /)
        .and.match(/: envs, healthcheck, ports, privileged, uploads$/);
    });

    it("knows what a stack of this checkout is for", async () => {
      const envs = [...SOUND.envs, "HASURA_GRAPHQL_ENABLE_CONSOLE=true"];
      expect(await pack.analyze(engine({ envs }, "dev"))).to.deep.equal([]);
      const [said, ...others] = await pack.analyze(engine({ envs }));
      expect(said).to.match(/^engine-console-off: /);
      expect(others).to.have.length(0);
    });

    it("sees protection", async () => {
      const volume = { urn: urn("docker:index/volume:Volume"), props: {} };
      expect(await pack.analyze({ ...volume, protect: true })).to.deep.equal([]);
      expect((await pack.analyze(volume)).join()).to.match(/^volume-protected: /);
    });

    it("judges the stack as a whole", async () => {
      const volumes = [{ volumeName: "data", containerPath: "/var/lib/postgresql/data" }];
      const servers = ["one", "two"].map((name) => ({
        urn: urn(CONTAINER, "shop", name),
        props: { volumes },
      }));
      expect(await pack.analyzeStack(servers.slice(1))).to.deep.equal([]);
      expect((await pack.analyzeStack(servers)).join()).to.contain("written by one and two");
    });

    it("is overruled by its configuration", async () => {
      const ports = [{ internal: 8080, external: 8080, ip: "0.0.0.0" }];
      expect((await pack.analyze(engine({ ports }))).join()).to.contain("nobody asked for");
      await pack.configure("engine-port-as-asked", { engineAddresses: ["0.0.0.0"] });
      expect(await pack.analyze(engine({ ports }))).to.deep.equal([]);
    });
  });
}
