import { type IncomingMessage, request } from "node:http";
import { expect } from "chai";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../json";
import { ADMIN_SECRET } from "../testEngine";
import { RecordedDatabases, runSql } from "./recordedDatabases";
import { type RunningEngine, startRecorded } from "./recordedEngine";
import { recordedToken, type TokenRecipe } from "./recordedTokens";
import { environmentOf, type RecordedEnvironment, readRecording } from "./recording";

/** One exchange; without `id` it only prepares. Default: POST /v1/graphql with { __typename }. */
type Exchange = {
  id?: string;
  name?: string;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  admin?: boolean;
  token?: TokenRecipe;
  body?: Json;
  raw?: string;
  status?: number;
  answer?: Json;
  text?: string;
  /** What was recorded of an answer that was cut. */
  contains?: Json;
  /** Whether the headers of CORS are there. */
  cors?: boolean;
  contentType?: string;
};
type Engine = { engine: string; env: RecordedEnvironment; fresh?: boolean };
type Line = Engine | Exchange | { sql: string };
type Answer = { status: number; headers: IncomingMessage["headers"]; text: string };

describe("Hasura: recorded exchanges", function () {
  this.timeout(120_000);

  before(async () => {
    databases = await RecordedDatabases.start();
  });
  after(() => databases?.stop());

  for (const file of ["tokens", "http"]) {
    for (const { engine, lines } of groups(readRecording<Line>(file))) {
      replay(engine, lines);
    }
  }
});

type Group = { engine: Engine; lines: Exclude<Line, Engine>[] };

function groups(lines: Line[]): Group[] {
  const found: Group[] = [];
  for (const line of lines) {
    if ("engine" in line) found.push({ engine: line, lines: [] });
    else found.at(-1)?.lines.push(line);
  }
  return found;
}

let databases: RecordedDatabases;
/** Goes from engine to engine, until one begins with a fresh one. */
let database: string;

function replay(recorded: Engine, lines: Group["lines"]): void {
  describe(recorded.engine, () => {
    let engine: RunningEngine;
    let version: string;
    before(async () => {
      if (recorded.fresh === true) database = await databases.create();
      const start = await startRecorded({ url: database }, environmentOf(recorded.env));
      if (!("engine" in start)) throw new Error(start.lastLine);
      ({ engine } = start);
      const { text } = await send(engine.port, { method: "GET", path: "/v1/version" });
      version = String(JSON.parse(text).version);
    });
    after(() => engine?.stop());

    for (const line of lines) {
      if ("sql" in line) it(`(runs ${line.sql})`, () => runSql(database, line.sql));
      else {
        it(`${line.id ?? "(prepares)"} ${line.name ?? ""}`, async () =>
          compare(await send(engine.port, line), line, version));
      }
    }
  });
}

function send(port: number, exchange: Exchange): Promise<Answer> {
  const { method = "POST", path = "/v1/graphql", admin, token } = exchange;
  const text = token === undefined ? "" : recordedToken(token);
  const given =
    exchange.headers ?? (token === undefined ? {} : { authorization: "Bearer {token}" });
  const entries = Object.entries(given).map(([name, value]) => [
    name,
    value.replace("{token}", text),
  ]);
  const headers = { ...Object.fromEntries(entries), ...(admin ? adminHeaders() : {}) };
  const body = exchange.raw ?? JSON.stringify(exchange.body ?? { query: "{ __typename }" });
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status = 0 } = response;
        resolve({ status, headers: response.headers, text: Buffer.concat(chunks).toString() });
      });
    });
    sent.on("error", reject);
    sent.end(method === "POST" ? body : undefined);
  });
}

function adminHeaders(): Record<string, string> {
  return { "x-hasura-admin-secret": ADMIN_SECRET };
}

function compare({ status, headers, text }: Answer, recorded: Exchange, version: string): void {
  const wanted = recorded.status ?? (recorded.id === undefined ? 200 : undefined);
  if (wanted !== undefined) expect(status, text).to.equal(wanted);
  if (recorded.text !== undefined) expect(text).to.equal(recorded.text);
  if (recorded.answer !== undefined) {
    expect(parseJson(text), text).to.deep.equal(withVersion(recorded.answer, version));
  }
  if (recorded.contains !== undefined) {
    requireContained(withVersion(recorded.contains, version), parseJson(text), "$");
  }
  if (recorded.contentType !== undefined) {
    expect(headers["content-type"]).to.equal(recorded.contentType);
  }
  if (recorded.cors !== undefined) compareCors(headers, recorded);
}

function withVersion(value: Json, version: string): Json {
  return JSON.parse(JSON.stringify(value).replaceAll("{version}", version));
}

/** Every member that was recorded, however deep; lists as long as recorded. */
function requireContained(wanted: Json, found: Json | undefined, path: string): void {
  if (Array.isArray(wanted)) {
    expect(found, path).to.be.an("array").with.lengthOf(wanted.length);
    for (const [at, item] of wanted.entries()) {
      requireContained(item, Array.isArray(found) ? found[at] : undefined, `${path}[${at}]`);
    }
  } else if (isJsonObject(wanted)) {
    const object: JsonObject = isJsonObject(found) ? found : {};
    for (const [name, value] of Object.entries(wanted)) {
      requireContained(value, object[name], `${path}.${name}`);
    }
  } else {
    expect(found, path).to.equal(wanted);
  }
}

function compareCors(headers: IncomingMessage["headers"], recorded: Exchange): void {
  const found = Object.entries(headers).filter(([name]) => name.startsWith("access-control-"));
  const sent = recorded.headers ?? {};
  const common = {
    "access-control-allow-origin": sent.origin,
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET,POST,PUT,PATCH,DELETE,OPTIONS",
    "access-control-expose-headers":
      "X-Hasura-Query-Cache-Key,X-Hasura-Query-Family-Cache-Key,Warning",
  };
  const preflight = {
    "access-control-max-age": "1728000",
    "access-control-allow-headers": sent["access-control-request-headers"],
  };
  const all = recorded.method === "OPTIONS" ? { ...common, ...preflight } : common;
  expect(Object.fromEntries(found)).to.deep.equal(recorded.cors === true ? all : {});
}
