import { expect } from "chai";
import { CONFIG_KEYS, ConfigKind } from "../../../infra/program/configKeys";
import { configValues, namedByKey, secretKeys } from "../../../infra/program/configValues";

const read = (given: Record<string, string>) => configValues(new Map(Object.entries(given)));

/** A text of each kind that can be read, and one that cannot; any text can be read as text. */
const SAMPLES: Record<ConfigKind, { sound: string; value: unknown; broken?: string }> = {
  [ConfigKind.Text]: { sound: "x", value: "x" },
  [ConfigKind.Number]: { sound: "12", value: 12, broken: "12px" },
  [ConfigKind.Boolean]: { sound: "true", value: true, broken: "yes" },
  [ConfigKind.List]: { sound: "a, b", value: ["a", "b"], broken: "[1]" },
  [ConfigKind.Record]: { sound: '{"a":"b"}', value: { a: "b" }, broken: "a=b" },
};

function at(args: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, part) => {
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)[part]
      : undefined;
  }, args);
}

describe("configValues", () => {
  it("reads nothing into nothing", () => {
    expect(read({})).to.deep.equal({ args: {}, problems: [] });
  });

  for (const { key, argument, kind } of CONFIG_KEYS) {
    const { sound, value, broken } = SAMPLES[kind];
    it(`puts ${key} where ClerkHasura takes it`, () => {
      const { args, problems } = read({ [key]: sound });
      expect(problems).to.deep.equal([]);
      expect(at(args, argument)).to.deep.equal(value);
    });
    if (broken !== undefined) {
      it(`says what ${key} may be`, () => {
        const { args, problems } = read({ [key]: broken });
        expect(args).to.deep.equal({});
        expect(problems.map(({ path }) => path)).to.deep.equal([key]);
        expect(problems[0]?.reason).to.match(/^cannot be read; allowed: .+; write .+$/);
      });
    }
  }

  it("keeps what belongs together in one argument", () => {
    expect(read({ signingAlgorithm: "HS256", signingKey: "k", issuer: "i" }).args).to.deep.equal({
      identity: { signingKey: { algorithm: "HS256", key: "k" }, issuer: "i" },
    });
  });

  const numbers: [text: string, value: number | undefined][] = [
    ["0.5", 0.5],
    ["-3", -3],
    [" 7 ", 7],
    ["", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["Infinity", undefined],
  ];
  for (const [text, value] of numbers) {
    it(`reads the number ${JSON.stringify(text)} as ${value}`, () => {
      expect(at(read({ port: text }).args, "hasura.port")).to.equal(value);
    });
  }

  for (const text of ["TRUE", "1", "", "constructor", "toString"]) {
    it(`does not take ${JSON.stringify(text)} for true or false`, () => {
      const { args, problems } = read({ protectData: text });
      expect(args).to.deep.equal({});
      expect(problems.map(({ path }) => path)).to.deep.equal(["protectData"]);
    });
  }

  for (const text of ["[]", "null", '"a"', "7", "{"]) {
    it(`does not take ${text} for an object`, () => {
      expect(read({ claimsMap: text }).problems.map(({ path }) => path)).to.deep.equal([
        "claimsMap",
      ]);
    });
  }

  it("reads a list as JSON too, so that an item may hold a comma", () => {
    expect(at(read({ audience: '["a,b","c"]' }).args, "identity.audience")).to.deep.equal([
      "a,b",
      "c",
    ]);
  });

  it("refuses a key it does not know, and finds the one that was meant", () => {
    const { problems } = read({ publishablekey: "pk_test_x", prot: "1" });
    expect(problems.map(({ path }) => path)).to.deep.equal(["publishablekey", "prot"]);
    expect(problems[0]?.reason).to.include('did you mean "publishableKey"?');
    expect(problems[1]?.reason).to.include("see the table in the README");
  });

  it("never repeats a value", () => {
    const given = { env: "hunter2", port: "hunter2", unknown: "hunter2", allowedRoles: "[hunter2" };
    const { problems } = read(given);
    expect(problems).to.have.length(4);
    expect(JSON.stringify(problems)).not.to.include("hunter2");
  });
});

describe("namedByKey", () => {
  for (const [path, shown] of [
    ["postgres.majorVersion", "postgresVersion, postgres.majorVersion"],
    ["hasura.env.A_B", "env.A_B, hasura.env.A_B"],
    ["identity.allowedRoles[1]", "allowedRoles[1], identity.allowedRoles[1]"],
    ["identity.signingKey.key", "signingKey, identity.signingKey.key"],
    ["identity.signingKey", "signingKey, identity.signingKey"],
    ["identity.jwks", "jwks, identity.jwks"],
    ["identity.jwksUrl", "jwksUrl, identity.jwksUrl"],
    ["template.claims.variables[0]", "templateClaims.variables[0], template.claims.variables[0]"],
    ["identity", "identity"],
    ["probe", "probe"],
    ["port", "port"],
  ] as const) {
    it(`shows ${path} as ${shown}`, () => {
      expect(namedByKey({ path, reason: "is wrong" })).to.deep.equal({
        path: shown,
        reason: "is wrong",
      });
    });
  }

  it("names the settings of a remedy as they are written", () => {
    const reason =
      "is wrong; use identity.jwksUrl, hasura.corsDomains or postgres.external; see https://a.example/identity.jwksUrls";
    expect(namedByKey({ path: "a", reason }).reason).to.equal(
      "is wrong; use jwksUrl, corsDomains or externalHost; see https://a.example/identity.jwksUrls",
    );
  });
});

describe("CONFIG_KEYS", () => {
  it("name each key and each argument once", () => {
    expect(new Set(CONFIG_KEYS.map(({ key }) => key)).size).to.equal(CONFIG_KEYS.length);
    expect(new Set(CONFIG_KEYS.map(({ argument }) => argument)).size).to.equal(CONFIG_KEYS.length);
  });

  it("mark these as secret", () => {
    expect(secretKeys().map(({ key }) => key)).to.deep.equal([
      "signingKey",
      "clerkSecretKey",
      "templateSigningKey",
      "adminSecret",
      "env",
      "externalPassword",
    ]);
  });
});
