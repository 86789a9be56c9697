import { expect } from "chai";
import {
  containsSecret,
  type PropertyMap,
  plain,
  secret,
  unknownValue,
} from "../plugin/propertyValue";
import { failureOf, ProviderClient } from "../plugin/providerClient";
import { postgresqlProvider } from "./postgresqlProvider";
import { providerConfig } from "./providerConfig";

const urn = (kind: string) => {
  const type = kind.charAt(0).toUpperCase() + kind.slice(1);
  return ProviderClient.urn(`postgresql:index/${kind}:${type}`, "res");
};
// Nothing listens there: whatever passes here does so with the database down.
const nowhere = { host: "127.0.0.1", port: "1", sslmode: "disable", connectTimeout: "2" };

const grant = { role: "r", database: "d", objectType: "database", privileges: ["CONNECT"] };

describe("postgresql double, planning without a server", () => {
  let plugin: ProviderClient;

  beforeEach(async () => {
    plugin = await ProviderClient.start(postgresqlProvider({}));
    await plugin.configure(nowhere);
  });

  afterEach(() => plugin.close());

  const checked = async (kind: string, news: PropertyMap) =>
    (await plugin.check(urn(kind), news)).inputs;
  const diff = async (kind: string, state: PropertyMap, news: PropertyMap) =>
    plugin.diff(urn(kind), state, {}, news);

  it("reports the version of the plugin it stands in for", async () => {
    expect(await plugin.version()).to.equal("3.18.1");
  });

  it("fills in a role's defaults as the published plugin does, none of them false", async () => {
    const { __defaults, ...inputs } = await checked("role", { name: "app", login: true });
    expect(inputs).to.deep.equal({
      name: "app",
      login: true,
      encryptedPassword: true,
      inherit: true,
      connectionLimit: -1,
      validUntil: "infinity",
    });
    expect(__defaults).to.have.members([
      ...["encryptedPassword", "inherit", "connectionLimit", "validUntil"],
    ]);
  });

  it("fills in the other types' defaults", async () => {
    const { __defaults: _d, ...database } = await checked("database", { name: "d" });
    const { __defaults: _s, ...schema } = await checked("schema", { name: "s" });
    const { __defaults: _g, ...granted } = await checked("grant", grant);
    expect(database).to.deep.equal({
      name: "d",
      connectionLimit: -1,
      allowConnections: true,
    });
    expect(schema).to.deep.equal({ name: "s", ifNotExists: true });
    expect(granted).to.deep.equal(grant);
  });

  it("generates a name with seven hex digits and keeps it", async () => {
    const first = await checked("role", {});
    expect(first.name).to.match(/^res-[0-9a-f]{7}$/);
    const second = await plugin.check(urn("role"), {}, first);
    expect(second.inputs.name).to.equal(first.name);
  });

  it("keeps secrets wrapped", async () => {
    const inputs = await checked("role", { name: "a", password: secret("pw") });
    expect(containsSecret(inputs.password ?? null)).to.equal(true);
    expect(plain(inputs.password ?? null)).to.equal("pw");
  });

  for (const [kind, inputs, property] of [
    ["role", { name: "a", passwrd: "x" }, "passwrd"],
    ["role", { name: "a", passwordWo: secret("x") }, "passwordWo"],
    ["role", { name: "a", assumeRole: "x" }, "assumeRole"],
    ["role", { name: "a", connectionLimit: -2 }, "connectionLimit"],
    ["role", { name: "a", login: "yes" }, "login"],
    ["database", { name: "a", alterObjectOwnership: true }, "alterObjectOwnership"],
    ["schema", { name: "a", policies: [] }, "policies"],
    ["grant", { ...grant, objectType: "column" }, "objectType"],
    ["grant", { ...grant, columns: ["a"] }, "columns"],
    ["grant", { ...grant, privileges: "CONNECT" }, "privileges"],
    ["defaultPrivileges", { ...grant, objectType: "table" }, "owner"],
  ] as const) {
    it(`refuses ${property} of a ${kind} by name`, async () => {
      const { failures } = await plugin.check(urn(kind), { ...inputs } as PropertyMap);
      expect(failures.map((text) => text.split(":")[0])).to.deep.equal([property]);
    });
  }

  it("refuses other resource types and configuration it does not know", async () => {
    expect(await failureOf(plugin.check(urn("publication"), {}))).to.contain("is not imitated");
    const failures = await plugin.checkConfig({ ...nowhere, awsRdsIamAuth: "true", sslMode: "x" });
    expect(failures.map((text) => text.split(":")[0])).to.deep.equal(["awsRdsIamAuth", "sslMode"]);
    expect((await plugin.checkConfig({ sslmode: "prefer" }))[0]).to.contain("must be one of");
    expect(await plugin.checkConfig({ ...nowhere, password: secret("x"), superuser: "true" })).to.be
      .empty;
  });

  for (const property of ["encoding", "lcCollate", "lcCtype", "template"]) {
    it(`replaces a database, deleting first, when ${property} changes`, async () => {
      const news = { name: "d", allowConnections: true, connectionLimit: -1 };
      const plan = await diff(
        "database",
        { ...news, [property]: "old" },
        { ...news, [property]: "new" },
      );
      expect(plan).to.deep.include({ replaces: [property], deleteBeforeReplace: true });
    });
  }

  it("updates in place a database's owner and name and a role's name and password", async () => {
    const database = await diff("database", { name: "d", owner: "a" }, { name: "e", owner: "b" });
    expect(database).to.deep.include({ paths: ["name", "owner"], replaces: [] });
    const role = await diff(
      "role",
      { name: "a", password: secret("x") },
      { name: "b", password: secret("y") },
    );
    expect(role).to.deep.include({ paths: ["name", "password"], replaces: [] });
  });

  it("replaces a grant for everything but its privileges, deleting first", async () => {
    const state = { ...grant, schema: "s", withGrantOption: false };
    const changes = { role: "x", database: "x", schema: "x", objectType: "x", objects: ["x"] };
    for (const [property, value] of Object.entries({ ...changes, withGrantOption: true })) {
      const plan = await diff("grant", state, { ...state, [property]: value });
      expect(plan).to.deep.include({ replaces: [property], deleteBeforeReplace: true });
    }
    const plan = await diff("grant", state, { ...state, privileges: ["CREATE"] });
    expect(plan).to.deep.include({ paths: ["privileges"], replaces: [] });
  });

  it("replaces default privileges without deleting first", async () => {
    const state = { ...grant, owner: "o" };
    const plan = await diff("defaultPrivileges", state, { ...state, owner: "p" });
    expect(plan).to.deep.include({ replaces: ["owner"], deleteBeforeReplace: false });
  });

  it("sees no difference in order, empties, secrecy or what the server fills in", async () => {
    const state = { ...grant, privileges: ["A", "B"], objects: [], schema: "" };
    const news = { ...grant, privileges: secret(["B", "A"]) };
    expect((await diff("grant", state, news)).changed).to.equal(false);
    const database = { name: "d", owner: "o", encoding: "UTF8", isTemplate: false };
    expect((await diff("database", database, { name: "d" })).changed).to.equal(false);
  });

  it("treats an unknown input as a change", async () => {
    const plan = await diff("grant", grant, { ...grant, role: unknownValue });
    expect(plan.replaces).to.deep.equal(["role"]);
  });

  it("plans without a server; what the server fills in stays unknown", async () => {
    const inputs = await checked("database", { name: "d", owner: "o" });
    const { outputs } = await plugin.create(urn("database"), inputs, true);
    expect(outputs).to.include({ name: "d", owner: "o", encoding: unknownValue });
    expect(outputs).to.include({ alterObjectOwnership: false });
    expect(outputs).not.to.have.property("__defaults");
    const olds = { name: "d", owner: "o", encoding: "UTF8" };
    const updated = await plugin.update(urn("database"), "d", olds, inputs, true);
    expect(updated).to.include({ encoding: "UTF8" });
  });

  it("names the address, never the password, when nobody listens", async () => {
    await plugin.configure({ ...nowhere, username: "me", password: secret("hunter2") });
    const inputs = await checked("role", { name: "a", password: secret("hunter3") });
    const text = await failureOf(plugin.create(urn("role"), inputs));
    expect(text).to.contain(
      "1 error occurred:\n\t* error connecting to PostgreSQL server 127.0.0.1 (scheme: postgres): " +
        "dial tcp 127.0.0.1:1: connect: connection refused",
    );
    expect(text).not.to.match(/hunter/);
  });
});

