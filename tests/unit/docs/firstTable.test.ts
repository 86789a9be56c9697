import { execFile } from "node:child_process";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { readSchema } from "../../../infra/schema/readSchema";
import { ProblemList } from "../../../infra/validation/problems";
import { blocks, readPage } from "./pages";
import { FIRST_TABLE, filesShown, writeRecipeFolder } from "./recipeFolder";

const ROOT = join(__dirname, "../../..");
const HERE = "127.0.0.1:8080";

interface Request {
  path: string | undefined;
  authorization: string | undefined;
  body: unknown;
}

describe(FIRST_TABLE, () => {
  const directory = writeRecipeFolder();
  after(() => rmSync(directory, { recursive: true, force: true }));

  it("adds a migration and a table, and changes only the list of tables", () => {
    const shown = filesShown(FIRST_TABLE).map(({ path }) => path);
    expect(shown).to.have.length(3);
    expect(shown.filter((path) => existsSync(join(ROOT, path)))).to.deep.equal([
      "hasura/metadata/databases/default/tables/tables.yaml",
    ]);
  });

  it("makes a folder that is taken, with every table of the example and its own", () => {
    const problems = new ProblemList();
    const schema = readSchema("hasura", undefined, problems, directory);
    expect(problems.list()).to.deep.equal([]);
    const [source] = schema?.sources ?? [];
    expect(source?.migrations.at(-1)?.name).to.equal("create_notes");
    const tables = "metadata.sources[0].tables";
    expect(schema).to.have.nested.property(`${tables}.length`, 4);
    expect(schema).to.have.nested.property(`${tables}[2].table.name`, "notes");
  });

  it("is queried by its commands with a token", async () => {
    const requests = await requestsOf(blocks(readPage(FIRST_TABLE), "bash").join(""));
    expect(requests.map(({ path }) => path)).to.deep.equal(["/v1/graphql", "/v1/graphql"]);
    for (const { authorization } of requests) expect(authorization).to.equal("Bearer a.token");
    expect(requests.map(({ body }) => body)).to.deep.equal([
      { query: 'mutation { insert_notes_one(object: { body: "mine" }) { id } }' },
      { query: "{ notes { body } }" },
    ]);
  }).timeout(30_000);

  /** What a script sends, with stand-ins for the stack's own commands. */
  async function requestsOf(script: string): Promise<Request[]> {
    const requests: Request[] = [];
    const server = createServer(async (request, response) => {
      let text = "";
      for await (const part of request) text += part;
      const { url: path, headers } = request;
      requests.push({ path, authorization: headers.authorization, body: JSON.parse(text) });
      response.end("{}");
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const stub = `#!/bin/sh
case "$*" in
"run up") ;;
"run --silent token -- --user user_1") echo a.token ;;
*) exit 1 ;;
esac
`;
    writeFileSync(join(directory, "npm"), stub);
    chmodSync(join(directory, "npm"), 0o755);
    try {
      const own = script.replaceAll(HERE, `127.0.0.1:${(server.address() as AddressInfo).port}`);
      const env = { ...process.env, PATH: [directory, process.env.PATH].join(delimiter) };
      await promisify(execFile)("sh", ["-euc", own], { cwd: directory, env });
    } finally {
      server.close();
    }
    return requests;
  }
});
