import { expect } from "chai";
import type { EngineResponse } from "../../../infra/providers/engineRequest";
import { publishMetadata } from "../../../infra/providers/publishMetadata";
import { failedFile, failedOutside } from "../../../infra/providers/schemaFailure";
import type { SchemaTools } from "../../../infra/providers/schemaTools";

/** Tools whose engine and CLI respond as they are told; whatever they are not told fails. */
function tools(
  engine: (type: string) => EngineResponse | undefined,
  cli: Record<string, { code: number; text: string }> = {},
): SchemaTools {
  return {
    holder: "me",
    post: async (_path, body) => {
      const { type } = body as { type: string };
      const response = engine(type);
      if (response === undefined) throw new Error(`nothing is said of ${type}`);
      return response;
    },
    isHealthy: async () => true,
    cli: async (args) => cli[args.join(" ")] ?? { code: 0, text: "" },
    upload: async () => undefined,
  };
}

const FILE = {
  source: "default",
  path: "migrations/default/1_a/up.sql",
  sql: "select 1;\n\ninsert into a values ('höchst geheim');\n",
};
const ROLLED_BACK =
  "; the file was rolled back, and those before it are applied; correct it and run the update again";

describe("a file of SQL that failed", () => {
  const found = (failure: object | "") =>
    tools(() => ({
      status: 200,
      body: { result: [["x"], [failure === "" ? "" : JSON.stringify(failure)]] },
    }));

  it("is named with line, statement and Postgres' words, without literals", async () => {
    const failure = { statement: 1, message: "no table", detail: "", hint: "", code: "42P01" };
    const { message } = await failedFile(found(failure), FILE, undefined, "");
    expect(message).to.equal(
      `migrations/default/1_a/up.sql, line 3: no table (42P01), in: insert into a values ('…')${ROLLED_BACK}`,
    );
  });

  const said: [what: string, text: string, words: string][] = [
    ["Postgres' message in the CLI's words", '{"error":{"message":"too late"},"x":1}', "too late"],
    ["the CLI's last words", 'time="now" level=fatal msg="operation failed"', "operation failed"],
    ["that there are none", "", "hasura-cli failed without a word"],
  ];
  for (const [what, text, words] of said) {
    it(`is explained by ${what} where it passes now`, async () => {
      const { message } = await failedFile(found(""), FILE, undefined, text);
      expect(message).to.equal(`${FILE.path}: ${words}${ROLLED_BACK}`);
    });
  }

  it("says what it may have left behind where it ran outside a transaction", () => {
    expect(failedOutside(FILE.path, '"message":"duplicate key"').message).to.equal(
      "migrations/default/1_a/up.sql: duplicate key; it ran outside a transaction, as the engine's own role; drop what it left behind, such as an invalid index, correct it and run the update again",
    );
  });
});

describe("metadata that the engine refuses", () => {
  const APPLY = "metadata apply --disallow-inconsistent-metadata";
  const DRY_RUN = "metadata apply --dry-run -o json";
  const failing = { [APPLY]: { code: 1, text: "" }, [DRY_RUN]: { code: 0, text: "{}" } };
  const refusal = (response: EngineResponse) =>
    publishMetadata(tools(() => response, failing)).then(
      () => "",
      (error: Error) => error.message,
    );
  const sentence = (reason: string) =>
    `The metadata is inconsistent, and the engine keeps what it had: ${reason}; correct the folder's metadata or add the migration that is missing, then run the update again`;

  it("is named object by object", async () => {
    const internal = [
      { type: "table", name: "table absent", reason: "no such table" },
      { type: "remote_schema", reason: "no answer" },
    ];
    expect(await refusal({ status: 400, body: { error: "no", internal } })).to.equal(
      sentence("table absent: no such table; remote_schema: no answer"),
    );
  });

  it("is named by what the database lacks where the engine names nothing, as in production", async () => {
    const metadata = {
      version: 3,
      sources: [
        {
          name: "default",
          tables: [
            { table: "gone" },
            {
              table: { schema: "public", name: "todos" },
              select_permissions: [
                { role: "user", permission: { columns: ["id", "nope"], filter: {} } },
                { role: "guest", permission: { columns: "*", filter: {} } },
              ],
            },
          ],
        },
      ],
    };
    const relations = [{ schema: "public", name: "todos", columns: ["id"] }];
    const respond = (type: string): EngineResponse =>
      type === "run_sql"
        ? { status: 200, body: { result: [["json_agg"], [JSON.stringify(relations)]] } }
        : { status: 400, body: { error: "cannot continue" } };
    const replies = { ...failing, [DRY_RUN]: { code: 0, text: JSON.stringify(metadata) } };
    const error = await publishMetadata(tools(respond, replies)).catch((it: Error) => it.message);
    expect(error).to.equal(
      sentence(
        "table gone: no such table or view; select permission of user on todos: no column nope",
      ),
    );
  });

  it("is told in the engine's own words where nothing is named", async () => {
    expect(await refusal({ status: 400, body: { error: "cannot continue" } })).to.equal(
      sentence(
        "cannot continue (production hides what it is; a development stack with the same folder names it)",
      ),
    );
  });

  it("is no failure where the engine takes it by now", async () => {
    expect(await refusal({ status: 200, body: {} })).to.equal("");
  });
});
