import { expect } from "chai";
import { type PropertyMap, secret } from "../plugin/propertyValue";
import { ProviderClient } from "../plugin/providerClient";
import { postgresqlProvider } from "./postgresqlProvider";
import { startTestServer, type TestServer } from "./testServer";

/** Where a resource of the kind (`role`, `defaultPrivileges`, …) would be in a stack. */
export function urn(kind: string): string {
  const type = kind.charAt(0).toUpperCase() + kind.slice(1);
  return ProviderClient.urn(`postgresql:index/${kind}:${type}`, "res");
}

/** A resource with all the engine keeps of it. */
export interface Made {
  kind: string;
  id: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
}

const prepared = {
  server: [
    "ALTER SYSTEM SET log_statement = 'all'",
    "SELECT pg_reload_conf()",
    "CREATE ROLE reader",
    "CREATE ROLE owner",
    "CREATE DATABASE app OWNER owner",
  ],
  app: ["CREATE TABLE one (id int)", "CREATE TABLE two (id int)"],
};

/** The plugin on a throwaway server, with the steps an engine takes for one resource; for tests. */
export class TestStack {
  readonly test: TestServer;
  readonly plugin: ProviderClient;

  private constructor(test: TestServer, plugin: ProviderClient) {
    this.test = test;
    this.plugin = plugin;
  }

  /** Prepares the roles `reader` and `owner` and the database `app` with the tables `one` and `two`. */
  static async start(): Promise<TestStack> {
    const test = await startTestServer();
    const plugin = await ProviderClient.start(postgresqlProvider({}));
    const stack = new TestStack(test, plugin);
    const { host, port, username, password } = test.config;
    const args = { host, username, password: secret(password), port: String(port) };
    await plugin.configure({ ...args, sslmode: "disable", connectTimeout: "5" });
    for (const statement of prepared.server) await stack.sql(statement);
    for (const statement of prepared.app) await stack.sql(statement, "app");
    return stack;
  }

  async stop(): Promise<void> {
    this.plugin.close();
    await this.test.stop();
  }

  sql(text: string, database = ""): Promise<Record<string, unknown>[]> {
    return this.test.server.session(database, (session) => session.rows(text));
  }

  async make(kind: string, given: PropertyMap): Promise<Made> {
    const { inputs, failures } = await this.plugin.check(urn(kind), given);
    expect(failures).to.deep.equal([]);
    return { kind, inputs, ...(await this.plugin.create(urn(kind), inputs)) };
  }

  async refresh(made: Made): Promise<Made> {
    const read = await this.plugin.read(urn(made.kind), made.id, made.outputs, made.inputs);
    return { ...made, ...read };
  }

  async change(made: Made, given: PropertyMap): Promise<Made> {
    const { inputs } = await this.plugin.check(urn(made.kind), given, made.inputs);
    const outputs = await this.plugin.update(urn(made.kind), made.id, made.outputs, inputs);
    return { ...made, inputs, outputs };
  }

  remove(made: Made): Promise<void> {
    return this.plugin.delete(urn(made.kind), made.id, made.outputs);
  }

  plan(made: Made, inputs = made.inputs) {
    return this.plugin.diff(urn(made.kind), made.outputs, made.inputs, inputs);
  }

  /** Neither a second run nor a refresh followed by one finds anything to do. */
  async expectStable(made: Made): Promise<void> {
    expect((await this.plan(made)).paths).to.deep.equal([]);
    const read = await this.refresh(made);
    expect(read.inputs).to.deep.equal(made.inputs);
    expect((await this.plan(read, made.inputs)).paths).to.deep.equal([]);
  }
}
