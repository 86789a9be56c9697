import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import type { EngineClient } from "../../e2e/support/engineClient";
import { makeNotes } from "../../e2e/support/notes";
import { blocks, readPage } from "./pages";

interface Command {
  type: string;
  args: Record<string, unknown>;
}

interface Request {
  path: string;
  headers: IncomingHttpHeaders;
  body: unknown;
}

const PAGE = readPage("docs/recipes/first-table.md");
const FILES = ["source.json", "table.json", "track.json", "permission.json"];
const JSON_BLOCKS = blocks(PAGE, "json");
const SECRET = "admin-secret-of-the-test";
const HERE = "127.0.0.1:8080";

/** Commands that the end-to-end tests send to a running engine. */
async function sentByTests(): Promise<{ metadata: Command[]; sql: string }> {
  const metadata: Command[] = [];
  let sql = "";
  const recorder: Pick<EngineClient, "metadata" | "sql"> = {
    metadata: async (type, args) => {
      metadata.push({ type, args: args as Record<string, unknown> });
    },
    sql: async (text) => {
      sql += text;
      return [];
    },
  };
  await makeNotes(recorder as EngineClient);
  return { metadata, sql };
}

/** Takes every request and remembers it. */
async function listen(requests: Request[]): Promise<Server> {
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => {
      text += part;
    });
    request.on("end", () => {
      const { url: path = "", headers } = request;
      requests.push({ path, headers, body: JSON.parse(text) });
      response.end("{}");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

describe("docs/recipes/first-table.md", () => {
  const commands = JSON_BLOCKS.map((block) => JSON.parse(block) as Command);
  const [, table, , permission] = commands;

  it("shows the four requests, each named before its block", () => {
    expect(commands).to.have.length(FILES.length);
    const places = FILES.map((file) => PAGE.indexOf(`\`${file}\``));
    expect(places).to.not.include(-1);
    expect(places).to.deep.equal([...places].sort((one, other) => one - other));
  });

  it("sends the metadata that the end-to-end tests send", async () => {
    const { metadata } = await sentByTests();
    const shown = commands.filter(({ type }) => type !== "run_sql");
    expect(shown).to.have.length(3);
    for (const command of shown) expect(metadata).to.deep.include(command);
  });

  it("makes the columns that its permission names, as the end-to-end tests make them", async () => {
    const { sql } = await sentByTests();
    const made = String(table?.args.sql);
    const [, columns = ""] = /^create table notes \((.+?)\);/.exec(made) ?? [];
    for (const column of columns.split(", ")) expect(sql).to.include(column);
    const names = columns.split(", ").map((column) => column.split(" ")[0]);
    expect(permission?.args.permission).to.deep.include({ columns: names });
  });

  it("is sent by its commands, as the administrator and then with the token", async function () {
    this.timeout(30_000);
    const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-recipe-"));
    const requests: Request[] = [];
    const server = await listen(requests);
    const { port } = server.address() as AddressInfo;
    for (const [index, file] of FILES.entries()) {
      writeFileSync(join(directory, file), JSON_BLOCKS[index] ?? "");
    }
    for (const [name, says, when] of [
      ["npx", SECRET, "pulumi stack output adminSecret --show-secrets"],
      ["npm", "a.token", "run --silent token -- --user user_1"],
    ]) {
      const stub = `#!/bin/sh\n[ "$*" = "${when}" ] && echo ${says}\n`;
      writeFileSync(join(directory, `${name}`), stub);
      chmodSync(join(directory, `${name}`), 0o755);
    }
    try {
      const script = blocks(PAGE, "bash").join("").replaceAll(HERE, `127.0.0.1:${port}`);
      const env = { ...process.env, PATH: [directory, process.env.PATH].join(delimiter) };
      await promisify(execFile)("sh", ["-euc", script], { cwd: directory, env });
    } finally {
      server.close();
      rmSync(directory, { recursive: true, force: true });
    }
    const last = requests.pop();
    const paths = ["/v1/metadata", "/v2/query", "/v1/metadata", "/v1/metadata"];
    expect(requests.map(({ path }) => path)).to.deep.equal(paths);
    expect(requests.map(({ body }) => body)).to.deep.equal(commands);
    for (const { headers } of requests) expect(headers["x-hasura-admin-secret"]).to.equal(SECRET);
    expect(last?.path).to.equal("/v1/graphql");
    expect(last?.headers.authorization).to.equal("Bearer a.token");
    expect(last?.body).to.deep.equal({ query: "{ notes { id body } }" });
  });
});
