import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { build } from "esbuild";
import { ControlClient } from "./controlClient";
import { ask } from "./testClerk";

const SECRETS = { key: "sk_test_not-for-logs", token: "control-not-for-logs" };

describe("Clerk double: process", () => {
  const directory = mkdtempSync(join(tmpdir(), "chtest-clerk-"));
  const main = join(directory, "clerk.cjs");
  before(() =>
    build({
      entryPoints: [join(__dirname, "main.ts")],
      outfile: main,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      logLevel: "warning",
    }),
  );
  after(() => rmSync(directory, { recursive: true }));

  function launch(env: Record<string, string>) {
    const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH, ...env } });
    const seen = { stderr: "", code: null as number | null };
    child.stderr.on("data", (data) => {
      seen.stderr += String(data);
    });
    const ended = new Promise<typeof seen>((resolve) => {
      child.on("close", (code) => resolve({ ...seen, code }));
    });
    return { child, ended };
  }

  /** The addresses that it prints once it listens; the system chose their ports. */
  async function listening(child: ChildProcess, ended: Promise<{ stderr: string }>) {
    let text = "";
    const spoke = new Promise<RegExpExecArray>((resolve) =>
      child.stderr?.on("data", (data) => {
        text += String(data);
        const found = /Backend API (\S+), Frontend API (\S+)\n/.exec(text);
        if (found) resolve(found);
      }),
    );
    const gone = ended.then(({ stderr }) => {
      throw new Error(`the double ended: ${stderr}`);
    });
    const [, api = "", fapi = ""] = await Promise.race([spoke, gone]);
    return { api, fapi };
  }

  it("runs as one bundled file, says what it is, and ends with 0 on SIGTERM", async () => {
    const { child, ended } = launch({
      CLERK_DOUBLE_HOST: "127.0.0.1",
      CLERK_DOUBLE_PORT: "0",
      CLERK_DOUBLE_FAPI_PORT: "0",
      CLERK_DOUBLE_SECRET_KEY: SECRETS.key,
      CLERK_DOUBLE_FRONTEND_API: "clerk.example.com",
      CLERK_DOUBLE_CONTROL_TOKEN: SECRETS.token,
      CLERK_DOUBLE_JWKS_HEADERS: '{"cache-control":"max-age=5"}',
    });
    try {
      const { api, fapi } = await listening(child, ended);
      const state = await new ControlClient(api, SECRETS.token).call("GET", "state");
      expect(state).to.include({ issuer: "https://clerk.example.com", isLive: false });
      const headers = { authorization: `Bearer ${SECRETS.key}` };
      expect((await ask(`${api}/v1/jwt_templates`, { headers })).text).to.equal("[]");
      const set = await ask(`${fapi}/.well-known/jwks.json`);
      expect(set.headers.get("cache-control")).to.equal("max-age=5");
    } finally {
      child.kill("SIGTERM");
    }
    const { code, stderr } = await ended;
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(/^clerk-hasura double of Clerk: this is NOT Clerk/);
    expect(stderr).not.to.contain("not-for-logs");
  });

  const bad: [string, Record<string, string>, RegExp][] = [
    ["a missing secret key", {}, /CLERK_DOUBLE_SECRET_KEY is not set/],
    ["a port that is none", { CLERK_DOUBLE_PORT: "x" }, /CLERK_DOUBLE_PORT is no port/],
  ];
  for (const [what, env, reason] of bad) {
    it(`ends with 1 and the reason on ${what}`, async () => {
      const { code, stderr } = await launch(env).ended;
      expect(code).to.equal(1);
      expect(stderr).to.match(reason);
    });
  }
});