describe("postgresql double, provider configuration", () => {
  it("has the published defaults", () => {
    expect(providerConfig({}, {})).to.deep.equal({
      host: "localhost",
      port: 5432,
      username: "postgres",
      password: "",
      database: "postgres",
      tls: { rejectUnauthorized: false },
      connectTimeout: 180,
      superuser: true,
    });
  });

  it("reads scalars as JSON text and PG* variables as defaults", () => {
    const args = { port: "6000", superuser: "false", connectTimeout: "15", password: secret("x") };
    const env = { PGHOST: "h", PGUSER: "u", PGDATABASE: "d", PGPASSWORD: "y", PGPORT: "1" };
    expect(providerConfig({ ...args, sslmode: "disable" }, env)).to.deep.equal({
      host: "h",
      port: 6000,
      username: "u",
      password: "x",
      database: "d",
      tls: false,
      connectTimeout: 15,
      superuser: false,
    });
  });

  it("verifies the certificate in verify-full, the chain only in verify-ca", () => {
    const full = providerConfig({ sslmode: "verify-full", host: "db" }, {}).tls;
    const chain = providerConfig({ sslmode: "verify-ca", host: "db" }, {}).tls;
    expect(full).to.deep.equal({ ca: undefined, servername: "db" });
    expect(chain).to.have.property("checkServerIdentity");
    expect(chain).not.to.have.property("rejectUnauthorized", false);
  });
});
