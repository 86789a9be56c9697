import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  startTestEngine,
  type TestEngine,
  trackNotes,
} from "../../../airgap/doubles/hasura/testEngine";
import { type TypeRequest, typesOf } from "../../../tools/commands/codegen";
import { UserError } from "../../../tools/setup/userError.mjs";
import { compileExamples } from "../docs/compileExamples";
import { secretText, subjectOf } from "../doctor/checkup";

describe("npm run codegen", () => {
  let engine: TestEngine;
  const folder = mkdtempSync(join(tmpdir(), "clerk-hasura-codegen-"));

  before(async () => {
    engine = await startTestEngine({ HASURA_GRAPHQL_JWT_SECRET: secretText() });
    await trackNotes(engine);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await engine?.stop();
  });

  const outputs = () => ({ ...subjectOf(engine), containers: { hasura: "engine" } });
  const types = (request: Partial<TypeRequest> = {}) =>
    typesOf({ stack: "dev", ...request }, outputs());

  /** A folder with one file of operations. */
  function operations(name: string, text: string): string {
    const documents = join(folder, name);
    mkdirSync(documents);
    writeFileSync(join(documents, "notes.graphql"), text);
    return documents;
  }

  async function refusalOf(request: Partial<TypeRequest>, of = outputs()): Promise<string> {
    const error = await typesOf({ stack: "dev", ...request }, of).catch((reason) => reason);
    expect(error).to.be.instanceOf(UserError);
    return error.message;
  }

  it("writes a column's type as the engine sends it, and only what the role may read", async () => {
    const text = await types();
    expect(text).to.match(/^\/\/ Written by: npm run codegen -- --role user\n/);
    const [, note = ""] = /export type Notes = \{([^}]+)\}/.exec(text) ?? [];
    const columns = note.match(/\b\w+(?=\??:)/g) ?? [];
    expect(columns).to.have.members([
      "__typename",
      "id",
      "owner",
      "body",
      "rank",
      "price",
      "tags",
      "meta",
      "made",
    ]);
    for (const [scalar, type] of [
      ["bigint", "number | string"],
      ["numeric", "number | string"],
      ["timestamptz", "string"],
      ["jsonb", "unknown"],
    ]) {
      expect(text).to.include(`  ${scalar}: { input: ${type}; output: ${type}; }`);
    }
  });

  it("writes the same text again", async () => {
    expect(await types()).to.equal(await types());
  });

  it("writes what the compiler takes, of the schema and of operations", async () => {
    const documents = operations(
      "mine",
      "query Mine($where: notes_bool_exp) { notes(where: $where) { id body made } }",
    );
    const out = "src/mine.ts";
    const mine = await types({ documents, out });
    expect(mine).to.include(
      `npm run codegen -- --role user --documents ${documents} --out ${out}\n`,
    );
    const use =
      "export const first = (mine: MineQuery): string | undefined => mine.notes[0]?.made;";
    const wrong = use.replace("made", "secret");
    const codes = { schema: await types(), mine: mine + use, wrong: mine + wrong };
    const found = compileExamples(codes);
    expect(found).to.have.length(1);
    expect(found[0]).to.match(/^wrong: Property 'secret' does not exist/);
  }).timeout(60_000);

  it("names the wrong operation with its line", async () => {
    const documents = operations("wrong", "query Wrong {\n  notes { secret }\n}");
    expect(await refusalOf({ documents })).to.match(
      /notes\.graphql, line 2: Cannot query field "secret" on type "notes"\. .*Correct it\.$/,
    );
    const broken = operations("broken", "query Broken {\n  notes {\n");
    expect(await refusalOf({ documents: broken })).to.match(/notes\.graphql, line 3: Syntax Error/);
  });

  it("says where operations are looked for", async () => {
    const nowhere = join(folder, "nowhere");
    expect(await refusalOf({ documents: nowhere })).to.include("allowed: a .graphql file, or a");
  });

  it("says that a role may read nothing", async () => {
    expect(await refusalOf({ role: "guest" })).to.match(/^role "guest" may read nothing; allowed:/);
  });

  it("says what the engine refuses, without the secret", async () => {
    const refusal = await refusalOf({}, { ...outputs(), adminSecret: "a-wrong-one" });
    expect(refusal).to.match(/does not show its schema: invalid .*; run npm run doctor$/);
    expect(refusal).to.not.include("a-wrong-one");
  });

  it("says that the stack is not up", async () => {
    const of = { ...outputs(), containers: {} } as unknown as ReturnType<typeof outputs>;
    expect(await refusalOf({ stack: "prod" }, of)).to.equal(
      "stack prod is not up; run npm run up -- --stack prod first",
    );
  });
});
