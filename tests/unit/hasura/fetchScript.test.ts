import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { fetchScript, headerValue, readScriptResult } from "../../../infra/hasura/fetchScript";
import { answers, resets, ScriptedServer, staysSilent } from "../providers/scriptedServer";

const NEEDED = ["bash", "base64", "cat", "grep", "mktemp", "rm", "tr"];

/** Runs the script as in the container, with the named tools alone. */
function run(
  script: string,
  tools: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "clerk-hasura-tools-"));
  for (const tool of [...NEEDED, ...tools]) symlinkSync(pathOf(tool), join(folder, tool));
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, text: string) => {
      rmSync(folder, { recursive: true, force: true });
      if (error) reject(error);
      else resolve(text);
    };
    const child = execFile("/bin/bash", ["-s"], { env: { PATH: folder, ...env } }, done);
    child.stdin?.end(script);
  });
}

/** Command lines of all processes that are seen from here. */
function commandLines(): string[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.flatMap((id) => {
    try {
      return [readFileSync(join("/proc", id, "cmdline"), "utf8")];
    } catch {
      // It has ended in between.
      return [];
    }
  });
}

function pathOf(tool: string): string {
  if (tool === "node") return process.execPath;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.map((folder) => join(folder, tool)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`these tests need ${tool}`);
  return found;
}

