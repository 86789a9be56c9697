import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { fetchScript, headerValue, readScriptAnswer } from "../../../infra/doctor/fetchScript";
import { answers, resets, ScriptedServer, staysSilent } from "../remote/scriptedServer";

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
      const answer = readScriptAnswer(text);
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
      const answer = readScriptAnswer(await run(fetchScript(server.url, 5), [tool]));
      expect(headerValue(answer?.headers ?? "", "cache-control")).to.equal("max-age=300");
    });

    it(`names an answer that does not come and one that is cut, by ${tool}`, async () => {
      server.plays(staysSilent);
      const silent = readScriptAnswer(await run(fetchScript(server.url, 1), [tool]));
      expect(silent).to.include({ tool, error: "ETIMEDOUT" }).and.not.have.property("status");
      server.plays(resets);
      const cut = readScriptAnswer(await run(fetchScript(server.url, 5), [tool]));
      expect(cut).to.include({ tool, error: "ECONNRESET" }).and.not.have.property("status");
    });

    it(`names the network's error by ${tool}`, async () => {
      // Not the port of a server that was stopped, which another program may be given.
      const answer = readScriptAnswer(await run(fetchScript("http://127.0.0.1:1/", 5), [tool]));
      expect(answer).to.include({ tool, error: "ECONNREFUSED" }).and.not.have.property("status");
    });
  }

  it("says that there is no tool, and what role requests without a token have", async () => {
    const env = { HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "anonymous" };
    const answer = readScriptAnswer(await run(fetchScript(server.url, 5), [], env));
    expect(answer).to.deep.equal({ tool: "none", unauthorizedRole: "anonymous" });
  });

  it("reads nothing out of another text", () => {
    expect(readScriptAnswer("bash: mktemp: command not found\n")).to.equal(undefined);
  });
});

/** The published image has curl; where this machine has none, only the other way can be tested. */
function hasCurl(): boolean {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, "curl")));
}
