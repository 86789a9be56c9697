import { expect } from "chai";
import { ADMIN_SECRET } from "../../../airgap/doubles/hasura/testEngine";
import { checkSchema } from "../../../infra/doctor/schemaCheck";
import {
  type ExaminedStack,
  examinedStackOf,
  type StackMigrations,
} from "../../../infra/doctor/subject";
import { answers, ScriptedServer } from "../providers/scriptedServer";
import { secretText } from "./checkup";

const FOLDER: StackMigrations = { bySource: { default: ["1_todos", "2_lists"], other: ["1_x"] } };

describe("comparing what was applied with the folder", () => {
  const server = new ScriptedServer();
  before(() => server.start());
  after(() => server.stop());

  /** Checks against an engine whose catalog has these versions, none of them dirty. */
  async function checkAgainst(applied: Record<string, string[]>, migrations = FOLDER) {
    const sources = Object.entries(applied).map(([source, versions]) => [
      source,
      Object.fromEntries(versions.map((version) => [version, false])),
    ]);
    const cli_state = { migrations: Object.fromEntries(sources), isStateCopyCompleted: true };
    server.plays(answers(200, { id: "an-id", cli_state, console_state: {} }));
    return checkSchema(stack(), migrations);
  }

  function stack(): ExaminedStack {
    const endpoint = `${server.url}/v1/graphql`;
    const subject = { endpoint, adminSecret: ADMIN_SECRET, jwtSecret: secretText() };
    const examined = examinedStackOf({ ...subject, tokenShape: "{}" }, {});
    if (examined === undefined) throw new Error("the JWT secret cannot be read");
    return examined;
  }

  it("asks for the catalog as the administrator", async () => {
    await checkAgainst({});
    const [{ path, headers, body }] = server.seen as [(typeof server.seen)[number]];
    expect(path).to.equal("/v1/metadata");
    expect(headers["x-hasura-admin-secret"]).to.equal(ADMIN_SECRET);
    expect(JSON.parse(body)).to.deep.equal({ type: "get_catalog_state", args: {} });
  });

  it("is content where each source has its migrations", async () => {
    const line = await checkAgainst({ default: ["1", "2"], other: ["1"] });
    expect(line).to.include({ outcome: "ok", finding: "3 migrations, those of the folder" });
  });

  it("names those that are not applied, by source", async () => {
    const line = await checkAgainst({ default: ["2"], other: ["1"] });
    expect(line).to.include({ outcome: "failed", finding: "not applied: default/1_todos" });
    expect(line.remedy).to.include("npm run up");
  });

  it("names three of many", async () => {
    const names = ["1_a", "2_b", "3_c", "4_d", "5_e"];
    const line = await checkAgainst({}, { bySource: { default: names } });
    expect(line.finding).to.equal("not applied: default/1_a, default/2_b, default/3_c and 2 more");
  });

  it("warns of those that the folder does not have", async () => {
    const line = await checkAgainst({ default: ["1", "2", "9"], other: ["1"] });
    expect(line).to.include({
      outcome: "warning",
      finding: "applied, but not in the folder: default/9",
    });
  });

  it("takes an engine on which nothing was applied yet for what it is", async () => {
    server.plays(answers(200, { id: "an-id", cli_state: {}, console_state: {} }));
    expect(await checkSchema(stack(), FOLDER)).to.include({ outcome: "failed" });
  });

  it("says why it cannot compare", async () => {
    server.plays(answers(404, { error: "resource does not exist", path: "$", code: "not-found" }));
    const off = await checkSchema(stack(), FOLDER);
    expect(off).to.include({
      outcome: "skipped",
      finding: "not checked: the engine does not tell (status 404)",
    });
    const unread = { bySource: {}, unread: "the folder has 2 problems" };
    expect(await checkSchema(stack(), unread)).to.include({
      outcome: "skipped",
      finding: "not checked: the folder has 2 problems",
    });
  });
});
