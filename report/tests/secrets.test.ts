import { expect } from "chai";
import fc from "fast-check";
import { environmentSecrets } from "../../infra/secrecy/credentials";
import { describePreview } from "../judge/describePreview";
import { maskMessage } from "../maskText";
import { parsePreview } from "../read/parsePreview";
import { renderHtml } from "../write/html";
import { renderMarkdown } from "../write/markdown";
import {
  CONTAINER,
  digest,
  ENGINE,
  eventOf,
  events,
  SECRET_OBJECT,
  SERVER,
  type Step,
  SUMMARY,
  stackOutputs,
} from "./previews";

/** Short and without marks, so that only the place where it stands can tell that it is a secret. */
const CANARY = "tuna7fish";

/** A step that changes each of these inputs. */
function pair(op: string, chain: string, inputs: Record<string, unknown>): Step {
  const detailed = Object.fromEntries(Object.keys(inputs).map((name) => [name, "update-replace"]));
  const old = Object.fromEntries(Object.keys(inputs).map((name) => [name, "before"]));
  return { op, chain, name: chain.slice(-12), old, new: inputs, detailed };
}

function leakyContainers(value: unknown): Step[] {
  return [
    pair("replace", `${ENGINE}$${CONTAINER}`, {
      uploads: [{ file: "/run/env", content: value }],
      envs: [`HASURA_GRAPHQL_ADMIN_SECRET=${value}`, `OWN_TOKEN=${value}`, value],
      command: [value],
      entrypoints: [value],
      healthcheck: { tests: [value] },
      labels: [{ label: "a", value }],
    }),
    pair("replace", `${SERVER}$${CONTAINER}`, {
      uploads: [{ content: value }],
      envs: [`POSTGRES_PASSWORD=${value}`],
      command: ["postgres", "-c", `primary_conninfo=password=${value}`, "-c", `x=${value}`],
    }),
    pair("replace", CONTAINER, {
      envs: [`A=${value}`],
      command: [value],
      uploads: [value],
      user: value,
    }),
  ];
}

/** Steps that hold the canary in plain wherever a secret can lie. */
function leakySteps(value: unknown): Step[] {
  const dynamic = "pulumi-nodejs:dynamic/clerkHasura";
  return [
    ...leakyContainers(value),
    pair("update", "postgresql:index/role:Role", { password: value }),
    pair("update", "pulumi:providers:postgresql", { password: value, host: value }),
    pair("replace", "random:index/randomPassword:RandomPassword", { keepers: { a: value } }),
    pair("replace", "command:local:Command", {
      environment: { PROBE_HEADER: value },
      create: value,
      stdin: value,
      triggers: [value],
    }),
    pair("update", `${dynamic}:JwtTemplate`, {
      secretKey: value,
      signingKey: value,
      claims: { a: value, b: { c: value } },
    }),
    pair("update", `${dynamic}:CloudEnvironment`, { env: { A: value }, token: value }),
    pair("update", `${dynamic}:Schema`, { rights: value, migrations: { a: value }, accept: value }),
    pair("update", `${dynamic}:Probe`, { adminSecret: value, jwtSecret: value }),
    pair("replace", `${dynamic}:KeyPair`, { rotation: value }),
    pair("replace", "aws:s3/bucket:Bucket", { bucket: value, tags: { a: value } }),
    {
      op: "create",
      chain: "aws:s3/bucket:Bucket",
      name: "new",
      new: { bucket: value, name: value },
    },
    {
      op: "delete",
      chain: "docker:index/secret:Secret",
      name: "s",
      old: { data: value, name: value },
    },
  ];
}

const OUTPUTS = (value: unknown) => ({
  adminSecret: value,
  jwtSecret: value,
  databaseUrl: value,
  clientEnv: { A: value },
  issuer: "https://a.example",
});

function rendered(text: string): string {
  const { value, problems } = parsePreview(text);
  if (value === undefined) throw new Error(JSON.stringify(problems));
  const report = describePreview(value, "Preview");
  return renderMarkdown(report, 1_000_000) + renderHtml(report);
}

describe("a report of secrets that the JSON has in plain", () => {
  const forms: [string, (value: unknown) => string][] = [
    ["one document", (value) => digest(leakySteps(value), { config: { "p:token": value } })],
    [
      "events",
      (value) =>
        events([
          { preludeEvent: { config: { "p:token": value } } },
          ...leakySteps(value).map((step) => eventOf(step)),
          stackOutputs(OUTPUTS("before"), OUTPUTS(value)),
          SUMMARY,
        ]),
    ],
  ];
  for (const [form, make] of forms) {
    it(`shows none of them, from ${form}`, () => {
      const text = rendered(make(CANARY));
      expect(text).to.include("uploads").and.include("OWN_TOKEN").and.include("primary_conninfo");
      expect(text).to.not.include(CANARY);
    });

    it(`shows none that is marked, from ${form}`, () => {
      for (const marked of ["[secret]", SECRET_OBJECT]) {
        expect(rendered(make(marked)))
          .to.include("uploads")
          .and.not.include("4dabf181");
      }
    });
  }

  it("shows none that looks like a credential, even where values are public", () => {
    const credentials = [
      "sk_live_abcdefgh",
      `whsec_${"a".repeat(8)}`,
      "eyJhbGciOiJIUzI1NiJ9.e30.abc",
      "-----BEGIN PRIVATE KEY-----",
      "A1b2C3d4E5f6A1b2C3d4E5f6A1b2C3d4",
    ];
    for (const credential of credentials) {
      const step: Step = {
        op: "replace",
        chain: `${ENGINE}$${CONTAINER}`,
        name: "engine",
        old: { image: "a", envs: [] },
        new: { image: credential, envs: [`HASURA_GRAPHQL_CORS_DOMAIN=${credential}`] },
        detailed: { image: "update-replace", "envs[0]": "add-replace" },
      };
      const text = rendered(digest([step]));
      expect(text).to.include("HASURA_GRAPHQL_CORS_DOMAIN").and.not.include(credential);
    }
  });

  it("shows no name of a property that looks like one", () => {
    const detailed = { '["sk_live_abcdefgh"]': "update" };
    const step: Step = { op: "update", chain: "a:b:C", name: "c", old: {}, new: {}, detailed };
    expect(rendered(digest([step])))
      .to.include("not shown")
      .and.not.include("sk_live_");
  });
});

