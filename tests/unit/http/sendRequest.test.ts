import { expect } from "chai";
import { RemoteError } from "../../../infra/http/remoteError";
import { type RemoteRequest, sendRequest } from "../../../infra/http/sendRequest";
import {
  answers,
  resets,
  ScriptedServer,
  staysSilent,
  truncates,
  truncatesChunks,
} from "../providers/scriptedServer";

const SERVICE = "the test's service";
const SECRET = "hunter/2 with+signs&more=";
describe("sendRequest", () => {
  const server = new ScriptedServer();
  let waits: number[] = [];

  async function send(request: Partial<RemoteRequest> = {}) {
    waits = [];
    const whole = { what: SERVICE, method: "GET", url: `${server.url}/v1/x`, ...request };
    return sendRequest(whole, async (milliseconds) => waits.push(milliseconds));
  }

  async function failure(request: Partial<RemoteRequest> = {}): Promise<RemoteError> {
    try {
      await send(request);
    } catch (error) {
      if (error instanceof RemoteError) return error;
      throw error;
    }
    throw new Error("the request succeeded");
  }

  before(() => server.start());
  after(() => server.stop());

  describe("what travels", () => {
    it("sends method, headers and JSON, and answers status, headers, text and JSON", async () => {
      server.plays(answers(201, { id: 1 }, { "x-trace": "t" }));
      const headers = { authorization: "Bearer k" };
      const answer = await send({ method: "POST", headers, body: { a: "ü" } });
      expect(server.seen[0]).to.deep.include({ method: "POST", path: "/v1/x", body: '{"a":"ü"}' });
      expect(server.seen[0]?.headers).to.include({
        authorization: "Bearer k",
        "content-type": "application/json",
      });
      expect(answer).to.deep.include({ status: 201, text: '{"id":1}', json: { id: 1 } });
      expect(answer.headers.get("x-trace")).to.equal("t");
    });

    it("parses JSON of any content type, and leaves json undefined for other text", async () => {
      server.plays(answers(200, "\uFEFF[1]", { "content-type": "text/html" }), answers(200, "<p>"));
      expect((await send()).json).to.deep.equal([1]);
      const second = await send();
      expect([second.json, second.text]).to.deep.equal([undefined, "<p>"]);
    });

    it("hands every 4xx but 429 to the caller at once", async () => {
      for (const status of [400, 401, 402, 403, 404, 408, 422]) {
        server.plays(answers(status, { errors: [] }));
        expect((await send()).status).to.equal(status);
        expect(server.seen.length).to.equal(1);
      }
    });

    it("takes an answer without a body", async () => {
      server.plays((response) => response.writeHead(204).end());
      expect(await send({ method: "DELETE" })).to.deep.include({ status: 204, text: "" });
    });
  });

  describe("trying again", () => {
    it("repeats GET, PUT, PATCH and DELETE on 5xx, with growing waits", async () => {
      for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
        server.plays(answers(503), answers(500), answers(502), answers(200));
        expect((await send({ method })).status).to.equal(200);
        expect(waits).to.deep.equal([500, 1000, 2000]);
      }
    });

    it("does not repeat POST on 5xx, a reset or a truncated answer", async () => {
      for (const step of [answers(500), resets, truncates]) {
        server.plays(step, answers(200));
        const error = await failure({ method: "POST", body: {} });
        expect(server.seen.length).to.equal(1);
        expect(error.outcomeUnknown).to.equal(true);
        expect(error.message).to.contain("at the first try");
      }
    });

    it("repeats POST on 429, after what Retry-After asks for", async () => {
      server.plays(answers(429, {}, { "retry-after": "7" }), answers(200));
      expect((await send({ method: "POST", body: {} })).status).to.equal(200);
      expect(waits).to.deep.equal([7000]);
    });

    it("repeats a POST that is called repeatable", async () => {
      server.plays(answers(500), answers(200));
      await send({ method: "POST", body: {}, repeatable: true });
      expect(server.seen.length).to.equal(2);
    });

    it("takes Retry-After as a date", async () => {
      const date = new Date(Date.now() + 20_000).toUTCString();
      server.plays(answers(429, {}, { "retry-after": date }), answers(200));
      await send();
      expect(waits[0]).to.be.within(500, 20_000);
    });

    it("bounds an absurd Retry-After, one wait and all together", async () => {
      server.plays(answers(429, {}, { "retry-after": "86400" }));
      const error = await failure({ attempts: 9 });
      expect(waits).to.deep.equal([30_000, 30_000]);
      expect(error).to.deep.include({ status: 429, outcomeUnknown: false });
      expect(error.message).to.equal(
        `${SERVICE}: GET ${server.url}/v1/x failed after 3 tries: status 429; too many requests; wait a minute, let fewer jobs use the same key at the same time, and run it again`,
      );
    });

    it("repeats after a reset, and after a truncated answer", async () => {
      server.plays(resets, truncates, truncatesChunks, answers(200, { ok: true }));
      expect((await send()).json).to.deep.equal({ ok: true });
    });

    it("waits really, by the environment's shorter base wait", async () => {
      const before = process.env.CLERK_HASURA_RETRY_MS;
      process.env.CLERK_HASURA_RETRY_MS = "1";
      try {
        server.plays(answers(503), answers(200));
        await sendRequest({ what: SERVICE, method: "GET", url: server.url });
        server.plays(answers(503), answers(503), answers(200));
        await send();
        expect(waits).to.deep.equal([1, 2]);
      } finally {
        if (before === undefined) delete process.env.CLERK_HASURA_RETRY_MS;
        else process.env.CLERK_HASURA_RETRY_MS = before;
      }
    });
  });

  describe("giving up", () => {
    it("names a refused connection, after four tries, also for POST", async () => {
      // Not the port of a server that was stopped, which another program may be given.
      const url = "http://127.0.0.1:1";
      for (const method of ["GET", "POST"]) {
        const error = await failure({ method, url });
        expect(error.message).to.equal(
          `${SERVICE}: ${method} ${url}/ failed after 4 tries: the connection was refused (ECONNREFUSED); check the network, the proxy and the firewall here, and that the URL is right, then run it again`,
        );
        expect(error).to.deep.include({ outcomeUnknown: false });
        expect(error.status).to.equal(undefined);
      }
    });

    it("names a timeout", async () => {
      server.plays(staysSilent);
      const error = await failure({ timeoutMs: 50, attempts: 2 });
      expect(error.message).to.contain(
        "failed after 2 tries: no complete response within 0.05 s; ",
      );
      expect(error.outcomeUnknown).to.equal(true);
    });

    it("counts a body that never ends as a timeout", async () => {
      server.plays((response) => {
        response.writeHead(200);
        response.write("[");
      });
      const error = await failure({ timeoutMs: 200, attempts: 1 });
      expect(error.message).to.contain("no complete response within 0.2 s");
    });

    it("names a reset and a truncated answer", async () => {
      server.plays(resets);
      const reset = await failure({ attempts: 1 });
      expect(reset.message).to.contain("the connection broke off before a response came (");
      for (const step of [truncates, truncatesChunks]) {
        server.plays(step);
        const cut = await failure({ attempts: 1 });
        expect(cut.message).to.contain("the response (status 200) ended too early (");
      }
    });

    it("remembers that an earlier try may have had its effect", async () => {
      server.plays(resets, answers(429));
      const error = await failure({ method: "PATCH", attempts: 2 });
      expect(error).to.deep.include({ status: 429, outcomeUnknown: true });
    });

    it("refuses a body over the limit without trying again", async () => {
      server.plays(answers(200, "x".repeat(5000)));
      const error = await failure({ maxBytes: 4999 });
      expect(server.seen.length).to.equal(1);
      expect(error.message).to.contain("the response (status 200) is larger than 4999 bytes");
      expect((await send({ maxBytes: 5000 })).text.length).to.equal(5000);
    });

    it("does not follow a redirect, so the key stays", async () => {
      const other = new ScriptedServer();
      await other.start();
      try {
        for (const status of [301, 302, 307, 308]) {
          server.plays(answers(status, "", { location: other.url }));
          const error = await failure({ headers: { authorization: "Bearer k" } });
          expect(error.message).to.contain(`status ${status}, a redirect, which is not followed`);
        }
        expect(other.seen).to.deep.equal([]);
      } finally {
        await other.stop();
      }
    });

    it("says that a header or an address cannot be sent, without showing it", async () => {
      for (const bad of [
        { headers: { authorization: `Bearer ${SECRET}\nx` } },
        { url: `ht tp://${SECRET}` },
      ]) {
        const error = await failure(bad);
        expect(error.message).to.contain("the request could not be built");
        expect(error.message).not.to.contain("hunter");
      }
    });
  });
});
