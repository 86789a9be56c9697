import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { IdentityArgs } from "../../../infra/clerk/identityArgs";
import { checkCloud } from "../../../infra/hasura/checkCloud";
import { checkArgs } from "../../../infra/settings/checkArgs";
import { checkTemplateArgs } from "../../../infra/settings/checkTemplateArgs";
import type { Problem } from "../../../infra/validation/problems";
import { REFERENCE_FILE } from "../../../tools/docs/apiReference";
import { type Field, publicSurface } from "../../../tools/docs/publicSurface";
import { RefusalReader } from "../../../tools/docs/refusalReference";
import { REFUSAL_TOPICS } from "../../../tools/docs/refusalTopics";

const ROOT = join(__dirname, "../../..");
/** They carry what others say. */
const CARRIERS = ["problems.ts", "rejectProblems.ts", "checkedLater.ts"].map(
  (it) => `validation/${it}`,
);
/** Their shell scripts tell it of a server, while an update runs; end-to-end tests read it there. */
const SCRIPTS = ["postgres/namesStep.ts", "postgres/loginStep.ts"];
const TELLS =
  /from "[./]+(?:validation\/)?(?:problems|knownNow)"|from "[./]+(?:remote\/)?remoteError"|\bcloudError\(|(?:; |")allowed: /;
/** Parts whose pages have texts of their own, or that tell nothing of an argument. */
const OTHERS = /^(?:policy|doctor)\//;

const TEXTS = [
  "",
  " ",
  "a b",
  "admin",
  "A",
  "*",
  "latest",
  "postgres",
  "postgres:9",
  "pg_a",
  "x-hasura-a",
  "$.a",
  "a/b",
  "a@b",
  "a:b",
  "localhost",
  "10.0.0.1",
  "http://a.example.com",
  "https://a.example.com/",
  "https://api.clerk.com",
  "pk_test_",
  "pk_test_YQ",
  "sk_test_a",
  "{{user.id}}",
  "{}",
  "-----BEGIN PUBLIC KEY-----",
  "-----BEGIN PRIVATE KEY-----",
  "a\nb",
  "é",
  "https://a.example.com",
];
const NUMBERS = [-1, 0, 0.5, 70_000, Number.NaN];
const LISTS = [[], ...TEXTS.map((text) => [text]), ["*", "https://a.example.com"], ["a", "a"]];
const RECORDS = [...TEXTS, "HASURA_GRAPHQL_ADMIN_SECRET", "HASURA_GRAPHQL_JWT_SECRET", "port"].map(
  (name) => ({ [name]: "a" }),
);

/** Bad values for a field, of the type that it has. */
function badValues({ type }: Field): unknown[] {
  if (type.includes("Record<")) return type.includes("ClaimSourceArgs") ? [{ a: {} }] : RECORDS;
  if (type.includes("[]")) return LISTS;
  if (type.includes("number")) return NUMBERS;
  return /Args|boolean|Inputs/.test(type) ? [] : TEXTS;
}

type Check = (value: Record<string, unknown>) => readonly Problem[];

const identity: IdentityArgs = { frontendApi: "clerk.example.com" };
const external = { host: "db", user: "a", password: "b" };

/** What is asked about a field's value, by the interface that has the field. */
const CHECKS: Readonly<Record<string, Check>> = {
  IdentityArgs: (it) => checkArgs({ identity: { ...identity, ...it } }),
  SigningKeyArgs: (it) =>
    checkArgs({ identity: { signingKey: { algorithm: "HS256", key: "k".repeat(40), ...it } } }),
  HeaderArgs: (it) => checkArgs({ identity: { ...identity, header: { type: "Cookie", ...it } } }),
  HasuraArgs: (it) => checkArgs({ identity, hasura: it }),
  PostgresArgs: (it) => checkArgs({ identity, postgres: it }),
  ExternalPostgresArgs: (it) =>
    checkArgs({ identity, postgres: { external: { ...external, ...it } } }),
  ClerkJwtTemplateArgs: (it) => checkTemplateArgs(it),
  HasuraCloudProjectArgs: (it) => checkCloud(it),
};

function provoked(): Problem[] {
  return publicSurface(ROOT).flatMap((it) => {
    const check = CHECKS[it.name];
    if (it.kind !== "interface" || check === undefined) return [];
    return it.fields.flatMap((field) =>
      badValues(field).flatMap((value) => check({ [field.name]: value })),
    );
  });
}

/** A text with what is unknown in it as a pattern. */
function patternOf(text: string): RegExp {
  const parts = text.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

describe("what is refused", function () {
  this.timeout(120_000);
  let page: string;
  let texts: string[];
  before(() => {
    page = readFileSync(join(ROOT, REFERENCE_FILE), "utf8");
    const reader = new RefusalReader(ROOT);
    const all = REFUSAL_TOPICS.flatMap(({ files }) => files).flatMap((file) => reader.of(file));
    texts = all.map(({ text }) => text);
  });

  it("is read from every file that tells what is wrong", () => {
    const sources = readdirSync(join(ROOT, "infra"), { recursive: true, encoding: "utf8" });
    const telling = sources.filter(
      (file) =>
        file.endsWith(".ts") &&
        !OTHERS.test(file) &&
        TELLS.test(readFileSync(join(ROOT, "infra", file), "utf8")),
    );
    const read = [...CARRIERS, ...SCRIPTS, ...REFUSAL_TOPICS.flatMap(({ files }) => files)];
    expect(telling.filter((file) => !read.includes(file))).to.deep.equal([]);
  });

  it("stands in the reference, with the argument: whatever bad values provoke", () => {
    // What is all unknown but a word or two would match anything.
    const patterns = texts.filter((text) => text.replaceAll("…", "").length > 8).map(patternOf);
    const problems = provoked();
    expect(new Set(problems.map(({ path }) => path)).size).to.be.greaterThan(60);
    const missing = problems.filter(({ reason }) => !patterns.some((it) => it.test(reason)));
    expect(missing).to.deep.equal([]);
    const fields = problems.flatMap(({ path }) => path.split(/[.[]/).slice(0, 2));
    const silent = new Set(fields.filter((name) => !page.includes(`\`${name}\``)));
    expect([...silent].filter((name) => /^[a-z]\w+$/i.test(name))).to.deep.equal([]);
  });

  it("is shown with the values that are allowed, where the source has them", () => {
    for (const row of [
      '| `postgres.external.…` | `"…" is unknown; allowed: disable, require, verify-ca, verify-full; choose one` |',
      '| `hasura.logTypes`, `hasura.preset`, `hasura.enabledApis` | `"…" is not known to Hasura; allowed: …; remove or correct it` |',
      "| `` is encrypted, and Clerk has no place for the passphrase; decrypt it with `openssl pkey -in FILE` and keep it as a secret of the stack `` |",
    ]) {
      expect(page).to.include(row);
    }
  });

  it("has the bounds of every number in the argument's docstring too", () => {
    const silent = publicSurface(ROOT).flatMap((it) => {
      const check = CHECKS[it.name];
      if (it.kind !== "interface" || check === undefined) return [];
      const numbers = it.fields.filter(({ type }) => type.includes("number"));
      return numbers.flatMap(({ name, doc }) => {
        const [problem] = check({ [name]: Number.NaN });
        const [bounds = "no bounds"] =
          /[\d.]+ (?:or more|to \d+)/.exec(problem?.reason ?? "") ?? [];
        return doc.includes(bounds) ? [] : [`${it.name}.${name}: ${bounds}`];
      });
    });
    expect(silent).to.deep.equal([]);
  });
});