describe("fetching from where Hasura runs", () => {
  const server = new ScriptedServer();
  before(() => server.start());
  after(() => server.stop());

  const TOOLS = hasCurl() ? ["curl", "node"] : ["node"];
  for (const tool of TOOLS) {
    it(`gives status, headers and body by ${tool}, after a redirect`, async () => {
      const moved = answers(302, {}, { location: "/keys", "cache-control": "no-store" });
      server.plays(moved, answers(200, { keys: [] }, { "cache-control": "max-age=60" }));
      const text = await run(fetchScript(`${server.url}/it's`, 5), [tool]);
      const answer = readScriptResult(text);
      expect(answer, text).to.include({
        tool,
        status: 200,
        body: '{"keys":[]}',
        unauthorizedRole: "",
      });
      expect(headerValue(answer?.headers ?? "", "cache-control")).to.equal("max-age=60");
      expect(server.seen.map(({ path }) => path)).to.deep.equal(["/it's", "/keys"]);
    });

    it(`takes the first of several lines of a header by ${tool}, as the engine does`, async () => {
      server.plays(answers(200, {}, { "cache-control": ["max-age=300", "no-cache"] }));
      const answer = readScriptResult(await run(fetchScript(server.url, 5), [tool]));
      expect(headerValue(answer?.headers ?? "", "cache-control")).to.equal("max-age=300");
    });

    it(`names an answer that does not come and one that is cut, by ${tool}`, async () => {
      server.plays(staysSilent);
      const silent = readScriptResult(await run(fetchScript(server.url, 1), [tool]));
      expect(silent).to.include({ tool, error: "ETIMEDOUT" }).and.not.have.property("status");
      server.plays(resets);
      const cut = readScriptResult(await run(fetchScript(server.url, 5), [tool]));
      expect(cut).to.include({ tool, error: "ECONNRESET" }).and.not.have.property("status");
    });

    it(`keeps the address off every command line by ${tool}`, async () => {
      const lines: string[] = [];
      server.plays((response, request) => {
        lines.push(...commandLines());
        answers(200, { keys: [] })(response, request);
      });
      await run(fetchScript(`${server.url}/a"b\\c?key=canary`, 5), [tool]);
      expect(server.seen.map(({ path }) => path)[0]).to.include("key=canary");
      expect(lines.filter((line) => line.includes("canary"))).to.deep.equal([]);
      expect(lines.filter((line) => line.includes(tool))).not.to.deep.equal([]);
    });

    it(`names the network's error by ${tool}`, async () => {
      // Not the port of a server that was stopped, which another program may be given.
      const answer = readScriptResult(await run(fetchScript("http://127.0.0.1:1/", 5), [tool]));
      expect(answer).to.include({ tool, error: "ECONNREFUSED" }).and.not.have.property("status");
    });
  }

  describe("behind a proxy", () => {
    const proxy = new ScriptedServer();
    let engine: ChildProcess | undefined;
    before(() => proxy.start());
    afterEach(() => engine?.kill());
    after(() => proxy.stop());

    /** A process with this environment in the place of the engine; what runs the script has another one. */
    async function engineWith(env: Record<string, string>): Promise<number> {
      engine = spawn(pathOf("sleep"), ["60"], { env, stdio: "ignore" });
      await new Promise((resolve) => engine?.once("spawn", resolve));
      return engine.pid ?? 0;
    }

    const names: [string, Record<string, string>][] = [
      ["HTTP_PROXY in upper case", { HTTP_PROXY: "proxy" }],
      ["http_proxy in lower case", { http_proxy: "proxy" }],
    ];
    for (const [what, env] of names) {
      it(`goes through that of the engine's own environment, ${what}`, async function () {
        if (!TOOLS.includes("curl")) this.skip();
        proxy.plays(answers(200, { keys: [] }, { "cache-control": "max-age=60" }));
        const own = Object.keys(env).map((name) => [
          name,
          `http://user:canary@${new URL(proxy.url).host}`,
        ]);
        const pid = await engineWith(Object.fromEntries(own));
        const text = await run(fetchScript("http://keys.invalid/jwks", 5, pid), ["curl"]);
        expect(readScriptResult(text), text).to.include({
          tool: "curl",
          status: 200,
          proxy: "used",
        });
        expect(proxy.seen.map(({ path }) => path)).to.deep.equal(["http://keys.invalid/jwks"]);
        expect(text).not.to.include("canary");
      });
    }

    it("passes over those of the script's own environment, and ALL_PROXY", async function () {
      if (!TOOLS.includes("curl")) this.skip();
      server.plays(answers(200, { keys: [] }));
      const elsewhere = { http_proxy: "http://127.0.0.1:1", ALL_PROXY: "http://127.0.0.1:1" };
      const pid = await engineWith({ ALL_PROXY: "http://127.0.0.1:1" });
      const text = await run(fetchScript(server.url, 5, pid), ["curl"], elsewhere);
      expect(readScriptResult(text), text)
        .to.include({ status: 200 })
        .and.not.have.property("proxy");
    });

    it("heeds NO_PROXY of the engine", async function () {
      if (!TOOLS.includes("curl")) this.skip();
      server.plays(answers(200, { keys: [] }));
      const pid = await engineWith({ HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "127.0.0.1" });
      const text = await run(fetchScript(server.url, 5, pid), ["curl"]);
      expect(readScriptResult(text), text).to.include({ status: 200 });
    });

    it("names a proxy that is not known, and one that refuses the address", async function () {
      if (!TOOLS.includes("curl")) this.skip();
      const unknown = await engineWith({ HTTPS_PROXY: "http://proxy.invalid:3128" });
      const nameless = await run(fetchScript("https://keys.invalid/", 5, unknown), ["curl"]);
      expect(readScriptResult(nameless), nameless).to.include({ error: "PROXY_UNKNOWN" });
      engine?.kill();
      const closed = createServer().on("connect", (_, socket) =>
        socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"),
      );
      await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
      const { port } = closed.address() as AddressInfo;
      const pid = await engineWith({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
      const text = await run(fetchScript("https://keys.invalid/", 5, pid), ["curl"]);
      closed.close();
      expect(readScriptResult(text), text).to.include({ error: "PROXY_REFUSED" });
    });

    it("says that node goes without it", async () => {
      server.plays(answers(200, { keys: [] }));
      const pid = await engineWith({ http_proxy: "http://127.0.0.1:1" });
      const text = await run(fetchScript(server.url, 5, pid), ["node"]);
      expect(readScriptResult(text), text).to.include({ status: 200, proxy: "unused" });
    });

    it("reads the role of requests without a token from there, too", async () => {
      const pid = await engineWith({ HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "public" });
      const answer = readScriptResult(await run(fetchScript(server.url, 5, pid), []));
      expect(answer).to.deep.equal({ tool: "none", unauthorizedRole: "public" });
    });
  });

  it("says that there is no tool, and what role requests without a token have", async () => {
    const env = { HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "anonymous" };
    const answer = readScriptResult(await run(fetchScript(server.url, 5), [], env));
    expect(answer).to.deep.equal({ tool: "none", unauthorizedRole: "anonymous" });
  });

  it("reads nothing out of another text", () => {
    expect(readScriptResult("bash: mktemp: command not found\n")).to.equal(undefined);
  });
});

/** The published image has curl; where this machine has none, only the other way can be tested. */
function hasCurl(): boolean {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, "curl")));
}