describe("maskMessage", () => {
  const names = new Set(["backend-databases-application-schema-grant"]);
  const rows: [string, string, string][] = [
    ["a URL", "dial postgres://app:tuna7fish@db:5432/x", "dial postgres://***@db:5432/x"],
    [
      "a password with @ and /",
      "dial postgres://app:tu/na@tuna7fish@db/x",
      "dial postgres://***@db/x",
    ],
    ["an address without a scheme", "dial app:tuna7fish@tcp(db)/x", "dial ***@tcp(db)/x"],
    ["a query", "GET https://a.example/?token=tuna7fish&x=1", "GET https://a.example/?token=***"],
    ["an assignment", "failed: password=tuna7fish host=db", "failed: password=*** host=db"],
    ["a quoted pair", '{"adminSecret":"tuna7fish","a":1}', '{"adminSecret":***,"a":1}'],
    ["a pair quoted twice", '{\\"password\\":\\"tuna7fish\\"}', '{\\"password\\":***'],
    ["a JWT secret", '{"type":"HS256","key":"tuna7fish"}', '{"type":"HS256","key":***}'],
    ["a value of JSON", 'JWT_SECRET={"type":"HS256","key":"tuna7fish"}', "JWT_SECRET=***"],
    ["a pair within a line", "secret: tuna7fish, x: y", "secret: ***, x: y"],
    ["SQL", "ALTER ROLE a PASSWORD 'tuna7fish' failed", "ALTER ROLE a PASSWORD *** failed"],
    ["a flag", "psql --password tuna7fish -h db", "psql --password *** -h db"],
    ["a pair at the end of a line", "secret: tuna7fish\nnext", "secret: ***\nnext"],
    ["a header", "Authorization: Bearer tuna7fishtuna", "Authorization: Bearer ***"],
    ["a long run", `value ${"aB3".repeat(12)} refused`, "value *** refused"],
    ["a token", "got eyJhbGciOi.e30.x", "got ***"],
    ["a key of Clerk", "sk_test_tuna7fish is wrong", "*** is wrong"],
    ["a private key", "-----BEGIN PRIVATE KEY-----\ntuna7fish\n-----END PRIVATE KEY-----.", "***."],
    ["a private key cut short", "-----BEGIN PRIVATE KEY-----\ntuna7fish", "***"],
  ];
  for (const [what, text, expected] of rows) {
    it(`masks ${what}`, () => {
      expect(maskMessage(text, names)).to.equal(expected).and.not.include("tuna7fish");
    });
  }

  it("leaves names of resources and the words of a problem", () => {
    const name = "backend-databases-application-schema-grant";
    expect(maskMessage(`error: ${name} failed`, names)).to.equal(`${name} failed`);
    expect(maskMessage(`diffing urn:pulumi:dev::p::a:b:C::${name}: no`, names)).to.equal(
      `diffing ${name} no`,
    );
    for (const text of [
      "signingKey.key: is too short; allowed: 32 bytes; use another key",
      "adminSecret: has 3 characters; allowed: 16 or more",
      "getting secrets: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE",
      "image postgres:17@sha256:0123 is not there",
      "hasura/migrations/default/1767300000002_add_note/up.sql, line 3: no such column",
    ]) {
      expect(maskMessage(text, names)).to.equal(text);
    }
  });

  it("masks what the environment calls a secret, wherever it stands", () => {
    const env = { PULUMI_CONFIG_PASSPHRASE: "tuna7fish", API_TOKEN: "shark", PATH: "/usr/bin" };
    const secrets = environmentSecrets(env);
    expect(secrets).to.deep.equal(["tuna7fish"]);
    const encoded = Buffer.from("app:tuna7fish").toString("base64");
    const masked = maskMessage(`tuna7fish or ${encoded} of /usr/bin`, names, secrets);
    expect(masked).to.match(/^\*\*\* or \S*\*\*\*\S* of \/usr\/bin$/);
    expect(masked).to.not.include(encoded);
  });

  it("is bounded, whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 3000 }), (text) => {
        expect(maskMessage(text, names).length).to.be.at.most(601);
      }),
    );
    expect(maskMessage("password=".repeat(1_000_000), names)).to.have.length.at.most(601);
  });
});
