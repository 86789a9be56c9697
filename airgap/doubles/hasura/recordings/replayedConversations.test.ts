import { type IncomingMessage, request } from "node:http";
import { expect } from "chai";
import { WebSocket } from "ws";
import { delay } from "../../../../tests/support/waiting";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../json";
import { ADMIN_SECRET, hs256Secret } from "../testEngine";
import { RecordedDatabases } from "./recordedDatabases";
import { type RunningEngine, startRecorded } from "./recordedEngine";
import { recordedToken, type TokenRecipe } from "./recordedTokens";
import { readRecording } from "./recording";

/** A number among `sends` is a pause in seconds; `closes` is the second, the code and the reason. */
type Conversation = {
  id: string;
  name: string;
  token?: TokenRecipe;
  sends: Json[];
  /** How long it is listened to after the last message; default 4. */
  seconds?: number;
  protocol?: string | null;
  origin?: string;
  path?: string;
  receives?: [second: number, message: JsonObject][];
  closes?: [second: number, code: number | null, reason: string | null];
  keepalives?: number;
  /** The protocol of an answer that the recording's client refused. */
  negotiates?: string;
  refused?: [status: number, body: Json];
};
type Heard = { messages: JsonObject[]; closed?: { second: number; code: number; reason: string } };

/** How much later than recorded something may come where many things run at once. */
const LATE_S = 5;
const EARLY_S = 0.7;
/** A token's times are whole seconds, so that it expires up to one second before what the recording's did. */
const WHOLE_SECOND_S = 1;

describe("Hasura: recorded conversations over WebSocket", function () {
  this.timeout(120_000);
  const recorded = readRecording<Conversation>("websocket");
  const heard = new Map<string, Promise<Heard>>();
  let databases: RecordedDatabases;
  let engine: RunningEngine;

  before(async () => {
    databases = await RecordedDatabases.start();
    engine = await startWithNotes(await databases.create());
    // At once, as most of the time is waiting.
    for (const one of recorded) {
      if (one.refused !== undefined || one.negotiates !== undefined) continue;
      const talking = talk(engine.port, one);
      talking.catch(() => undefined);
      heard.set(one.id, talking);
    }
  });
  after(async () => {
    await engine?.stop();
    await databases?.stop();
  });

  for (const one of recorded) {
    it(`${one.id} ${one.name}`, async () => {
      const talked = await heard.get(one.id);
      if (talked === undefined) await compareHandshake(engine.port, one);
      else compare(talked, one);
    });
  }
});

async function startWithNotes(url: string): Promise<RunningEngine> {
  const start = await startRecorded(
    { url },
    {
      HASURA_GRAPHQL_JWT_SECRET: hs256Secret(),
      HASURA_GRAPHQL_CORS_DOMAIN: "https://*.app.example, http://localhost:3000",
    },
  );
  if (!("engine" in start)) throw new Error(start.lastLine);
  const fromEnv = { connection_info: { database_url: { from_env: "PG_DATABASE_URL" } } };
  const own = { columns: "*", filter: { owner: { _eq: "X-Hasura-User-Id" } } };
  const sql = "create table notes (id bigserial primary key, owner text, body text)";
  const steps: [path: string, type: string, args: object][] = [
    ["metadata", "pg_add_source", { name: "default", configuration: fromEnv }],
    ["query", "run_sql", { sql }],
    ["metadata", "pg_track_table", { table: "notes" }],
    ["metadata", "pg_create_select_permission", { table: "notes", role: "user", permission: own }],
  ];
  for (const [path, type, args] of steps) {
    const version = path === "query" ? "v2" : "v1";
    const response = await fetch(`http://127.0.0.1:${start.engine.port}/${version}/${path}`, {
      method: "POST",
      headers: { "x-hasura-admin-secret": ADMIN_SECRET },
      body: JSON.stringify({ type, args }),
    });
    expect(response.status, await response.text()).to.equal(200);
  }
  return start.engine;
}

async function talk(port: number, one: Conversation): Promise<Heard> {
  const { protocol = "graphql-transport-ws", path = "/v1/graphql", origin } = one;
  const options = origin === undefined ? {} : { origin };
  const begun = Date.now();
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol ?? [], options);
  const heard: Heard = { messages: [] };
  socket.on("message", (data) => heard.messages.push(JSON.parse(String(data))));
  const closed = new Promise<void>((resolve) => {
    socket.on("close", (code, reason) => {
      heard.closed = { second: (Date.now() - begun) / 1000, code, reason: String(reason) };
      resolve();
    });
  });
  await new Promise((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
  });
  const token = one.token === undefined ? "" : recordedToken(one.token);
  for (const item of one.sends) {
    if (typeof item === "number") await delay(item * 1000);
    else if (typeof item === "string") socket.send(item);
    else socket.send(JSON.stringify(item).replace("{token}", token));
  }
  await Promise.race([closed, delay((one.seconds ?? 4) * 1000)]);
  const copy = { ...heard, messages: [...heard.messages] };
  socket.terminate();
  return copy;
}

function isKeepalive({ type, payload }: JsonObject): boolean {
  return type === "ka" || (isJsonObject(payload) && payload.message === "keepalive");
}

function compare({ messages, closed }: Heard, one: Conversation): void {
  const wanted = (one.receives ?? []).map(([, message]) => message);
  const told = (all: JsonObject[]) => all.filter((message) => !isKeepalive(message));
  expect(told(messages)).to.deep.equal(told(wanted));
  const kept = messages.filter(isKeepalive).length;
  const least = one.keepalives ?? wanted.filter(isKeepalive).length;
  // One more may come where the conversation took longer than recorded.
  expect(kept, "keepalive messages").to.be.within(least, least + 2);
  if (one.closes === undefined) {
    expect(closed).to.equal(undefined);
    return;
  }
  const [second, code, reason] = one.closes;
  expect(closed?.code).to.equal(code ?? 1006);
  expect(closed?.reason).to.equal(reason ?? "");
  const early = EARLY_S + (one.token?.claims?.exp === undefined ? 0 : WHOLE_SECOND_S);
  expect(closed?.second).to.be.within(second - early, second + LATE_S);
}

/** The handshake alone: a client refuses a protocol it has not asked for. */
async function compareHandshake(port: number, one: Conversation): Promise<void> {
  const { protocol = "graphql-transport-ws", path = "/v1/graphql", origin } = one;
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": Buffer.alloc(16).toString("base64"),
    ...(protocol === null ? {} : { "sec-websocket-protocol": protocol }),
    ...(origin === undefined ? {} : { origin }),
  };
  const answer = await new Promise<{ response: IncomingMessage; text: string }>(
    (resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, path, headers, agent: false });
      sent.on("error", reject);
      sent.on("upgrade", (response, stream) => {
        stream.destroy();
        resolve({ response, text: "" });
      });
      sent.on("response", (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += String(chunk);
        });
        response.on("end", () => resolve({ response, text }));
      });
      sent.end();
    },
  );
  const { statusCode, headers: got } = answer.response;
  if (one.refused === undefined) {
    expect(statusCode).to.equal(101);
    expect(got["sec-websocket-protocol"]).to.equal(one.negotiates);
  } else {
    expect(statusCode).to.equal(one.refused[0]);
    expect(parseJson(answer.text)).to.deep.equal(one.refused[1]);
  }
}
