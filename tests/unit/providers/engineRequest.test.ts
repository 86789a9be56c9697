import { expect } from "chai";
import { engineRequests } from "../../../infra/providers/engineRequest";
import type { SchemaContainer } from "../../../infra/providers/schemaContainer";
import { errorOf, shortRetries } from "./remoteTest";
import { answers, resets, ScriptedServer } from "./scriptedServer";

const SECRET = "canary-admin-secret";

/** Fails the test where a request goes by the container. */
const NO_CONTAINER: SchemaContainer = {
  holder: "nobody",
  run: () => Promise.reject(new Error("the container was asked")),
  remove: () => Promise.reject(new Error("the container was removed")),
};

describe("requests to an engine elsewhere", () => {
  shortRetries();
  const server = new ScriptedServer();
  before(() => server.start());
  after(() => server.stop());

  const engine = () =>
    engineRequests({ adminSecret: SECRET, endpoint: `${server.url}/base` }, NO_CONTAINER);
  it("go from this machine, with the admin secret", async () => {
    server.plays(answers(200, { sources: [] }));
    const response = await engine().post("/v1/metadata", { type: "export_metadata", args: {} });
    expect(response).to.deep.equal({ status: 200, body: { sources: [] } });
    const [seen] = server.seen;
    expect(seen).to.deep.include({ method: "POST", path: "/base/v1/metadata" });
    expect(seen?.headers).to.include({ "x-hasura-admin-secret": SECRET });
    expect(JSON.parse(seen?.body ?? "")).to.deep.equal({ type: "export_metadata", args: {} });
  });

  it("return a refusal as a response", async () => {
    server.plays(answers(400, { error: "no" }));
    expect(await engine().post("/v2/query", {})).to.deep.equal({
      status: 400,
      body: { error: "no" },
    });
  });

  it("send no SQL twice that may have run", async () => {
    server.plays(resets);
    expect((await errorOf(engine().post("/v2/query", {}))).message).to.match(
      /^The engine: POST http.*\/base\/v2\/query failed at the first try: the connection broke off/,
    );
    expect(server.seen).to.have.length(1);
  });

  it("tell the engine's words of a failure, and never the secret", async () => {
    server.plays(answers(500, { error: `cannot connect, as ${SECRET}` }));
    const text = (await errorOf(engine().post("/v2/query", {}))).message;
    expect(text).to.contain("status 500, cannot connect, as").and.not.contain(SECRET);
  });

  it("take an engine that restarts for one that is not healthy yet", async () => {
    server.plays(...Array(4).fill(answers(503)), answers(200));
    expect(await engine().isHealthy()).to.equal(false);
    expect(await engine().isHealthy()).to.equal(true);
    expect(server.seen[0]).to.deep.include({ method: "GET", path: "/base/healthz" });
    expect(server.seen[0]?.headers).to.not.have.property("x-hasura-admin-secret");
  });

  it("do not wait for what is no engine", async () => {
    server.plays(answers(404));
    expect((await errorOf(engine().isHealthy())).message).to.match(
      /returned status 404 instead of 200; check that schema\.endpoint is the URL of a Hasura project$/,
    );
  });
});
