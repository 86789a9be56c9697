import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type PropertyValue, plain, secret } from "../../../airgap/doubles/plugin/propertyValue";
import { failureOf } from "../../../airgap/doubles/plugin/providerClient";
import * as surface from "../../../infra";
import { packageSchema, SCHEMA_FILE } from "../../../tools/package/schema";
import { recordGraph } from "../../support/recordGraph";
import { ROOT } from "./packedPackage";
import { PluginHost, type ScriptedMonitor, startMonitor } from "./pluginHost";

const KEY = "k".repeat(40);

function identityWith(key: PropertyValue): PropertyValue {
  return { signingKey: { algorithm: "HS256", key } };
}

/** A secret inside of an argument, as the engine hands it to a component. */
function outputValue(value: PropertyValue): PropertyValue {
  const signature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
  return { "4dabf18193072939515e22adb298388d": signature, value, secret: true, dependencies: [] };
}

function published(): string {
  return readFileSync(join(ROOT, SCHEMA_FILE), "utf8");
}

describe("the schema", () => {
  it("in docs is current; write it by: node --import tsx tools/package/schema.ts --write", async () => {
    expect(published()).to.equal(await packageSchema());
  }).timeout(60_000);
});

describe("the component in any language", function () {
  this.timeout(120_000);
  let monitor: ScriptedMonitor;
  let host: PluginHost;
  before(async () => {
    monitor = await startMonitor();
    host = await PluginHost.start(`127.0.0.1:${monitor.port}`);
  });
  after(() => {
    host.stop();
    monitor.close();
  });

  it("has the schema that docs show, told by the host that PulumiPlugin.yaml asks for", async () => {
    const plugin = readFileSync(join(ROOT, "plugin", "PulumiPlugin.yaml"), "utf8");
    expect(plugin).to.equal("runtime: nodejs\n");
    expect(await host.schema()).to.deep.equal(JSON.parse(published()));
  });

  it("is constructed as a program in TypeScript would, secrets inside its arguments included", async () => {
    monitor.registered.length = 0;
    const identity = identityWith(outputValue(KEY));
    const state = await host.construct("ClerkHasura", "api", {
      preset: "development",
      identity,
    });
    const graph = await recordGraph(() => {
      const signingKey = { algorithm: surface.SigningAlgorithm.HS256, key: KEY };
      const { Preset, ClerkHasura } = surface;
      new ClerkHasura("api", { preset: Preset.Development, identity: { signingKey } });
    });
    const expected = graph.map(({ type, name }) => `${type} ${name}`);
    expect([...monitor.registered].sort()).to.deep.equal(expected.sort());
    expect(state.endpoint).to.equal("http://127.0.0.1:8080/v1/graphql");
    const jwtSecret = plain(state.jwtSecret ?? "");
    expect(state.jwtSecret).to.deep.equal(secret(jwtSecret));
    expect(JSON.parse(String(jwtSecret))).to.deep.include({ type: "HS256", key: KEY });
    for (const name of ["adminSecret", "databaseUrl"]) {
      expect(state[name], name).to.deep.equal(secret(plain(state[name] ?? "")));
    }
  });

  it("tells every problem of its arguments at once, without a secret", async () => {
    const refused = await failureOf(
      host.construct("ClerkHasura", "api", {
        preset: "development",
        identity: { ...(identityWith("canary") as object), defaultRole: "admin" },
        hasura: { port: 0 },
      }),
    );
    const paths = [...refused.matchAll(/^ {2}- ([A-Za-z.]+):/gm)].map(([, path]) => path);
    expect(paths).to.deep.equal(["hasura.port", "identity.signingKey.key", "identity.defaultRole"]);
    expect(refused).to.not.include("canary");
  });

  for (const name of ["ClerkJwtTemplate", "ClerkSigningKey", "HasuraCloud"]) {
    it(`constructs ${name} too`, async () => {
      const inputs: Record<string, Record<string, PropertyValue>> = {
        ClerkJwtTemplate: { secretKey: secret("sk_test_canaryCanaryCanary1") },
        ClerkSigningKey: {},
        HasuraCloud: { identity: { frontendApi: "clerk.example.com" } },
      };
      const state = await host.construct(name, "other", inputs[name] ?? {});
      expect(Object.keys(state)).to.not.deep.equal([]);
    });
  }
});
