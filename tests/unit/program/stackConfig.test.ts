import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { ClerkHasuraArgs } from "../../../infra";
import { stackConfig } from "../../../infra/program/stackConfig";
import { resolvedValue } from "../../support/recordGraph";
import { configOf } from "../../support/stackSettings";

const HOST = "clerk.example.com";

async function read(settings: Record<string, unknown>): Promise<ClerkHasuraArgs> {
  const mocks = { call: () => ({}), newResource: () => ({ id: "", state: {} }) };
  await pulumi.runtime.setMocks(mocks, "shop", "test");
  const named = Object.entries(configOf(settings)).map(([key, value]) => [`shop:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(named));
  try {
    return stackConfig();
  } finally {
    pulumi.runtime.setAllConfig({});
  }
}

const refusalOf = async (settings: Record<string, unknown>) =>
  String(
    await read(settings).then(
      () => "",
      (error: unknown) => error,
    ),
  );

describe("the configuration of a stack", () => {
  const launcher: Record<string, string | undefined> = {};
  before(() => {
    for (const name of ["CLERK_HASURA_ENGINE_IMAGE", "CLERK_HASURA_POSTGRES_IMAGE"]) {
      launcher[name] = process.env[name];
      delete process.env[name];
    }
  });
  after(() => {
    for (const [name, value] of Object.entries(launcher)) {
      if (value !== undefined) process.env[name] = value;
    }
  });

  it("is the component's arguments", async () => {
    const settings = { preset: "development", "identity.frontendApi": HOST, "hasura.port": "8081" };
    expect(await read(settings)).to.deep.equal({
      preset: "development",
      identity: { frontendApi: HOST },
      hasura: { port: 8081 },
    });
  });

  it("marks secrets, and nothing beside them", async () => {
    const settings = { preset: "development", "hasura.env": { A: "b" }, "hasura.port": 8081 };
    const { hasura } = await read({ ...settings, "hasura.adminSecret": "s".repeat(40) });
    for (const value of [hasura?.env, hasura?.adminSecret]) {
      const marked = pulumi.output<unknown>(value);
      expect(await pulumi.isSecret(marked as pulumi.Output<string>)).to.equal(true);
    }
    expect(await resolvedValue(pulumi.unsecret(pulumi.output(hasura?.env)))).to.deep.equal({
      A: "b",
    });
    expect(hasura?.port).to.equal(8081);
  });

  it("takes images of a machine without an image registry where none is set", async () => {
    process.env.CLERK_HASURA_ENGINE_IMAGE = "engine:local";
    try {
      expect((await read({ preset: "development" })).hasura?.image).to.equal("engine:local");
      const own = { preset: "development", "hasura.image": "acme/engine:v2.48.0" };
      expect((await read(own)).hasura?.image).to.equal("acme/engine:v2.48.0");
    } finally {
      delete process.env.CLERK_HASURA_ENGINE_IMAGE;
    }
  });

  it("is refused with what cannot be read and what is wrong together", async () => {
    const told = await refusalOf({
      preset: "production",
      port: 8081,
      "identity.frontendApi": HOST,
      "postgres.shmSizeMb": 1,
    });
    expect(told).to.contain('Stack "test" cannot be built (3 problems)');
    expect(told).to.match(
      /- port: is not a setting[\s\S]*- hasura\.corsDomains: [\s\S]*- postgres\.shmSizeMb: /,
    );
  });

  it("is not refused twice for what cannot be read", async () => {
    const settings = { preset: "production", "hasura.corsDomains": "a,b" };
    const told = await refusalOf({ ...settings, "identity.frontendApi": [HOST] });
    expect(told).to.contain("(2 problems)");
  });
});
