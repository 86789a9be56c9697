import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readSettings } from "../../../infra/program/readSettings";
import { SETTING_PATHS, SettingKind } from "../../../infra/program/settingKinds";
import { configOf } from "../../support/stackSettings";

const read = (settings: Record<string, unknown>) =>
  readSettings(new Map(Object.entries(configOf(settings))));
const reasonsOf = (settings: Record<string, unknown>) =>
  Object.fromEntries(read(settings).problems.map(({ path, reason }) => [path, reason]));

const RECORD = { sound: { a: 1, b: "c" }, value: { a: "1", b: "c" }, broken: "a=b" };
/** A value of each kind that can be read, what it becomes, and one that cannot be read. */
const SAMPLES: Record<SettingKind, { sound: unknown; value: unknown; broken: unknown }> = {
  [SettingKind.Text]: { sound: 7, value: "7", broken: ["x"] },
  [SettingKind.Secret]: { sound: "true", value: "true", broken: { a: "b" } },
  [SettingKind.Number]: { sound: "12", value: 12, broken: "12px" },
  [SettingKind.Boolean]: { sound: "true", value: true, broken: "yes" },
  [SettingKind.List]: { sound: ["a,b", 5], value: ["a,b", "5"], broken: "a, b" },
  [SettingKind.Record]: RECORD,
  [SettingKind.SecretRecord]: RECORD,
  [SettingKind.Form]: { sound: { a: [1] }, value: { a: [1] }, broken: "a=b" },
};

const NOTE = readFileSync(join(__dirname, "../../../docs/upgrade/0.1.0.md"), "utf8");
const OLD_KEYS = [...NOTE.matchAll(/^\| `(\w+)` \| `([\w.]+)` \|$/gm)];

function at(args: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], args);
}

describe("readSettings", () => {
  it("reads nothing into nothing", () => {
    expect(read({})).to.deep.equal({ args: {}, problems: [] });
  });

  for (const [path, kind] of SETTING_PATHS) {
    const { sound, value, broken } = SAMPLES[kind];
    it(`puts ${path} where the component takes it, and says what it may be`, () => {
      const { args, problems } = read({ [path]: sound });
      expect(problems).to.deep.equal([]);
      expect(at(args, path)).to.deep.equal(value);
      // Text of the first level arrives as text, whatever it is.
      if (!path.includes(".") && kind === SettingKind.Text) return;
      const reasons = reasonsOf({ [path]: broken });
      expect(Object.keys(reasons)).to.deep.equal([path]);
      expect(reasons[path]).to.match(/^cannot be read; allowed: \S/);
    });
  }

  it("keeps what belongs together in one argument", () => {
    const settings = { "identity.signingKey.algorithm": "HS256", "identity.signingKey.key": "k" };
    expect(read({ ...settings, "identity.issuer": "i" }).args).to.deep.equal({
      identity: { signingKey: { algorithm: "HS256", key: "k" }, issuer: "i" },
    });
  });

  for (const [value, number] of [
    ["0.5", 0.5],
    ["-3", -3],
    [" 7 ", 7],
    [7, 7],
    ["", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["Infinity", undefined],
  ] as const) {
    it(`reads the number ${JSON.stringify(value)} as ${number}`, () => {
      expect(at(read({ "hasura.port": value }).args, "hasura.port")).to.equal(number);
    });
  }

  for (const value of ["TRUE", "1", 1, "", "constructor", null]) {
    it(`does not take ${JSON.stringify(value)} for true or false`, () => {
      expect(Object.keys(reasonsOf({ "postgres.protectData": value }))).to.deep.equal([
        "postgres.protectData",
      ]);
    });
  }

  it("reads a list or an object as JSON too, as a command line writes an empty one", () => {
    const { args } = read({ "hasura.corsDomains": "[]", "hasura.env": '{"A":"b"}' });
    expect(args).to.deep.equal({ hasura: { corsDomains: [], env: { A: "b" } } });
  });

  for (const value of ["[]", "null", '"a"', "7", "{", "a"]) {
    it(`does not take ${value} for an object`, () => {
      expect(Object.keys(reasonsOf({ "identity.claimsMap": value }))).to.deep.equal([
        "identity.claimsMap",
      ]);
      const { problems } = readSettings(new Map([["identity", value]]));
      expect(problems.map(({ path }) => path)).to.deep.equal(["identity"]);
    });
  }

  it("reads the upgrade note's table of old keys", () => expect(OLD_KEYS).to.have.length(77));

  for (const [, old = "", path = ""] of OLD_KEYS) {
    it(`names the path of the key ${old}, as the upgrade note does`, () => {
      const reason = reasonsOf({ [old]: "x" })[old];
      expect(reason).to.contain(`remove it by pulumi config rm ${old}, and set ${path} instead`);
      const flags = SETTING_PATHS.get(path)?.startsWith("secret") ? "--path --secret" : "--path";
      expect(reason).to.match(new RegExp(`pulumi config set ${flags} ${path}$`));
    });
  }

  it("says how to set what was set without --path", () => {
    const { problems } = readSettings(new Map([["hasura.port", "8081"]]));
    expect(problems).to.have.length(1);
    expect(problems[0]?.reason).to.contain("pulumi config rm hasura.port").and.contain("--path");
  });

  it("takes a part for absent whose last setting was removed", () => {
    const settings = { "template.name": "api", "template.signingKey": {}, identity: {} };
    expect(read(settings)).to.deep.equal({ args: { template: { name: "api" } }, problems: [] });
  });

  it("names what a part may have, and the name that was meant", () => {
    const reasons = reasonsOf({ "identity.publishablekey": "x", "postgres.external.hots": "x" });
    expect(reasons["identity.publishablekey"]).to.contain("write publishableKey");
    expect(reasons["postgres.external.hots"]).to.contain("allowed: host, engineHost, port");
    expect(
      Object.keys(reasonsOf({ "identity.__proto__": "x", "identity.toString": "x" })),
    ).to.have.length.above(0);
  });

  it("never repeats a value", () => {
    const settings = {
      "hasura.env": "hunter2",
      "hasura.port": "hunter2",
      unknown: "hunter2",
      "identity.allowedRoles": "[hunter2",
    };
    const { problems } = read(settings);
    expect(problems).to.have.length(4);
    expect(JSON.stringify(problems)).not.to.include("hunter2");
  });
});
